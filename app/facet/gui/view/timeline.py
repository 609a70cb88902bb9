"""The timeline: every frame has a place, the pointer asks for one, the newest request wins."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from facet.core.i18n import _
from facet.gui.theme import colour

MARGIN = 12
"""Screen pixels left and right of the track."""
PAGE = 10
"""Frames to a page key."""


class Timeline(QWidget):
    """A slider over ``count`` frames. It shows where the wish is at once; the picture follows when it is decoded."""

    index_asked = Signal(int)
    """A frame is wanted."""
    held = Signal(bool)
    """Whether a hand drags the playhead: True before the first wish, False once it lets go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count, self._index = 0, 0
        self._marks: frozenset[int] = frozenset()
        self._recorded: frozenset[int] = frozenset()
        self._hover: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Timeline"))
        self.setAccessibleDescription(
            _("Left and right step one frame, Page Up and Page Down ten, Home and End go to the first and the last.")
        )

    def sizeHint(self) -> QSize:
        """One comfortable line."""
        return QSize(400, 40)

    @property
    def index(self) -> int:
        """The frame that is wanted."""
        return self._index

    @property
    def count(self) -> int:
        """How many frames there are; 0 without footage."""
        return self._count

    @property
    def marks(self) -> frozenset[int]:
        """The marked frames."""
        return self._marks

    def set_count(self, count: int) -> None:
        """Begin anew with so many frames."""
        self._count, self._index, self._hover = count, 0, None
        self._marks = self._recorded = frozenset()
        self.update()

    def set_index(self, index: int) -> None:
        """Show another frame as the current one, without asking for it."""
        self._index = min(max(index, 0), max(self._count - 1, 0))
        self.setToolTip("")
        self.update()

    def set_recorded(self, recorded: Iterable[int]) -> None:
        """The frames that the case holds."""
        self._recorded = frozenset(recorded)
        self.update()

    def toggle_mark(self) -> None:
        """Mark this frame, or take its mark away."""
        if self._count:
            self._marks = self._marks ^ {self._index}
            self.update()

    def next_mark(self, *, forward: bool) -> int | None:
        """The nearest marked or recorded frame on that side."""
        known = self._marks | self._recorded
        beyond = [i for i in known if (i > self._index if forward else i < self._index)]
        return (min(beyond) if forward else max(beyond)) if beyond else None

    def ask(self, index: int) -> None:
        """Move to a frame and ask for it."""
        wanted = min(max(index, 0), self._count - 1)
        if self._count and wanted != self._index:
            self.set_index(wanted)
            self.index_asked.emit(wanted)

    # painting

    def _track(self) -> QRect:
        return QRect(MARGIN, self.height() // 2 - 4, max(1, self.width() - 2 * MARGIN), 8)

    def _x(self, index: int) -> float:
        track = self._track()
        return track.left() + track.width() * (index / max(1, self._count - 1))

    def _index_at(self, at: QPoint) -> int:
        track = self._track()
        share = (at.x() - track.left()) / track.width()
        return round(min(max(share, 0.0), 1.0) * max(0, self._count - 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Track, marks, recorded frames, and the playhead."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = self._track()
        painter.setPen(QPen(colour("line"), 1))
        painter.setBrush(colour("field"))
        painter.drawRoundedRect(track, 4, 4)
        if not self._count:
            return
        done = QRect(track.left(), track.top(), round(self._x(self._index)) - track.left(), track.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("raised"))
        painter.drawRoundedRect(done, 4, 4)
        painter.setBrush(colour("quiet"))
        for index in self._recorded:
            x = self._x(index)
            painter.drawPolygon(
                QPolygonF([QPointF(x - 5, track.bottom() + 9), QPointF(x + 5, track.bottom() + 9),
                           QPointF(x, track.bottom() + 2)])
            )  # fmt: skip
        painter.setBrush(colour("accent"))
        for index in self._marks:
            x = self._x(index)
            painter.drawPolygon(
                QPolygonF([QPointF(x, track.top() - 9), QPointF(x + 8, track.top() - 6), QPointF(x, track.top() - 3)])
            )
            painter.drawRect(round(x) - 1, track.top() - 9, 1, 10)
        x = self._x(self._index)
        if self._hover is not None:
            painter.setPen(QPen(colour("quiet"), 1))
            painter.drawLine(QPointF(self._x(self._hover), track.top()), QPointF(self._x(self._hover), track.bottom()))
        painter.setPen(QPen(colour("text" if self.hasFocus() else "window"), 2))
        painter.setBrush(colour("accent"))
        painter.drawRoundedRect(round(x) - 4, track.top() - 5, 8, track.height() + 10, 3, 3)

    # hands

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.held.emit(True)  # noqa: FBT003  # a Qt signal
            self.ask(self._index_at(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of the playhead."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.held.emit(False)  # noqa: FBT003  # a Qt signal

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, or say which frame is under the pointer."""
        at = event.position().toPoint()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.ask(self._index_at(at))
        elif self._count:
            self._hover = self._index_at(at)
            self.setToolTip(_("Frame {index}").format(index=self._hover))
            self.update()

    def leaveEvent(self, event: object) -> None:
        """The pointer is gone."""
        self._hover = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step one frame."""
        if event.angleDelta().y():
            self.ask(self._index + (-1 if event.angleDelta().y() > 0 else 1))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step by keys."""
        ways = {
            Qt.Key.Key_Left: self._index - 1, Qt.Key.Key_Down: self._index - 1,
            Qt.Key.Key_Right: self._index + 1, Qt.Key.Key_Up: self._index + 1,
            Qt.Key.Key_PageUp: self._index - PAGE, Qt.Key.Key_PageDown: self._index + PAGE,
            Qt.Key.Key_Home: 0, Qt.Key.Key_End: self._count - 1,
        }  # fmt: skip
        wanted = ways.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self.ask(wanted)
