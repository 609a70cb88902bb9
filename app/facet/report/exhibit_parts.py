"""What several pages show of an exhibit: its pixels at display size, its kind, its file, its withdrawal."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.colors import Color
from reportlab.platypus import Flowable

from facet.core.descriptor import Family
from facet.report.attachments import picture_name
from facet.report.cabinet import Cabinet
from facet.report.document import CropExhibit, FrameExhibit
from facet.report.families import LAW_LABEL, MARKINGS
from facet.report.figures import OUTPUT_LONGEST, Plate, blocks, eight_bit, photograph, pixel_shape, upright
from facet.report.plates import FrameInContext, Panel
from facet.report.sheet import BAD, Fact, Sheet, clipped
from facet.report.text import inline


def colour_of(family: Family) -> Color:
    """The ground of a family's banner."""
    red, green, blue = MARKINGS[family].colour
    return Color(red / 255, green / 255, blue / 255)


def kind(sheet: Sheet, family: Family) -> str:
    """The family's name in its colour, with the label that the law asks for, as markup."""
    colour = "#{:02x}{:02x}{:02x}".format(*MARKINGS[family].colour)
    return f'<font color="{colour}"><b>{kind_words(sheet, family)}</b></font>'


def kind_words(sheet: Sheet, family: Family) -> str:
    """The family's name, with the label that the law asks for, as markup without colour."""
    return sheet.text(MARKINGS[family].name) + (f" · {LAW_LABEL}" if family is Family.GENERATIVE else "")


def recorded(frame: FrameExhibit, crop: CropExhibit, cabinet: Cabinet) -> Plate:
    """The crop's recorded pixels as blocks, upright."""
    return cabinet.get(crop.id, "blocks", lambda: blocks(upright(eight_bit(crop.picture), frame.rotation)))


def extent(frame: FrameExhibit, crop: CropExhibit) -> tuple[float, float]:
    """Width and height of the upright crop, in the shorter sides of its pixels."""
    height, width = upright(crop.picture, frame.rotation).shape[:2]
    across, down = pixel_shape(frame.sample_aspect, frame.rotation)
    return width * across, height * down


def thumbnail(frame: FrameExhibit, crop: CropExhibit, cabinet: Cabinet, side: float) -> Flowable:
    """The crop's recorded pixels within ``side`` points."""
    across, down = extent(frame, crop)
    size = (round(across * 100), round(down * 100))
    plate = recorded(frame, crop, cabinet)
    return FrameInContext(plate, size=size, pixel=(1.0, 1.0), box=None, width=side, height=side)


def bicubic(sheet: Sheet, crop: CropExhibit, cabinet: Cabinet) -> list[Panel]:
    """The bicubic enlargement as a panel, where the document has one."""
    picture = crop.bicubic
    if picture is None:
        return []
    _ = sheet.text
    plate = cabinet.get(crop.id, "bicubic", lambda: photograph(picture, OUTPUT_LONGEST, 92))
    title = _("Bicubic interpolation ×{scale}, for comparison", scale=crop.bicubic_scale or "–")
    meaning = _("a fixed formula; no detail added")
    return [Panel(plate=plate, caption=sheet.paragraph(f"<b>{title}</b><br/>{meaning}", sheet.caption))]


def attached_file(sheet: Sheet, exhibit: str, cabinet: Cabinet) -> list[Fact]:
    """A row that names the attached picture of an exhibit and its digest."""
    _ = sheet.text
    file = cabinet.files.get(picture_name(exhibit))
    if file is None:
        return []
    return [(_("Attached file"), f"{inline(file.name)}<br/>SHA-256 {file.sha256}", sheet.digest)]


def also_known_as(sheet: Sheet, aliases: Sequence[str], tags: Sequence[str]) -> list[Fact]:
    """Rows with an agency's own numbers and with tags, where there are any."""
    _ = sheet.text
    named = ((_("Also known as"), aliases), (_("Tags"), tags))
    return [(label, inline(clipped(", ".join(words)))) for label, words in named if words]


def withdrawn(sheet: Sheet, reason: str | None) -> list[Flowable]:
    """A loud box where an exhibit was withdrawn."""
    if reason is None:
        return []
    _ = sheet.text
    title = sheet.paragraph(_("WITHDRAWN – do not rely on this exhibit"), sheet.loud)
    words = sheet.paragraph(_("Reason: {reason}", reason=clipped(reason)), sheet.loud_small)
    return [sheet.box([title, words], ground=BAD), sheet.gap(6)]
