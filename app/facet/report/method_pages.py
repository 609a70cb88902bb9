"""The methods, explained before any result is shown: the way of the pictures, the families, each backend used."""

from __future__ import annotations

from collections.abc import Mapping

from reportlab.platypus import Flowable

from facet.core.canonical import Json, canonical_digest
from facet.core.descriptor import Family
from facet.report.document import ReportDocument
from facet.report.exhibit_parts import colour_of, kind_words
from facet.report.families import MARKINGS
from facet.report.sheet import Fact, Sheet, clipped
from facet.report.spelling import spelt
from facet.report.text import inline


def method_pages(sheet: Sheet, document: ReportDocument) -> list[Flowable]:
    """How the pictures were made, then every family and every card that the outputs quote."""
    _ = sheet.text
    content: list[Flowable] = [
        *sheet.heading(_("How the pictures were made"), key="method"),
        *_way(sheet),
        *_consistency(sheet),
    ]
    families = [family for family in Family if any(o.family is family for _f, _c, o in document.outputs())]
    if Family.INTERPOLATION not in families and any(crop.bicubic is not None for _f, crop in document.crops()):
        families.insert(0, Family.INTERPOLATION)
    if families:
        content += sheet.heading(_("Kinds of methods"), key="families", level=1)
    for family in families:
        content.append(_family(sheet, family))
    for number, card in enumerate(cards(document).values()):
        content += _card(sheet, card, first=number == 0)
    return content


def cards(document: ReportDocument) -> dict[str, Mapping[str, Json]]:
    """Every card that an output quotes, once, by the digest of its canonical JSON."""
    return {canonical_digest(output.descriptor): output.descriptor for _f, _c, output in document.outputs()}


def _way(sheet: Sheet) -> list[Flowable]:
    _ = sheet.text
    steps = (
        _(
            "Footage was opened for reading only. Its SHA-256 digest was taken when it was added to the case; the file"
            " itself was left as it is."
        ),
        _(
            "A frame is named by its footage, its stream, its place in the order of presentation (counted from 0) and"
            " its time stamp (PTS). Facet takes exactly that frame and never a neighbour in its stead."
        ),
        _(
            "The whole frame was stored in the case file without loss, with digests of the decoded samples and of the"
            " picture. Each crop was cut from it in source pixels: nothing was resized, turned or sharpened."
        ),
        _(
            "Every output was made from a crop by one method. The receipt of each run records the method, its weights,"
            " all settings, the seed, the machine and the software, so that another examiner can repeat it."
        ),
        _(
            "Every step is an entry in a journal that can only be added to. Each entry holds the digest of the one"
            " before it, so that no entry can be changed or removed unnoticed."
        ),
    )
    ids = _(
        "Exhibit numbers read from left to right: 1/F412/C1/E3 is the third output made from the first crop of frame"
        " 412 of footage 1. Numbers are never used twice."
    )
    return [*sheet.bullets(steps), sheet.gap(3), sheet.paragraph(ids)]


def _consistency(sheet: Sheet) -> list[Flowable]:
    _ = sheet.text
    meaning = _(
        "For every output the report states how well it agrees with the recorded pixels: the output is reduced to the"
        " size of the picture it was made from and compared with it. A mean squared error (MSE) near 0, or a high PSNR"
        " in decibels, says that the output does not contradict the recording."
    )
    limit = _(
        "It does not say that added detail is true: very different faces can agree equally well with the same few"
        " recorded pixels."
    )
    words = f"{meaning} <b>{limit}</b>"
    return [
        *sheet.heading(_("Agreement with the recording"), key="consistency", level=1),
        sheet.paragraph(words),
    ]


def _family(sheet: Sheet, family: Family) -> Flowable:
    _, marking = sheet.text, MARKINGS[family]
    bar = sheet.box([sheet.paragraph(kind_words(sheet, family), sheet.loud_small)], ground=colour_of(family), padding=3)
    return sheet.together(bar, sheet.gap(2), sheet.paragraph(_(marking.explanation)), sheet.gap(6))


def _card(sheet: Sheet, card: Mapping[str, Json], *, first: bool) -> list[Flowable]:
    _ = sheet.text
    digest = canonical_digest(card)
    title = clipped(sheet.translate(str(card.get("title") or card.get("id") or "–")), 120)
    content: list[Flowable] = []
    if first:
        content += sheet.heading(_("Methods used"), key="cards", level=1)
    content += sheet.heading(inline(title), key=f"card {digest}", level=2)
    rows: list[Fact] = [
        (_("Name in Facet"), spelt(sheet, card.get("id"))),
        (_("Kind"), family_name(sheet, card)),
        (_("How it works"), said(sheet, card, "method")),
        *card_facts(sheet, card),
        (_("Publication"), said(sheet, card, "paper")),
        (_("Source"), said(sheet, card, "source")),
        (_("Validation"), said(sheet, card, "validation")),
        (_("Weights, SHA-256"), spelt(sheet, card.get("weights_sha256")), sheet.digest),
        (_("Card, SHA-256"), digest, sheet.digest),
    ]
    content.append(sheet.facts(rows, compact=True))
    content += known_limitations(sheet, card)
    return content


def family_name(sheet: Sheet, card: Mapping[str, Json]) -> str:
    """The family that a card states, as markup."""
    try:
        return sheet.text(MARKINGS[Family(str(card.get("family")))].name)
    except ValueError:
        return spelt(sheet, card.get("family"))


def card_facts(sheet: Sheet, card: Mapping[str, Json]) -> list[tuple[str, str]]:
    """What a court asks of a method first: what it was trained on, by whom, and whether chance has a part."""
    _ = sheet.text
    return [
        (_("Uses training-set information"), sheet.yes_no(card.get("uses_training_set_information"))),
        (_("Has a random component"), sheet.yes_no(card.get("has_random_component"))),
        (_("Training data"), said(sheet, card, "training_data")),
        (_("Ancestry of the training"), said(sheet, card, "training_ancestry")),
        (_("Licence"), said(sheet, card, "licence")),
        (_("Limits on use"), said(sheet, card, "licence_limits")),
    ]


def known_limitations(sheet: Sheet, card: Mapping[str, Json]) -> list[Flowable]:
    """The limitations that a card states, as a list."""
    _, stated = sheet.text, card.get("limitations")
    if not isinstance(stated, list) or not stated:
        return []
    title = sheet.subheading(_("Known limitations of this method"))
    return [*title, *sheet.bullets([sheet.known(str(item)) for item in stated], sheet.small)]


def said(sheet: Sheet, card: Mapping[str, Json], name: str) -> str:
    """A text of the card in the sheet's language, as markup."""
    value = card.get(name)
    return sheet.known(value) if isinstance(value, str) else spelt(sheet, value)
