"""Signs on the timeline. Each has a shape of its own, so that its colour is never all there is to know it by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from facet.gui.theme import colour
from facet.gui.view.recording import Recording
from facet.gui.view.timeline_scale import Scale

KEY_ROOM = 3.0
"""Screen pixels to the frame from which keyframes are ticked off."""
DIAMOND = 18
"""Screen pixels from one diamond to the next on the average, at least."""
FLAG = 9
"""Screen pixels of a flag's height and width."""
DRAFT, RECORDED, WITHDRAWN = "draft", "recorded", "withdrawn"
"""Where a mark stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShownMark:
    """A marked frame, or a marked part from ``first`` to ``last``, with its note.

    ``state`` is ``DRAFT`` (kept beside the settings), ``RECORDED`` (in the case) or ``WITHDRAWN``; ``who`` says who
    recorded it and when.
    """

    id: str
    first: int
    last: int | None
    text: str
    state: str
    who: str = ""


def draw_flag(painter: QPainter, x: float, lane: QRect, *, filled: bool) -> None:
    """A flag on its pole: filled for a mark that is recorded, hollow for a draft."""
    shade = colour("accent")
    painter.setPen(QPen(shade, 1.5))
    painter.setBrush(shade if filled else colour("field"))
    top = lane.top() + 1
    painter.drawPolygon(QPolygonF([QPointF(x, top), QPointF(x + FLAG, top + FLAG * 0.4), QPointF(x, top + FLAG * 0.8)]))
    painter.drawLine(QPointF(x, top), QPointF(x, lane.bottom()))


def draw_recorded(painter: QPainter, x: float, lane: QRect) -> None:
    """A triangle that points at a frame the case holds."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("text"))
    bottom = lane.bottom()
    painter.drawPolygon(QPolygonF([QPointF(x - 5, bottom - 7), QPointF(x + 5, bottom - 7), QPointF(x, bottom)]))


def draw_cut(painter: QPainter, x: float, lane: QRect) -> None:
    """A line with a diamond on top where the scene changes."""
    painter.setPen(QPen(colour("text"), 1))
    painter.setBrush(colour("text"))
    painter.drawLine(QPointF(x, lane.top() + 6), QPointF(x, lane.bottom()))
    middle = lane.top() + 4
    painter.drawPolygon(
        QPolygonF([QPointF(x, middle - 4), QPointF(x + 4, middle), QPointF(x, middle + 4), QPointF(x - 4, middle)])
    )


def draw_cuts(painter: QPainter, xs: Sequence[float], lane: QRect) -> None:
    """Every scene change, with diamonds where there are few enough to be told apart."""
    painter.setPen(QPen(colour("text"), 1))
    painter.drawLines([QLineF(x, lane.top() + 6, x, lane.bottom()) for x in xs])
    for x in xs if len(xs) <= lane.width() / DIAMOND else ():
        draw_cut(painter, x, lane)


def draw_tainted(painter: QPainter, area: QRectF) -> None:
    """A dashed line below pictures in which damage may go on."""
    painter.setPen(QPen(colour("text"), 2, Qt.PenStyle.DashLine))
    painter.drawLine(QPointF(area.left(), area.bottom() - 1), QPointF(area.right(), area.bottom() - 1))


def draw_damage(painter: QPainter, area: QRectF) -> None:
    """A band with warning stripes over damaged pictures."""
    painter.fillRect(area, colour("warning"))
    painter.save()
    painter.setClipRect(area)
    painter.setPen(QPen(colour("text"), 1.5))
    lines = [
        QLineF(x, area.bottom(), x + area.height(), area.top())
        for x in np.arange(area.left() - area.height(), area.right(), 6.0)
    ]
    painter.drawLines(lines)
    painter.restore()


def draw_keys(painter: QPainter, lane: QRect, scale: Scale, recording: Recording) -> None:
    """A short tick at the lower edge for every keyframe, once there is room for them."""
    if scale.pixels < KEY_ROOM:
        return
    first, after = scale.visible()
    begin, end = np.searchsorted(recording.keys, [first, after])
    painter.setPen(QPen(colour("text"), 2))
    for index in recording.keys[begin:end]:
        draw_key(painter, lane.left() + scale.x(float(index)) + 1, lane)


def draw_key(painter: QPainter, x: float, lane: QRect) -> None:
    """One such tick."""
    painter.setPen(QPen(colour("text"), 2))
    painter.drawLine(QPointF(x, lane.bottom() - 6), QPointF(x, lane.bottom()))


def draw_damaged(painter: QPainter, lane: QRect, scale: Scale, recording: Recording) -> int:
    """The stretches of damage, and below them those in which it may go on, at least three pixels wide, never twice over
    the same pixels; how many were drawn."""
    tainted = _draw_stretches(painter, lane, scale, recording.tainted, draw_tainted)
    return tainted + _draw_stretches(painter, lane, scale, recording.damaged, draw_damage)


def _draw_stretches(
    painter: QPainter,
    lane: QRect,
    scale: Scale,
    stretches: Sequence[tuple[int, int]],
    draw: Callable[[QPainter, QRectF], None],
) -> int:
    reached, drawn = -1.0, 0
    for first, last in stretches:
        left, right = scale.x(first), scale.x(last + 1)
        right = max(right, left + 3)
        if right <= max(reached, 0.0) or left > scale.width:
            continue
        left, right = max(left, reached, 0.0), min(right, float(scale.width))
        if right > left:
            draw(painter, QRectF(lane.left() + left, lane.top(), right - left, lane.height()))
            reached, drawn = right, drawn + 1
    return drawn


def places(indices: Iterable[int], scale: Scale) -> list[float]:
    """Where these frames begin, in pixels, those that fall on the same pixel once."""
    known = np.asarray(list(indices), dtype=np.float64)
    seen = np.unique(np.floor(scale.x(known[(known >= scale.first - 1) & (known <= scale.last)])))  # type: ignore[arg-type]
    return [float(x) for x in seen]


def shade_outside(painter: QPainter, area: QRect, left: float | None, right: float | None) -> None:
    """Dim what lies outside in and out, and set a bracket at either."""
    veil = QColor(colour("window"))
    veil.setAlpha(170)
    line = QPen(colour("text"), 2)
    if left is not None:
        painter.fillRect(QRectF(area.left(), area.top(), max(0.0, left - area.left()), area.height()), veil)
        painter.setPen(line)
        draw_bracket(painter, left, area, opens=True)
    if right is not None:
        painter.fillRect(QRectF(right, area.top(), max(0.0, area.right() + 1 - right), area.height()), veil)
        painter.setPen(line)
        draw_bracket(painter, right, area, opens=False)


def draw_bracket(painter: QPainter, x: float, area: QRect, *, opens: bool) -> None:
    """``[`` where the part begins, ``]`` where it ends."""
    painter.setPen(QPen(colour("text"), 2))
    foot = 5 if opens else -5
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
    for y in (area.top() + 1, area.bottom()):
        painter.drawLine(QPointF(x, y), QPointF(x + foot, y))
