"""What people noted of moments in footage: the clock in the picture, and marks."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.platypus import Flowable

from facet.report.moments import ClockFacts, ClockTimes, MarkFacts
from facet.report.sheet import WIDTH, Fact, Sheet, clipped
from facet.report.text import count, inline, moment, struck

MOST_ROWS = 400
"""Marks or readings printed of one footage; ``facet show`` lists them all."""


def clock_table(sheet: Sheet, clocks: tuple[ClockFacts, ...]) -> Iterator[Flowable]:
    """The readings of the clock in the picture, the one that holds among them."""
    _ = sheet.text
    if not clocks:
        return
    yield from sheet.subheading(_("The clock in the picture"))
    yield sheet.paragraph(
        _(
            "File time counts seconds from the first picture and knows no hour. What the camera's own clock shows was"
            " read from the picture; the file neither bears it out nor contradicts it. Times at other frames are"
            " reckoned from the reading that holds, as if that clock ran evenly."
        ),
        sheet.small,
    )
    yield sheet.gap(3)
    columns = (_("Reading"), _("Frame"), _("Camera clock shows"), _("Zone"), _("True time"), _("Camera clock is"))
    head = [*columns, _("By, at (UTC)")]
    rows: list[list[str | Flowable]] = [
        [
            struck(inline(clock.id), clock.withdrawn),
            f"{count(clock.index)}<br/>{inline(clock.seconds)} s",
            struck(inline(clipped(clock.shows, 60)), clock.withdrawn),
            inline(clipped(clock.zone, 60)),
            inline(clipped(clock.true or "–", 60)) + _source(sheet, clock),
            _offset(sheet, clock),
            f"{inline(clipped(clock.examiner, 120))}, {inline(moment(clock.at))}. {_state(sheet, clock)}",
        ]
        for clock in clocks[-MOST_ROWS:]
    ]
    if len(clocks) > MOST_ROWS:
        rows.insert(0, ["…", "", "", "", _("and {number} more", number=count(len(clocks) - MOST_ROWS)), "", ""])
    yield sheet.grid(head, rows, [42, 54, 78, 62, 110, 60, WIDTH - 406])


def mark_table(sheet: Sheet, marks: tuple[MarkFacts, ...]) -> Iterator[Flowable]:
    """The marks in some footage."""
    _ = sheet.text
    if not marks:
        return
    yield from sheet.subheading(_("Marks in this footage"))
    head = [_("Mark"), _("Frames"), _("File time"), _("Camera clock"), _("Note"), _("By, at (UTC)")]
    rows: list[list[str | Flowable]] = [
        [
            struck(inline(mark.id), mark.withdrawn),
            struck(
                count(mark.first) if mark.last is None else f"{count(mark.first)} – {count(mark.last)}", mark.withdrawn
            ),
            f"{inline(mark.seconds)} s" if mark.seconds is not None else "–",
            inline(mark.shown or "–"),
            sheet.paragraph(
                struck(inline(clipped(mark.text or "–")), mark.withdrawn) + _withdrawn(sheet, mark.withdrawn),
                sheet.small,
            ),
            f"{inline(clipped(mark.examiner, 120))}, {inline(moment(mark.at))}",
        ]
        for mark in marks[:MOST_ROWS]
    ]
    if len(marks) > MOST_ROWS:
        rows.append(["…", "", "", "", _("and {number} more", number=count(len(marks) - MOST_ROWS)), ""])
    yield sheet.grid(head, rows, [36, 70, 58, 88, WIDTH - 350, 98])


def clock_facts(sheet: Sheet, times: ClockTimes | None) -> list[Fact]:
    """The rows of a frame that tell the time by the camera's clock, and the true time apart from it."""
    if times is None:
        return []
    _, reading = sheet.text, times.reading
    shown = _(
        "{time} ({zone}), reckoned from frame {index}, which shows {shows} (reading {id})",
        time=times.shown, zone=clipped(reading.zone, 60), index=reading.index, shows=clipped(reading.shows, 60),
        id=reading.id,
    )  # fmt: skip
    if times.true is None:
        return [(_("Camera clock"), shown), (_("True time"), _("not stated"))]
    if reading.behind:
        true = _("{time}; the camera clock is {span} behind it", time=times.true, span=reading.apart)
    else:
        true = _("{time}; the camera clock is {span} ahead of it", time=times.true, span=reading.apart)
    return [(_("Camera clock"), shown), (_("True time"), true + _source(sheet, reading))]


def _offset(sheet: Sheet, clock: ClockFacts) -> str:
    _ = sheet.text
    if clock.apart is None:
        return "–"
    return _("{span} behind", span=clock.apart) if clock.behind else _("{span} ahead", span=clock.apart)


def _source(sheet: Sheet, clock: ClockFacts) -> str:
    _ = sheet.text
    words = _("Source: {source}", source=clipped(clock.source, 300))
    return f"<br/>{words}" if clock.source else ""


def _state(sheet: Sheet, clock: ClockFacts) -> str:
    _ = sheet.text
    if clock.withdrawn is not None:
        return _withdrawn(sheet, clock.withdrawn)
    holds = _("Holds.")
    return f"<b>{holds}</b>" if clock.holds else _("Superseded.")


def _withdrawn(sheet: Sheet, reason: str | None) -> str:
    if reason is None:
        return ""
    _ = sheet.text
    words = _("Withdrawn: {reason}", reason=clipped(reason, 300))
    return f' <font color="#9c1f3a"><b>{words}</b></font>'
