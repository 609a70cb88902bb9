"""What the timeline shows, and of which part of the recording; it takes no keys and no hands."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QImage,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from facet.core.camera_clock import CameraClock
from facet.footage.survey import SurveyBatch
from facet.gui.theme import colour
from facet.gui.view.recording import Recording, nearest
from facet.gui.view.timeline_face import LEAST_STRIP, Content, Face, Lanes, fixed_heights
from facet.gui.view.timeline_scale import Scale
from facet.gui.view.timeline_signs import WITHDRAWN, ShownMark

MARGIN = 12
"""Screen pixels left and right of the track."""
TALLEST = 90
"""Screen pixels of the filmstrip at most at first."""


def nowhere(count: int = 0) -> Recording:
    """A recording of which only the number of frames is known."""
    return Recording(count, Fraction, int)


class TimelineView(QWidget):
    """Time, marks, thumbnails and motion of a recording, from the whole down to single frames."""

    in_out_changed = Signal(object)
    """First and last frame of the part between in and out, or None."""
    changed = Signal()
    """Something else is seen: another part, another frame, or more of the footage."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content = Content(recording=nowhere())
        self.face = Face()
        self._index = 0
        self._scale = Scale.whole(0, 1)
        self._hover: float | None = None
        small = self.font()
        small.setPointSizeF(max(7.0, small.pointSizeF() * 0.88))
        self._font = QFont(small)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    # size

    def sizeHint(self) -> QSize:
        """Lower on small screens, with thumbnails of some size on large ones."""
        room = self.screen().availableSize().height()
        return QSize(400, self._height(min(TALLEST, max(LEAST_STRIP, room // 20))))

    def minimumSizeHint(self) -> QSize:
        """Every lane can be read."""
        return QSize(200, self._height(LEAST_STRIP))

    def _height(self, strip: int) -> int:
        return sum(fixed_heights(QFontMetrics(self._font), self.content).values()) + strip + 2

    @property
    def lanes(self) -> Lanes:
        """Where what is drawn."""
        return Lanes.of(self.size(), QFontMetrics(self._font), MARGIN, self.content)

    # what is shown

    @property
    def index(self) -> int:
        """The frame that is wanted."""
        return self._index

    @property
    def count(self) -> int:
        """How many frames there are; 0 without footage."""
        return self.content.recording.count

    @property
    def scale(self) -> Scale:
        """The part that is seen."""
        return self._scale

    @property
    def in_out(self) -> tuple[int, int] | None:
        """First and last frame of the part between in and out; None where neither is set."""
        return self.content.in_out

    def set_recording(self, recording: Recording) -> None:
        """Begin anew with other footage."""
        self.content = Content(recording=recording)
        self._index, self._hover = 0, None
        self._scale = Scale.whole(recording.count, self._width())
        self._resize_lanes()
        self.in_out_changed.emit(None)

    def set_count(self, count: int) -> None:
        """Begin anew with so many frames of which nothing else is known."""
        self.set_recording(nowhere(count))

    def begin_survey(self, *, thorough: bool) -> None:
        """A survey begins; ``thorough`` says whether it looks at every picture."""
        self.content.recording.forget_survey(thorough=thorough)
        self._changed()

    def add_batch(self, batch: SurveyBatch, thumbnails: Iterable[tuple[int, QImage]]) -> None:
        """Take what a survey found; ``thumbnails`` upright and with square pixels."""
        for index, image in thumbnails:
            self.content.strip.add(index, image)
        self.content.recording.know_batch(batch)
        self._resize_lanes()

    def set_index(self, index: int) -> None:
        """Show another frame as the current one, without asking for it."""
        before, self._index = self._index, min(max(index, 0), max(self.count - 1, 0))
        scale = self._scale.following(self._index)
        if scale is not self._scale:
            self.set_scale(scale)
            return
        for one in (before, self._index):
            self.update(self._around(one))
        self.changed.emit()

    def set_recorded(self, recorded: Iterable[int]) -> None:
        """The frames that the case holds."""
        self.content.recorded = tuple(sorted(set(recorded)))
        self._changed()

    def set_marks(self, marks: Iterable[ShownMark]) -> None:
        """The marks; those that are withdrawn are not shown."""
        self.content.marks = tuple(mark for mark in marks if mark.state != WITHDRAWN)
        self._changed()

    def set_clock(self, clock: CameraClock | None) -> None:
        """Show the time of the clock in the picture too, in a ruler of its own."""
        self.content.clock = clock
        self._resize_lanes()

    def set_in_out(self, begin: int | None, end: int | None) -> None:
        """Set the in and the out mark; one that would lie behind the other takes the other away."""
        if begin is not None and end is not None and begin > end:
            begin, end = (begin, None) if begin != self.content.begin else (None, end)
        self.content.begin, self.content.end = begin, end
        self._changed()
        self.in_out_changed.emit(self.in_out)

    def set_scale(self, scale: Scale) -> None:
        """Show another part."""
        self._scale = scale
        self._changed()

    def zoom(self, by: float, x: float | None = None) -> None:
        """``by`` times closer about ``x`` (pixels from the left of the track), or else about the playhead."""
        if x is None:
            here = self._scale.x(self._index + 0.5)
            x = here if 0 <= here <= self._scale.width else self._scale.width / 2
        self.set_scale(self._scale.zoomed(by, x))

    def show_whole(self) -> None:
        """Show the whole recording."""
        self.set_scale(Scale.whole(self.count, self._width()).resized(self._width(), self._cell()))

    def next_mark(self, *, forward: bool) -> int | None:
        """The nearest marked or recorded frame on that side."""
        known = {*self.content.recorded, *(mark.first for mark in self.content.marks)}
        return nearest(sorted(known), self._index, forward=forward)

    # painting

    def _width(self) -> int:
        return max(1, self.width() - 2 * MARGIN)

    def _cell(self) -> int:
        return round(self.lanes.strip.height() * self.content.strip.aspect)

    def _resize_lanes(self) -> None:
        self._scale = self._scale.resized(self._width(), self._cell())
        self.updateGeometry()
        self._changed()

    def _around(self, index: int) -> QRect:
        """Where the playhead at a frame is drawn."""
        left, width = MARGIN + self._scale.x(index), max(2.0, self._scale.pixels)
        return QRectF(left - 9, 0, width + 18, self.height()).toAlignedRect()

    def _changed(self) -> None:
        self.update()
        self.changed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lanes as they were kept, and over them pointer and playhead."""
        painter = QPainter(self)
        if not self.count:
            lanes = self.lanes
            painter.setPen(QPen(colour("line"), 1))
            painter.setBrush(colour("field"))
            painter.drawRect(lanes.body)
            return
        lanes = self.lanes
        ratio = self.devicePixelRatioF()
        picture = self.face.picture(self.content, self._scale, lanes, size=self.size(), ratio=ratio, font=self._font)
        painter.drawPixmap(0, 0, picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._hover is not None:
            painter.setPen(QPen(colour("quiet"), 1, Qt.PenStyle.DashLine))
            x = lanes.body.left() + self._hover
            painter.drawLine(QPointF(x, lanes.body.top()), QPointF(x, lanes.body.bottom()))
        left = lanes.body.left() + self._scale.x(self._index)
        width = max(2.0, self._scale.pixels)
        if lanes.body.left() - width <= left <= lanes.body.right() + 1:
            area = QRectF(left, lanes.body.top() + 1, width, lanes.body.height() - 2)
            strong = colour("text" if self.hasFocus() else "accent")
            painter.setClipRect(lanes.body.adjusted(-6, -6, 6, 0))
            painter.setPen(QPen(colour("window"), 4))
            painter.drawRect(area)
            painter.setPen(QPen(strong, 2))
            painter.drawRect(area)
            painter.setBrush(strong)
            painter.setPen(Qt.PenStyle.NoPen)
            middle = left + min(width, 2.0) / 2
            top = lanes.body.top()
            painter.drawPolygon([QPointF(middle - 6, top - 5), QPointF(middle + 6, top - 5), QPointF(middle, top + 4)])
        if self.hasFocus():
            painter.setClipping(False)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # noqa: FBT003
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("accent"), 1))
            painter.drawRect(lanes.body.adjusted(-2, -1, 1, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep showing the same part."""
        super().resizeEvent(event)
        self._scale = self._scale.resized(self._width(), self._cell())
        self._changed()
