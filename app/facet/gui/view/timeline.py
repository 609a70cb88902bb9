"""The timeline: every frame has a place, the pointer asks for one, the newest request wins."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from facet.core.i18n import _
from facet.gui.view.hover_card import HoverCard, hover_text
from facet.gui.view.timeline_scale import STEP
from facet.gui.view.timeline_view import MARGIN, TimelineView

PAGE = 10
"""Frames to a page key."""
SNAP = 6
"""Screen pixels around a flag that count as the flag."""


class Timeline(TimelineView):
    """The timeline for pointer and keys. It shows where the wish is at once; the picture follows when it is decoded."""

    index_asked = Signal(int)
    """A frame is wanted."""
    held = Signal(bool)
    """Whether a hand drags the playhead: True before the first wish, False once it lets go."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dragging = False
        self._pan: float | None = None
        self._card: HoverCard | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Timeline"))
        self.setAccessibleDescription(
            _(
                "Left and right step one frame, Page Up and Page Down ten, Home and End go to the first and the last. "
                "Plus and minus zoom, 0 shows the whole recording, Shift with left or right moves what is shown."
            )
        )

    def ask(self, index: int) -> None:
        """Move to a frame and ask for it."""
        wanted = min(max(index, 0), self.count - 1)
        if self.count and wanted != self._index:
            self.set_index(wanted)
            self.index_asked.emit(wanted)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there; the middle button moves what is shown."""
        if event.button() == Qt.MouseButton.LeftButton and self.count:
            self._dragging = True
            self._tell(None)
            self.held.emit(True)  # noqa: FBT003  # Qt's own signature
            flag = self._flag_at(event.position())
            self.ask(self._scale.index_at(event.position().x() - MARGIN) if flag is None else flag)
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._pan = event.position().x()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() == Qt.MouseButton.LeftButton and self._dragging:
            self._dragging = False
            self.held.emit(False)  # noqa: FBT003
        elif event.button() == Qt.MouseButton.MiddleButton:
            self._pan = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, move what is shown, or say what is under the pointer."""
        x = event.position().x()
        if self._dragging:
            self.ask(self._scale.index_at(x - MARGIN))
        elif self._pan is not None:
            self.set_scale(self._scale.moved((self._pan - x) / self._scale.pixels))
            self._pan = x
        elif self.count:
            self._tell(min(max(x - MARGIN, 0.0), float(self._scale.width)))

    def enterEvent(self, event: QEnterEvent) -> None:
        """The pointer is here."""
        if self.count:
            self._tell(min(max(event.position().x() - MARGIN, 0.0), float(self._scale.width)))

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is gone."""
        self._tell(None)

    def hideEvent(self, event: QEvent) -> None:
        """Nothing points here any more."""
        self._tell(None)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer; sideways, or with Shift, move what is shown."""
        turn = event.angleDelta()
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if turn.x() or shifted:
            self.set_scale(self._scale.moved(-(turn.x() or turn.y()) / 120 * self._scale.span / 10))
        elif turn.y():
            self.zoom(STEP ** (turn.y() / 120), event.position().x() - MARGIN)
        self._tell(event.position().x() - MARGIN if self.count else None)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step, zoom and move by keys."""
        key = Qt.Key(event.key())
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ways = {
            Qt.Key.Key_Left: self._index - 1, Qt.Key.Key_Down: self._index - 1,
            Qt.Key.Key_Right: self._index + 1, Qt.Key.Key_Up: self._index + 1,
            Qt.Key.Key_PageUp: self._index - PAGE, Qt.Key.Key_PageDown: self._index + PAGE,
            Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.count - 1,
        }  # fmt: skip
        if shifted and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.set_scale(self._scale.moved(self._scale.span / (10 if key == Qt.Key.Key_Right else -10)))
        elif key in ways:
            self.ask(ways[key])
        else:
            super().keyPressEvent(event)

    def _flag_at(self, at: QPointF) -> int | None:
        """The marked or recorded frame whose flag is under the pointer."""
        if not self.lanes.flags.adjusted(0, 0, 0, 2).contains(at.toPoint()):
            return None
        known = {*self.content.recorded, *(mark.first for mark in self.content.marks)}
        x = at.x() - MARGIN
        close = [index for index in known if -SNAP <= x - self._scale.x(index) <= SNAP * 2]
        return min(close, key=lambda index: abs(x - self._scale.x(index)), default=None)

    def _tell(self, x: float | None) -> None:
        self._hover = x
        self.update()
        if x is None:
            if self._card is not None:
                self._card.hide()
            return
        if self._card is None:
            self._card = HoverCard(self.window())
        index = self._scale.index_at(x)
        shown = self.content.strip.nearest(index)
        image = None if shown is None else self.content.strip.image(shown)
        self._card.tell(hover_text(self.content, index, shown), image)
        self._card.stand_above(self, x + MARGIN)
