"""The page of an output: its banner, the recorded pixels, bicubic and its spread beside it, how well it agrees, how it
was made."""

from __future__ import annotations

from collections.abc import Mapping

from reportlab.platypus import Flowable

from facet.core.canonical import Json, canonical_digest
from facet.core.descriptor import Family
from facet.report.cabinet import Cabinet
from facet.report.companion_parts import companion_digests, samples, spread_panel
from facet.report.document import CropExhibit, FrameExhibit, OutputExhibit
from facet.report.exhibit_parts import (
    also_known_as,
    attached_file,
    bicubic,
    colour_of,
    extent,
    kind_words,
    recorded,
    withdrawn,
)
from facet.report.families import MARKINGS
from facet.report.figures import marked_plate
from facet.report.method_pages import card_facts, known_limitations
from facet.report.plates import Panel, SideBySide
from facet.report.sheet import Fact, Sheet, clipped
from facet.report.spelling import spelt
from facet.report.text import inline, moment

TALLEST = 215.0
"""Points of a picture on an output's page."""


def output_page(
    sheet: Sheet, frame: FrameExhibit, crop: CropExhibit, output: OutputExhibit, cabinet: Cabinet
) -> list[Flowable]:
    """Everything of one output, so that the page stands by itself."""
    _ = sheet.text
    name = clipped(sheet.translate(str(output.descriptor.get("title") or output.descriptor.get("id") or "–")), 90)
    heading = _("Output {id}: {method}", id=output.id, method=name)
    gone = next((r for r in (output.withdrawn, crop.withdrawn, frame.withdrawn) if r is not None), None)
    return [
        *sheet.heading(heading, key=output.id, withdrawn=gone),
        _banner(sheet, output.family),
        sheet.gap(8),
        *withdrawn(sheet, gone),
        _pictures(sheet, frame, crop, output, cabinet),
        *samples(sheet, output, _shape(frame, crop), cabinet),
        sheet.gap(6),
        _agreement(sheet, output),
        sheet.gap(6),
        sheet.facts(_run(sheet, output), compact=True),
        *sheet.subheading(_("Settings and machine")),
        sheet.facts(_engine(sheet, output), compact=True),
        sheet.together(
            sheet.paragraph(_("Digests"), sheet.heading3),
            sheet.facts(_digests(sheet, output, cabinet), compact=True),
        ),
        *sheet.subheading(_("The method")),
        sheet.facts(_card(sheet, output.descriptor), compact=True),
        *known_limitations(sheet, output.descriptor),
    ]


def _banner(sheet: Sheet, family: Family) -> Flowable:
    _, marking = sheet.text, MARKINGS[family]
    loud = sheet.loud if marking.loud else sheet.loud_small
    return sheet.box(
        [sheet.paragraph(_(marking.headline), loud), sheet.paragraph(_(marking.warning), sheet.loud_small)],
        ground=colour_of(family),
    )


def _pictures(
    sheet: Sheet, frame: FrameExhibit, crop: CropExhibit, output: OutputExhibit, cabinet: Cabinet
) -> Flowable:
    _ = sheet.text
    height, width = crop.picture.shape[:2]
    size = _("{width}×{height} pixels", width=width, height=height)
    title, unsmoothed = _("Recorded pixels of crop {id}", id=crop.id), _("not smoothed")
    original = f"<b>{title}</b><br/>{size}, {unsmoothed}"
    plate = cabinet.get(
        output.id,
        "marked",
        lambda: marked_plate(
            output.picture,
            family=output.family,
            exhibit=output.id,
            language=sheet.language,
            backend=output.maker,
            digest=output.picture_sha256,
        ),
    )
    made = output.picture.shape
    size = _("{width}×{height} pixels", width=made[1], height=made[0])
    title = _("Output {id}", id=output.id)
    words = f"<b>{title}</b><br/>{kind_words(sheet, output.family)}, {size}"
    panels = [
        Panel(plate=recorded(frame, crop, cabinet), caption=sheet.paragraph(original, sheet.caption)),
        *bicubic(sheet, crop, cabinet),
        Panel(plate=plate, caption=sheet.paragraph(words, sheet.caption), edge=colour_of(output.family)),
        *spread_panel(sheet, output, cabinet),
    ]
    return SideBySide(panels, shape=_shape(frame, crop), columns=max(3, len(panels)), tallest=TALLEST)


def _shape(frame: FrameExhibit, crop: CropExhibit) -> float:
    """The upright crop's width over its height."""
    across, down = extent(frame, crop)
    return across / down


def _agreement(sheet: Sheet, output: OutputExhibit) -> Flowable:
    _ = sheet.text
    figures = output.receipt.get("consistency")
    title = _("Agreement with the recording")
    if not isinstance(figures, dict) or not figures:
        words = _("not measured")
        return sheet.box([sheet.paragraph(f"<b>{title}</b>: {words}")], edge=colour_of(output.family))
    values = _("MSE {mse}, PSNR {psnr} dB", mse=figures.get("mse") or "–", psnr=figures.get("psnr_db") or "–")
    limit = _("It measures how far the output departs from the recording. It does not show that added detail is true.")
    protocol = _("Protocol: {protocol}", protocol=clipped(str(figures.get("protocol") or "–")))
    return sheet.box(
        [
            sheet.paragraph(f"<b>{title}</b>: <b>{values}</b>. {limit if output.family.learned else ''}"),
            sheet.paragraph(protocol, sheet.quiet),
        ],
        edge=colour_of(output.family),
    )


def _run(sheet: Sheet, output: OutputExhibit) -> list[Fact]:
    _, receipt = sheet.text, output.receipt
    began, over = (moment(str(receipt.get(name) or "–")) for name in ("started", "ended"))
    rows: list[Fact] = [*also_known_as(sheet, output.aliases, output.tags)]
    if output.family is Family.GENERATIVE or receipt.get("reason"):
        rows.append((_("Reason given for the run"), spelt(sheet, receipt.get("reason"))))
    rows += [
        (_("Run"), _("{started} to {ended} (UTC)", started=began, ended=over)),
        (_("Parameters"), spelt(sheet, receipt.get("params"))),
        (_("Seed"), _seed(sheet, output)),
    ]
    return rows


def _seed(sheet: Sheet, output: OutputExhibit) -> str:
    _, seed = sheet.text, output.receipt.get("seed")
    if seed is not None:
        return spelt(sheet, seed)
    chance = output.descriptor.get("has_random_component")
    return _("none: nothing is left to chance") if chance is False else _("none recorded")


def _engine(sheet: Sheet, output: OutputExhibit) -> list[Fact]:
    _, receipt = sheet.text, output.receipt
    steps = receipt.get("preparation")
    prepared = (
        "<br/>".join(spelt(sheet, _step_first(step)) for step in steps)
        if isinstance(steps, list)
        else spelt(sheet, steps)
    )
    return [
        (_("Preparation of the crop"), prepared or "–"),
        (_("Engine"), spelt(sheet, receipt.get("engine"))),
        (_("Software of the run"), spelt(sheet, receipt.get("software"))),
    ]


def _step_first(step: Json) -> Json:
    return {"step": step["step"], **step} if isinstance(step, dict) and "step" in step else step


def _card(sheet: Sheet, card: Mapping[str, Json]) -> list[Fact]:
    _ = sheet.text
    page = sheet.page_of(f"card {canonical_digest(card)}")
    name = _("{id} (all that its card says is on page {page})", id=card.get("id") or "–", page=page)
    return [
        (_("Name in Facet"), name),
        *((row[0], row[1]) for row in card_facts(sheet, card)),
    ]


def _digests(sheet: Sheet, output: OutputExhibit, cabinet: Cabinet) -> list[Fact]:
    _, receipt = sheet.text, output.receipt
    backend = receipt.get("backend")
    quoted: Mapping[str, Json] = backend if isinstance(backend, dict) else {}
    inputs = receipt.get("inputs")
    rows: list[Fact] = [(_("Picture digest"), inline(output.picture_sha256), sheet.digest)]
    for item in inputs if isinstance(inputs, list) else []:
        named: Mapping[str, Json] = item if isinstance(item, dict) else {}
        words = f"{spelt(sheet, named.get('exhibit'))}<br/>{spelt(sheet, named.get('picture_sha256'))}"
        rows.append((_("Made from"), words, sheet.digest))
    rows += [
        (_("Receipt"), canonical_digest(output.receipt), sheet.digest),
        (_("Card"), spelt(sheet, quoted.get("card_sha256")), sheet.digest),
        (_("Weights"), spelt(sheet, quoted.get("weights_sha256")), sheet.digest),
        *attached_file(sheet, output.id, cabinet),
        *companion_digests(sheet, output, cabinet),
    ]
    return rows
