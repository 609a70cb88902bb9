"""The pages of a frame and of a crop: the frame in context, the crop at its own pixels, and what was made of it."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from facet.core.canonical import Json
from facet.core.overrides import override_sentences
from facet.report.cabinet import Cabinet
from facet.report.document import CropExhibit, FrameExhibit
from facet.report.exhibit_parts import (
    also_known_as,
    attached_file,
    bicubic,
    extent,
    kind,
    recorded,
    withdrawn,
)
from facet.report.figures import (
    FRAME_LONGEST,
    NATIVE_POINTS,
    photograph,
    pixel_shape,
    upright,
    upright_box,
)
from facet.report.moment_pages import clock_facts
from facet.report.plates import GAP, FrameInContext, Panel, SideBySide
from facet.report.sheet import WIDTH, Fact, Sheet, clipped
from facet.report.spelling import spelt
from facet.report.text import inline, struck

TALLEST = 136.0
"""Points of a crop on its page."""
OFTEN_EQUAL = frozenset({"chroma_location", "sample_aspect", "rotation", "field_order"})
"""What was used of a decoding, of which the file's word is printed only where it differs."""


def frame_page(sheet: Sheet, frame: FrameExhibit, footage: str, cabinet: Cabinet) -> list[Flowable]:
    """The page of a frame that no crop was cut from; ``footage`` is the file's name."""
    _ = sheet.text
    return [
        *sheet.heading(_("Frame {id}", id=frame.id), key=frame.id, withdrawn=frame.withdrawn),
        *withdrawn(sheet, frame.withdrawn),
        _context(frame, None, cabinet),
        sheet.paragraph(_("The whole frame.") + _turned(sheet, frame), sheet.caption),
        sheet.gap(6),
        sheet.facts(_frame_facts(sheet, frame, footage, cabinet), compact=True),
    ]


def crop_page(sheet: Sheet, frame: FrameExhibit, crop: CropExhibit, footage: str, cabinet: Cabinet) -> list[Flowable]:
    """The page of a crop; ``footage`` is the file's name."""
    _ = sheet.text
    where = _(
        "The whole frame {id}. The yellow line shows the box of crop {crop}. It was drawn for this report and is not"
        " part of the picture.",
        id=frame.id,
        crop=crop.id,
    )
    gone = crop.withdrawn if crop.withdrawn is not None else frame.withdrawn
    content: list[Flowable] = [
        *sheet.heading(_("Crop {id}", id=crop.id), key=crop.id, withdrawn=gone),
        *withdrawn(sheet, gone),
        _context(frame, crop, cabinet),
        sheet.gap(2),
        sheet.paragraph(where + _turned(sheet, frame), sheet.caption),
        sheet.gap(7),
        _pictures(sheet, frame, crop, cabinet),
        sheet.gap(5),
        sheet.facts(_crop_facts(sheet, crop, cabinet), compact=True),
    ]
    if crop.outputs:
        content += [*sheet.subheading(_("Outputs made from this crop")), _outputs(sheet, crop)]
    content += [
        sheet.together(
            sheet.paragraph(_("The frame it was cut from"), sheet.heading3),
            sheet.facts(_frame_facts(sheet, frame, footage, cabinet), compact=True),
        ),
    ]
    return content


def _context(frame: FrameExhibit, crop: CropExhibit | None, cabinet: Cabinet) -> Flowable:
    height, width = frame.picture.shape[:2]
    turned = frame.rotation % 180 != 0
    plate = cabinet.get(
        frame.id, "whole", lambda: photograph(upright(frame.picture, frame.rotation), FRAME_LONGEST, 85)
    )
    return FrameInContext(
        plate,
        size=(height, width) if turned else (width, height),
        pixel=pixel_shape(frame.sample_aspect, frame.rotation),
        box=upright_box(crop.box, width, height, frame.rotation) if crop else None,
        height=146.0,
    )


def _turned(sheet: Sheet, frame: FrameExhibit) -> str:
    _ = sheet.text
    words = ""
    said = frame.decoding.get("overrides") or {}
    if frame.rotation % 360 and isinstance(said, dict) and "rotation" in said:
        words += " " + _(
            "It is shown turned clockwise by {degrees}°, as the examiner set it.", degrees=frame.rotation % 360
        )
    elif frame.rotation % 360:
        words += " " + _("It is shown turned clockwise by {degrees}°, as its file asks.", degrees=frame.rotation % 360)
    if pixel_shape(frame.sample_aspect, 0) != (1.0, 1.0):
        words += " " + _("It is shown with its pixels' aspect of {aspect}.", aspect=frame.sample_aspect)
    return words


def _pictures(sheet: Sheet, frame: FrameExhibit, crop: CropExhibit, cabinet: Cabinet) -> Flowable:
    _ = sheet.text
    plate, column = recorded(frame, crop, cabinet), (WIDTH - 2 * GAP) / 3
    across, down = extent(frame, crop)
    fitting = (points for points in NATIVE_POINTS if across * points <= column and down * points <= TALLEST)
    points = next(fitting, min(column / across, TALLEST / down))
    times = min(column / across, TALLEST / down) / points
    height, width = crop.picture.shape[:2]
    size = _("{width}×{height} pixels", width=width, height=height)
    native = _("Recorded pixels, 1 pixel = {size} mm", size=f"{points / mm:.3f}")
    larger = _("The same pixels, {factor} times larger", factor=f"{times:.1f}")
    unsmoothed = _("not smoothed")
    panels = [
        Panel(
            plate=plate,
            caption=sheet.paragraph(f"<b>{native}</b><br/>{size}", sheet.caption),
            size=(across * points, down * points),
        ),
        Panel(plate=plate, caption=sheet.paragraph(f"<b>{larger}</b><br/>{unsmoothed}", sheet.caption)),
        *bicubic(sheet, crop, cabinet),
    ]
    return SideBySide(panels, shape=across / down, tallest=TALLEST)


def _crop_facts(sheet: Sheet, crop: CropExhibit, cabinet: Cabinet) -> list[Fact]:
    _ = sheet.text
    box = _("left {x}, top {y}, width {w}, height {h} (source pixels)", **crop.box.to_json())
    return [
        *also_known_as(sheet, crop.aliases, crop.tags),
        (_("Box in the frame"), box),
        (_("Picture digest"), inline(crop.picture_sha256), sheet.digest),
        *attached_file(sheet, crop.id, cabinet),
    ]


def _frame_facts(sheet: Sheet, frame: FrameExhibit, footage: str, cabinet: Cabinet) -> list[Fact]:
    _ = sheet.text
    height, width = frame.picture.shape[:2]
    size = _("{width}×{height} pixels", width=width, height=height)
    source = _("{id}: {name}, stream {stream}", id=frame.footage, name=clipped(footage, 200), stream=frame.stream)
    pts = _("{pts}, in units of {base} s", pts=frame.pts, base=frame.time_base)
    said = [
        sheet.text(template, **{name: clipped(str(value), 60) for name, value in values.items()})
        for template, values in override_sentences(frame.decoding)
    ]
    return [
        *also_known_as(sheet, frame.aliases, frame.tags),
        (_("Frame"), f"<b>{inline(frame.id)}</b>, {size}"),
        (_("Footage"), source),
        (_("Index"), _("{index}, counted from 0 in the order of presentation", index=frame.index)),
        (_("Time stamp (PTS)"), _("none in the file") if frame.pts is None else pts),
        (_("File time"), _("{seconds} s after the first picture", seconds=frame.seconds)),
        *clock_facts(sheet, frame.clock),
        (_("Picture digest"), inline(frame.picture_sha256), sheet.digest),
        (_("Digest of the decoded planes"), inline(frame.planes_sha256), sheet.digest),
        *([(_("Set by the examiner"), " ".join(said))] if said else []),
        (_("Decoding"), spelt(sheet, _decoded(frame)), sheet.small),
        *attached_file(sheet, frame.id, cabinet),
    ]


def _decoded(frame: FrameExhibit) -> dict[str, Json]:
    """The decoding without what is told elsewhere or says the same twice."""
    told = frame.decoding
    again = {name for name in told if name.removesuffix("_declared") in OFTEN_EQUAL and name.endswith("_declared")}
    return {
        name: value
        for name, value in told.items()
        if name != "overrides" and not (name in again and value == told.get(name.removesuffix("_declared")))
    }


def _outputs(sheet: Sheet, crop: CropExhibit) -> Flowable:
    _ = sheet.text
    rows: list[list[str | Flowable]] = [
        [
            struck(inline(output.id), output.withdrawn),
            struck(sheet.known(str(output.descriptor.get("title") or "–")), output.withdrawn),
            kind(sheet, output.family),
            sheet.page_of(output.id),
        ]
        for output in crop.outputs
    ]
    return sheet.grid([_("Exhibit"), _("Method"), _("Kind"), _("Page")], rows, [100, WIDTH - 316, 180, 36])
