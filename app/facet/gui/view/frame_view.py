"""The frame, pixel by pixel: zoom, pan, and the box in source pixels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPixmap,
    QResizeEvent,
    QShowEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget

from facet.core.geometry import Box, Face
from facet.core.i18n import _
from facet.gui.theme import colour
from facet.gui.view.badges import Badges
from facet.gui.view.display import ZOOMS, Orientation, next_zoom
from facet.gui.view.gesture import Grip, central, drawn, fitted, pulled
from facet.gui.view.overlay import CURSORS, BoxItem, FaceItem, grip_at

DRAG = 4
"""Screen pixels the pointer must move before a press becomes a drag."""
ARROWS = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
}  # fmt: skip


class FrameView(QGraphicsView):
    """A picture in source pixels: the scene's units are source pixels, turning and aspect are in the view alone.

    Left drag draws a box, moves it, or pulls its sides; middle or right drag pans; the wheel zooms. Enlarging shows
    every source pixel as a square; only below 100 % are pixels averaged, so that none is left out.
    """

    box_changed = Signal(object)
    """The new box, or None."""
    zoom_changed = Signal(float)
    """Screen pixels per source pixel."""
    pointed = Signal(object)
    """The source pixel (x, y) under the pointer, or None."""
    step_asked = Signal(int)
    """Left and right arrow while no box is held."""

    def __init__(self, parent: QWidget | None = None) -> None:
        scene = QGraphicsScene()
        super().__init__(scene, parent)
        self._stage = scene
        self._picture = QGraphicsPixmapItem()
        scene.addItem(self._picture)
        self._box_item = BoxItem()
        self._box_item.setVisible(False)
        scene.addItem(self._box_item)
        self._faces: list[FaceItem] = []
        self._orientation = Orientation()
        self._size = (0, 0)
        self._boxable = True
        self._zoom, self._fitting = 1.0, True
        self._held: tuple[Grip, QPointF, Box] | None = None
        self._drawing: QPointF | None = None
        self._pan: QPoint | None = None
        self._pressed = QPoint()
        self.badges = Badges(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setBackgroundBrush(colour("surround"))
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 160)
        self.setAccessibleName(_("Frame"))
        self.setAccessibleDescription(
            _("The frame in source pixels. B makes a box; arrow keys move it, with Shift by ten, with Ctrl its size.")
        )

    def sizeHint(self) -> QSize:
        """Room for a small frame."""
        return QSize(720, 405)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the picture in source pixels; zeros while there is none."""
        return self._size

    @property
    def box(self) -> Box | None:
        """The box in source pixels."""
        return self._box_item.box if self._box_item.isVisible() else None

    @property
    def box_held(self) -> bool:
        """Whether the box has the arrow keys."""
        return self._box_item.held

    @property
    def zoom(self) -> float:
        """Screen pixels per source pixel."""
        return self._zoom

    def show_image(self, image: QImage, orientation: Orientation, size: tuple[int, int] | None = None) -> None:
        """Show a frame of ``size`` source pixels (the image's own where it is not given, as for all but reduced
        previews). The box stays where it is if it fits; so does what is looked at while not everything is."""
        before, turned = self._size, orientation != self._orientation
        self._size = size or (image.width(), image.height())
        self._picture.setPixmap(QPixmap.fromImage(image))
        reduction = QTransform.fromScale(self._size[0] / max(1, image.width()), self._size[1] / max(1, image.height()))
        if self._picture.transform() != reduction:
            self._picture.setTransform(reduction)
        if self._size == before and not turned:
            return
        middle = self.mapToScene(self.viewport().rect().center())
        self._orientation = orientation
        self._stage.setSceneRect(QRectF(0, 0, *self._size))
        if self._fitting or before == (0, 0):
            self.fit()
        else:
            self._apply(self._zoom * before[1] / max(1, self._size[1]))
            self.centerOn(middle.x() * self._size[0] / before[0], middle.y() * self._size[1] / before[1])
        if self.box is not None:
            self.set_box(fitted(self.box, self._size))

    def set_boxable(self, on: bool) -> None:
        """Whether a hand may draw, move or pull a box; not in a preview, which perhaps shows another picture."""
        self._boxable = on
        if not on:
            self._held = self._drawing = None

    def clear(self) -> None:
        """Show nothing."""
        self._picture.setPixmap(QPixmap())
        self._size = (0, 0)
        self._fit_always(on=True)
        self._stage.setSceneRect(QRectF())
        self.badges.clear()
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

    def fit(self) -> None:
        """Show the whole picture and keep showing it whole."""
        self._fit_always(on=True)
        width, height = self.size_px
        if not width or not height:
            return
        seen = self._orientation.transform(1.0).mapRect(QRectF(0, 0, width, height))
        ratio = self.devicePixelRatioF()
        room = self.viewport().size()
        fitting = min(room.width() / seen.width(), room.height() / seen.height()) * ratio
        self._apply(min(max(fitting, ZOOMS[0]), ZOOMS[-1]))
        self.centerOn(width / 2, height / 2)

    def set_zoom(self, zoom: float, anchor: QPoint | None = None) -> None:
        """Zoom to ``zoom`` screen pixels per source pixel; what is under ``anchor`` stays there."""
        self._fit_always(on=False)
        at = anchor if anchor is not None else self.viewport().rect().center()
        before = self.mapToScene(at)
        self._apply(zoom)
        drift = self.mapFromScene(before) - at
        for bar, by in ((self.horizontalScrollBar(), drift.x()), (self.verticalScrollBar(), drift.y())):
            bar.setValue(bar.value() + by)

    def zoom_by_step(self, *, closer: bool, anchor: QPoint | None = None) -> None:
        """One step nearer or farther."""
        self.set_zoom(next_zoom(self._zoom, closer=closer), anchor)

    def zoom_to_box(self) -> None:
        """Show the box with some of its surroundings."""
        if (box := self.box) is not None:
            room = min(self.viewport().width() / box.w, self.viewport().height() / box.h) * 0.6
            wanted = room * self.devicePixelRatioF()
            self.set_zoom(max((step for step in ZOOMS if step <= wanted), default=ZOOMS[0]))
            self.centerOn(box.x + box.w / 2, box.y + box.h / 2)

    def _fit_always(self, *, on: bool) -> None:
        """Scroll bars that came and went with what exactly fits would change the room, for ever."""
        self._fitting = on
        policy = Qt.ScrollBarPolicy.ScrollBarAlwaysOff if on else Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setHorizontalScrollBarPolicy(policy)
        self.setVerticalScrollBarPolicy(policy)

    def _apply(self, zoom: float) -> None:
        self._zoom = zoom
        smooth = Qt.TransformationMode.SmoothTransformation
        sharp = Qt.TransformationMode.FastTransformation
        self._picture.setTransformationMode(smooth if zoom < 1 else sharp)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom < 1)
        self.setTransform(self._orientation.transform(zoom / self.devicePixelRatioF()))
        self.zoom_changed.emit(zoom)

    # Qt's events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stay whole while fitting."""
        super().resizeEvent(event)
        self.badges.fit()
        if self._fitting:
            self.fit()

    def showEvent(self, event: QShowEvent) -> None:
        """The true size is known only now."""
        super().showEvent(event)
        if self._fitting:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        if event.angleDelta().y() and self.size_px[0]:
            self.zoom_by_step(closer=event.angleDelta().y() > 0, anchor=event.position().toPoint())
        event.accept()

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
