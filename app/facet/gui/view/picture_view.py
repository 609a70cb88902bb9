"""A picture, zoomed and fitted: the scene's units are source pixels, turning and aspect are in the view alone."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap, QResizeEvent, QShowEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsPixmapItem, QGraphicsScene, QGraphicsView, QWidget

from facet.gui.theme import colour
from facet.gui.view.badges import Badges
from facet.gui.view.display import ZOOMS, Orientation, next_zoom


class PictureView(QGraphicsView):
    """Shows a picture and what must be known of it. The wheel zooms.

    Enlarging shows every source pixel as a square; only below 100 % are pixels averaged, so that none is left out.
    """

    zoom_changed = Signal(float)
    """Screen pixels per source pixel."""

    def __init__(self, parent: QWidget | None = None) -> None:
        scene = QGraphicsScene()
        super().__init__(scene, parent)
        self._stage = scene
        self._picture = QGraphicsPixmapItem()
        scene.addItem(self._picture)
        self._orientation = Orientation()
        self._size = (0, 0)
        self._zoom, self._fitting = 1.0, True
        self.badges = Badges(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setBackgroundBrush(colour("surround"))
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setMinimumSize(240, 160)

    def sizeHint(self) -> QSize:
        """Room for a small frame."""
        return QSize(720, 405)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height of the picture in source pixels; zeros while there is none."""
        return self._size

    @property
    def zoom(self) -> float:
        """Screen pixels per source pixel."""
        return self._zoom

    def show_image(self, image: QImage, orientation: Orientation, size: tuple[int, int] | None = None) -> None:
        """Show a frame of ``size`` source pixels (the image's own where it is not given, as for all but reduced
        previews). What is looked at stays where it is while not everything is."""
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

    def clear(self) -> None:
        """Show nothing."""
        self._picture.setPixmap(QPixmap())
        self._size = (0, 0)
        self._fit_always(on=True)
        self._stage.setSceneRect(QRectF())
        self.badges.clear()

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
