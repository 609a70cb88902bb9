"""The timeline as it is drawn: lanes one above the other, everything in them but playhead and pointer."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPen, QPixmap

from facet.core.camera_clock import CameraClock
from facet.core.i18n import _
from facet.gui import theme
from facet.gui.theme import colour
from facet.gui.view.activity_strip import strip_image
from facet.gui.view.filmstrip import Filmstrip
from facet.gui.view.recording import Recording
from facet.gui.view.ruler import camera_ticks, draw_ruler, file_ticks
from facet.gui.view.timeline_scale import Scale
from facet.gui.view.timeline_signs import (
    RECORDED,
    ShownMark,
    draw_cuts,
    draw_damaged,
    draw_flag,
    draw_keys,
    draw_recorded,
    places,
    shade_outside,
)

FLAGS = 13
"""Screen pixels of the lane in which marks and recorded frames stand."""
MOTION = 26
"""Screen pixels of the motion strip."""
BAND = 6
"""Screen pixels of the warning band over damaged pictures."""
LEAST_STRIP = 34
"""Screen pixels of the filmstrip at least."""


@dataclass(kw_only=True)
class Content:
    """What the timeline shows of one footage."""

    recording: Recording
    strip: Filmstrip = field(default_factory=Filmstrip)
    marks: tuple[ShownMark, ...] = ()
    recorded: tuple[int, ...] = ()
    clock: CameraClock | None = None
    begin: int | None = None
    """The in mark."""
    end: int | None = None
    """The out mark; this frame still belongs to the part."""

    @property
    def in_out(self) -> tuple[int, int] | None:
        """First and last frame of the part between in and out; None where neither is set."""
        if self.begin is None and self.end is None:
            return None
        return self.begin or 0, self.recording.count - 1 if self.end is None else self.end


@dataclass(frozen=True, kw_only=True, slots=True)
class Lanes:
    """Where what is drawn. ``camera`` is empty without a camera clock, ``damage`` where no picture is damaged."""

    ruler: QRect
    camera: QRect
    flags: QRect
    strip: QRect
    damage: QRect
    motion: QRect

    @classmethod
    def of(cls, size: QSize, metrics: QFontMetrics, margin: int, content: Content) -> Lanes:
        """Share out the height; the filmstrip takes what the others leave."""
        width, y = max(1, size.width() - 2 * margin), 0
        heights = fixed_heights(metrics, content)
        heights["strip"] = max(LEAST_STRIP, size.height() - sum(heights.values()) - 2)
        lanes = {}
        for name in ("ruler", "camera", "flags", "strip", "damage", "motion"):
            lanes[name] = QRect(margin, y, width, heights[name])
            y += heights[name]
        return cls(**lanes)

    @property
    def body(self) -> QRect:
        """The lanes of the recording itself."""
        return self.strip.united(self.motion)


def fixed_heights(metrics: QFontMetrics, content: Content) -> dict[str, int]:
    """Screen pixels of every lane but the filmstrip."""
    line = metrics.height() + 5
    return {
        "ruler": line,
        "camera": line if content.clock else 0,
        "flags": FLAGS,
        "damage": BAND if content.recording.damaged or content.recording.tainted else 0,
        "motion": MOTION,
    }


class Face:
    """Draws the lanes once and keeps the picture until something in it has changed."""

    def __init__(self) -> None:
        self._kept: QPixmap | None = None
        self._key: object = None
        self.drawings = 0
        """How often the lanes were drawn."""
        self.thumbnails = 0
        """How many thumbnails the latest drawing shows."""

    def picture(
        self, content: Content, scale: Scale, lanes: Lanes, *, size: QSize, ratio: float, font: QFont
    ) -> QPixmap:
        """The lanes at ``ratio`` device pixels to the screen pixel."""
        key = (
            scale, size, ratio, theme.current(), id(content.recording), content.recording.version,
            content.strip.version, content.marks, content.recorded, content.clock, content.in_out,
        )  # fmt: skip
        if self._kept is None or key != self._key:
            picture = QPixmap(size * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(colour("window"))
            painter = QPainter(picture)
            painter.setFont(font)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw(painter, content, scale, lanes)
            painter.end()
            self._kept, self._key = picture, key
            self.drawings += 1
        return self._kept

    def _draw(self, painter: QPainter, content: Content, scale: Scale, lanes: Lanes) -> None:
        recording, metrics = content.recording, painter.fontMetrics()
        room = metrics.horizontalAdvance("0:00:00.000")
        name = _("File time") if content.clock else ""
        draw_ruler(painter, lanes.ruler, scale, file_ticks(recording, scale, room), name)
        if content.clock is not None:
            ticks = camera_ticks(recording, scale, content.clock, room)
            draw_ruler(painter, lanes.camera, scale, ticks, _("Camera clock"))
        painter.fillRect(lanes.strip, colour("field"))
        painter.setClipRect(lanes.body)
        self.thumbnails = content.strip.draw(painter, lanes.strip, scale)
        self._draw_motion(painter, content, scale, lanes.motion)
        painter.fillRect(lanes.damage, colour("field"))
        draw_damaged(painter, lanes.damage, scale, recording)
        left = None if content.begin is None else lanes.strip.left() + scale.x(content.begin)
        right = None if content.end is None else lanes.strip.left() + scale.x(content.end + 1)
        shade_outside(painter, lanes.body, left, right)
        painter.setClipping(False)
        painter.setClipRect(lanes.flags.adjusted(-8, 0, 8, 0))
        self._draw_flags(painter, content, scale, lanes.flags)
        painter.setClipping(False)
        painter.setPen(QPen(colour("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # noqa: FBT003  # long lines, much quicker
        painter.drawRect(lanes.body.adjusted(-1, 0, 0, -1))

    @staticmethod
    def _draw_motion(painter: QPainter, content: Content, scale: Scale, lane: QRect) -> None:
        ratio = painter.device().devicePixelRatioF()
        width, height = round(lane.width() * ratio), round(lane.height() * ratio)
        painter.drawImage(QRectF(lane), strip_image(content.recording, scale.first, scale.last, width, height))
        painter.setPen(QPen(colour("line"), 1))
        painter.drawLine(QPointF(lane.left(), lane.top()), QPointF(lane.right(), lane.top()))
        draw_cuts(painter, [lane.left() + x for x in places(content.recording.cuts, scale)], lane)
        draw_keys(painter, lane, scale, content.recording)

    @staticmethod
    def _draw_flags(painter: QPainter, content: Content, scale: Scale, lane: QRect) -> None:
        for x in places(content.recorded, scale):
            draw_recorded(painter, lane.left() + x, lane)
        for mark in content.marks:
            if mark.last is not None and mark.last >= scale.first and mark.first <= scale.last:
                left = max(0.0, scale.x(mark.first))
                right = min(float(scale.width), scale.x(mark.last + 1))
                painter.setPen(QPen(colour("accent"), 2))
                painter.drawLine(
                    QPointF(lane.left() + left, lane.bottom()), QPointF(lane.left() + right, lane.bottom())
                )
        for filled in (False, True):
            standing = [mark.first for mark in content.marks if (mark.state == RECORDED) is filled]
            for x in places(standing, scale):
                draw_flag(painter, lane.left() + x, lane, filled=filled)
