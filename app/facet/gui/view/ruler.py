"""Time along the timeline: round times as ticks, in the file's time and in that of the clock in the picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from facet.core.camera_clock import CameraClock
from facet.gui.theme import colour
from facet.gui.view.recording import Recording
from facet.gui.view.timeline_scale import Scale

STEPS = (
    *(Fraction(1, part) for part in (1000, 500, 200, 100, 50, 20, 10, 5, 2)),
    *(Fraction(seconds) for seconds in (1, 2, 5, 10, 15, 30)),
    *(Fraction(60 * minutes) for minutes in (1, 2, 5, 10, 15, 30)),
    *(Fraction(3600 * hours) for hours in (1, 2, 4, 6, 12, 24)),
)
"""Seconds between two ticks: what people call round."""
MOST = 400
"""Ticks drawn at most, whatever the footage claims of its times."""
AIR = 26
"""Screen pixels left free between two labels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """A round time: where it lies, in frames, and how it is written."""

    place: float
    text: str


def file_ticks(recording: Recording, scale: Scale, room: float) -> Iterator[Tick]:
    """Round file times in the part that is seen, no closer than ``room`` pixels on the average."""
    begin, end, step = _spread(recording, scale, room)
    at = -(-begin // step) * step
    for _number in range(MOST):
        if at > end:
            return
        yield Tick(place=recording.place_at(at), text=short_time(at, step))
        at += step


def camera_ticks(recording: Recording, scale: Scale, clock: CameraClock, room: float) -> Iterator[Tick]:
    """Round times of the clock in the picture in the part that is seen."""
    begin, end, step = _spread(recording, scale, room)
    shown = clock.shown_at(begin)
    if shown is None:
        return
    since = Fraction(shown.hour * 3600 + shown.minute * 60 + shown.second) + Fraction(shown.microsecond, 1_000_000)
    at = begin + (-(-since // step) * step - since)
    for _number in range(MOST):
        moment = clock.shown_at(at) if at <= end else None
        if moment is None:
            return
        day = f"{moment:%Y-%m-%d} " if step >= 3600 else ""
        fine = f".{moment.microsecond // 1000:03}" if step < 1 else ""
        yield Tick(place=recording.place_at(at), text=f"{day}{moment:%H:%M:%S}{fine}")
        at += step


def short_time(seconds: Fraction, step: Fraction) -> str:
    """``0:00:12``; with thousandths where the step is less than a second."""
    thousandths = round(seconds * 1000)
    whole, rest = divmod(thousandths, 1000)
    fine = f".{rest:03}" if step < 1 else ""
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}{fine}"


def draw_ruler(painter: QPainter, lane: QRect, scale: Scale, ticks: Iterator[Tick], name: str = "") -> None:
    """Ticks with their labels along the lower edge of ``lane``; ``name`` stands at the left where it is given."""
    metrics = painter.fontMetrics()
    painter.setPen(QPen(colour("line"), 1))
    painter.drawLine(lane.bottomLeft(), lane.bottomRight())
    free = float(lane.left())
    if name:
        width = metrics.horizontalAdvance(name) + 10
        painter.setPen(colour("text"))
        painter.drawText(lane.adjusted(0, 0, 0, -2), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        free += width
    for tick in ticks:
        x = lane.left() + scale.x(tick.place)
        if not lane.left() - 1 <= x <= lane.right() + 1:
            continue
        painter.setPen(QPen(colour("quiet"), 1))
        painter.drawLine(QPointF(x, lane.bottom() - 4), QPointF(x, lane.bottom()))
        width = metrics.horizontalAdvance(tick.text)
        left = min(max(x - width / 2, float(lane.left())), lane.right() - width)
        if left < free:
            continue
        painter.drawText(
            QRectF(left, lane.top(), width + 2, lane.height() - 4), Qt.AlignmentFlag.AlignVCenter, tick.text
        )
        free = left + width + AIR / 2


def _spread(recording: Recording, scale: Scale, room: float) -> tuple[Fraction, Fraction, Fraction]:
    """File time at the left, at the right, and a round step between ticks."""
    first, after = scale.visible()
    begin, end = recording.seconds(first), recording.seconds(max(first, after - 1))
    share = Fraction(room + AIR) / scale.width
    wanted = max(end - begin, Fraction(1, 1000)) * share
    step = next((step for step in STEPS if step >= wanted), None)
    return begin, end, step or -(-wanted // STEPS[-1]) * STEPS[-1]
