"""The frame, pixel by pixel: zoom, pan, and the box in source pixels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QWidget

from facet.core.geometry import Box, Face
from facet.core.i18n import _
from facet.gui.view.display import ZOOMS, Orientation
from facet.gui.view.gesture import Grip, central, drawn, fitted, pulled
from facet.gui.view.overlay import CURSORS, BoxItem, FaceItem, grip_at
from facet.gui.view.picture_view import PictureView

DRAG = 4
"""Screen pixels the pointer must move before a press becomes a drag."""
ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class FrameView(PictureView):
    """Left drag draws a box, moves it, or pulls its sides; middle or right drag pans."""

    box_changed = Signal(object)
    """The new box, or None."""
    pointed = Signal(object)
    """The source pixel (x, y) under the pointer, or None."""
    step_asked = Signal(int)
    """Left and right arrow while no box is held."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._box_item = BoxItem()
        self._box_item.setVisible(False)
        self._stage.addItem(self._box_item)
        self._faces: list[FaceItem] = []
        self._boxable = True
        self._held: tuple[Grip, QPointF, Box] | None = None
        self._drawing: QPointF | None = None
        self._pan: QPoint | None = None
        self._pressed = QPoint()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName(_("Frame"))
        self.setAccessibleDescription(
            _("The frame in source pixels. B makes a box; arrow keys move it, with Shift by ten, with Ctrl its size.")
        )

    @property
    def box(self) -> Box | None:
        """The box in source pixels."""
        return self._box_item.box if self._box_item.isVisible() else None

    @property
    def box_held(self) -> bool:
        """Whether the box has the arrow keys."""
        return self._box_item.held

    def show_image(self, image: QImage, orientation: Orientation, size: tuple[int, int] | None = None) -> None:
        """Show a frame; the box stays where it is if it fits."""
        before = self.size_px
        super().show_image(image, orientation, size)
        if self.size_px != before and self.box is not None:
            self.set_box(fitted(self.box, self.size_px))

    def set_boxable(self, on: bool) -> None:
        """Whether a hand may draw, move or pull a box; not in a preview, which perhaps shows another picture."""
        self._boxable = on
        if not on:
            self._held = self._drawing = None

    def clear(self) -> None:
        """Show nothing."""
        super().clear()
        self.set_faces(())
        self.set_box(None)

    def set_box(self, box: Box | None, *, hold: bool = False) -> None:
        """Put the box; ``hold`` gives it the arrow keys."""
        if box == self.box:
            self._box_item.held = self._box_item.held or (hold and box is not None)
            self._box_item.update()
            return
        self._box_item.show_box(box, held=hold)
        self.box_changed.emit(box)

    def new_box(self) -> None:
        """A box in the middle, held, for work by keyboard; one that exists is held."""
        if not self._boxable:
            return
        self.set_box(self.box or central(self.size_px), hold=True)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_faces(self, faces: Sequence[Face]) -> None:
        """Outline the faces found in this frame; a click on one takes it as the box."""
        for item in self._faces:
            self._stage.removeItem(item)
        self._faces = [FaceItem(face) for face in faces]
        for item in self._faces:
            self._stage.addItem(item)

    def zoom_to_box(self) -> None:
        """Show the box with some of its surroundings."""
        if (box := self.box) is not None:
            room = min(self.viewport().width() / box.w, self.viewport().height() / box.h) * 0.6
            wanted = room * self.devicePixelRatioF()
            self.set_zoom(max((step for step in ZOOMS if step <= wanted), default=ZOOMS[0]))
            self.centerOn(box.x + box.w / 2, box.y + box.h / 2)

    # Qt's events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Hold a side, the box, the picture, or begin a new box."""
        at = event.position().toPoint()
        self._pressed = at
        if event.button() in (Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton):
            self._pan = at
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif event.button() == Qt.MouseButton.LeftButton and self.size_px[0] and self._boxable:
            grip = grip_at(self, self.box, at)
            if self.box is not None and grip != Grip.NONE:
                self._box_item.held = True
                self._box_item.update()
                self._held = (grip, self.mapToScene(at), self.box)
            else:
                self._drawing = self.mapToScene(at)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the hand."""
        at = event.position().toPoint()
        self.badges.dodge(at)
        point = self.mapToScene(at)
        x, y = int(point.x() // 1), int(point.y() // 1)
        width, height = self.size_px
        self.pointed.emit((x, y) if 0 <= x < width and 0 <= y < height else None)
        if self._pan is not None:
            moved, self._pan = at - self._pan, at
            for bar, by in ((self.horizontalScrollBar(), moved.x()), (self.verticalScrollBar(), moved.y())):
                bar.setValue(bar.value() - by)
        elif self._held is not None:
            grip, start, box = self._held
            dx, dy = round(point.x() - start.x()), round(point.y() - start.y())
            self.set_box(pulled(box, grip, dx, dy, self.size_px), hold=True)
        elif self._drawing is not None and (at - self._pressed).manhattanLength() >= DRAG:
            square = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            made = drawn(self._drawing.toTuple(), point.toTuple(), self.size_px, square=square)
            if made is not None:
                self.set_box(made, hold=True)
        else:
            self.viewport().setCursor(self._cursor_for(grip_at(self, self.box, at)))
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is in the way of nothing any more."""
        self.badges.dodge(QPoint(-1, -1))
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; a mere click takes the face under it, or lets go of the box."""
        at = event.position().toPoint()
        if self._drawing is not None and (at - self._pressed).manhattanLength() < DRAG:
            face = next((item.face for item in self._faces if item.outline.contains(self.mapToScene(at))), None)
            if face is not None:
                self.set_box(fitted(face.box, self.size_px), hold=True)
            else:
                self._let_go()
        self._held = self._drawing = self._pan = None
        self.viewport().setCursor(self._cursor_for(grip_at(self, self.box, at)))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Nudge a held box; else the arrows step through the footage."""
        key, box = Qt.Key(event.key()), self.box
        if key == Qt.Key.Key_Escape and self._box_item.held:
            self._let_go()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and box is not None and self._boxable:
            self.set_box(None)
        elif key in ARROWS and box is not None and self._box_item.held and self._boxable:
            by = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            dx, dy = ARROWS[key]
            sides = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            grip = Grip.RIGHT | Grip.BOTTOM if sides else Grip.WHOLE
            self.set_box(pulled(box, grip, dx * by, dy * by, self.size_px), hold=True)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.step_asked.emit(1 if key == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _let_go(self) -> None:
        self._box_item.held = False
        self._box_item.update()

    def _cursor_for(self, grip: Grip) -> Qt.CursorShape:
        if not self.size_px[0] or not self._boxable:
            return Qt.CursorShape.ArrowCursor
        return CURSORS.get(grip, Qt.CursorShape.PointingHandCursor)
