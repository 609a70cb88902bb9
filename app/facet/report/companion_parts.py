"""What stands on an output's page beside it: the map of the spread with its scale, and the samples in rows."""

from __future__ import annotations

import math

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable

from facet.core.run import Companion
from facet.core.spread import CEILING
from facet.report.attachments import companion_name_of
from facet.report.cabinet import Cabinet
from facet.report.document import OutputExhibit
from facet.report.exhibit_parts import colour_of
from facet.report.figures import Plate, marked_plate
from facet.report.fonts import REGULAR
from facet.report.plates import GAP, Panel, SideBySide
from facet.report.sheet import INK, WIDTH, Fact, Sheet
from facet.report.spread_scale import MEANING, TICKS, extremes, ramp, tick_label, titled
from facet.report.text import inline

ACROSS = 6
"""Samples in a row at most."""
TALLEST = 96.0
"""Points of a sample."""
RAMP = 256
BAR, LABELS = 8.0, 10.0
"""Points of the scale's colours, and of its numbers beneath."""


class SpreadScale(Flowable):  # type: ignore[misc]
    """The colours of a spread from 0 to the ceiling, with their levels."""

    def __init__(self, width: float) -> None:
        super().__init__()
        self.width = width

    def wrap(self, *_: float) -> tuple[float, float]:
        """Its size in points."""
        return self.width, BAR + LABELS

    def draw(self) -> None:
        """The colours, a tick and a number for each level."""
        canvas = self.canv
        canvas.drawImage(ImageReader(Image.fromarray(ramp(RAMP, 1))), 0, LABELS, self.width, BAR)
        canvas.setFont(REGULAR, 6.5)
        canvas.setFillColor(INK)
        canvas.setStrokeColor(INK)
        canvas.setLineWidth(0.5)
        for tick in TICKS:
            x = self.width * tick / CEILING
            canvas.line(x, LABELS - 2, x, LABELS)
            label = tick_label(tick)
            wide = canvas.stringWidth(label, REGULAR, 6.5)
            canvas.drawString(min(max(0.0, x - wide / 2), self.width - wide), 1.5, label)


def spread_panel(sheet: Sheet, output: OutputExhibit, cabinet: Cabinet) -> list[Panel]:
    """The map of the spread as a panel for the output's own row, where it has one."""
    return [_panel(sheet, output, one, cabinet) for one in output.companions if one.role == "spread"]


def samples(sheet: Sheet, output: OutputExhibit, shape: float, cabinet: Cabinet) -> list[Flowable]:
    """The scale, what it means, and every sample or candidate at one size; nothing for an output of one picture."""
    _ = sheet.text
    found: list[Flowable] = []
    for one in output.companions:
        if one.role == "spread":
            title = f"<b>{inline(_titled(sheet, one))}</b>: {inline(extremes(one.facts, sheet.translate))}."
            meaning = _(MEANING)
            words = [sheet.paragraph(f"{title} {meaning}", sheet.small), SpreadScale(WIDTH * 0.6)]
            found += [sheet.gap(4), sheet.box(words, edge=colour_of(output.family), padding=5)]
    drawn = [one for one in output.companions if one.role != "spread"]
    if not drawn:
        return found
    columns = math.ceil(len(drawn) / math.ceil(len(drawn) / ACROSS))
    heading = (
        _("The samples that the output is the mean of")
        if drawn[0].role == "sample"
        else _("The candidates that the output was chosen from")
    )
    rows = [
        SideBySide(
            [_panel(sheet, output, one, cabinet) for one in drawn[start : start + columns]],
            shape=shape, columns=max(columns, 3), tallest=TALLEST,
        )
        for start in range(0, len(drawn), columns)
    ]  # fmt: skip
    found += [*sheet.subheading(heading), rows[0]]
    for row in rows[1:]:
        found += [sheet.gap(GAP / 2), row]
    return found


def companion_digests(sheet: Sheet, output: OutputExhibit, cabinet: Cabinet) -> list[Fact]:
    """A row for each companion: its picture digest and its attached file."""
    _ = sheet.text
    rows: list[Fact] = []
    for one in output.companions:
        words = str(one.told()["picture_sha256"])
        file = cabinet.files.get(companion_name_of(output.id, one))
        if file is not None:
            words = f"{words}<br/>{inline(file.name)}<br/>SHA-256 {file.sha256}"
        rows.append((inline(_titled(sheet, one)), words, sheet.digest))
    return rows


def _panel(sheet: Sheet, output: OutputExhibit, one: Companion, cabinet: Cabinet) -> Panel:
    return Panel(
        plate=_plate(sheet, output, one, cabinet),
        caption=sheet.paragraph(f"<b>{inline(_titled(sheet, one))}</b>", sheet.caption),
        edge=colour_of(output.family),
    )


def _plate(sheet: Sheet, output: OutputExhibit, one: Companion, cabinet: Cabinet) -> Plate:
    exhibit = f"{output.id}/{one.name}"
    return cabinet.get(
        exhibit,
        "marked",
        lambda: marked_plate(
            one.picture,
            family=output.family,
            exhibit=exhibit,
            language=sheet.language,
            backend=output.maker,
            digest=str(one.told()["picture_sha256"]),
        ),
    )


def _titled(sheet: Sheet, one: Companion) -> str:
    return titled(one.role, one.number, one.facts, sheet.translate)
