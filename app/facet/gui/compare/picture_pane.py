"""One picture through the shared lens, and the pane that says what it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from facet.core.i18n import _
from facet.gui.compare.lens import Beside, Lens, Shown
from facet.gui.compare.spread_view import Caption, Pager, SpreadScale
from facet.gui.families import FamilyBanner
from facet.gui.theme import colour
from facet.report.spread_scale import MEANING

STRIDE = 24
"""Widget pixels that an arrow key pans."""
SEAM = 4
"""Widget pixels between two pictures."""


class LensView(QWidget):
    """A surface looked at through a lens: wheel zooms, drag and arrows pan. Subclasses paint the picture."""

    def __init__(self, lens: Lens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lens = lens
        self._drag: QPointF | None = None
        lens.changed.connect(self.update)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(120, 90)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        """Room for a face."""
        return QSize(260, 240)

    def paint_surround(self, painter: QPainter) -> None:
        """Mid-grey, and a line while the keys come here."""
        painter.fillRect(self.rect(), colour("surround"))
        if self.hasFocus():
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def paint_pointer(self, painter: QPainter) -> None:
        """A crosshair where the pointer is in another picture."""
        share = self.lens.pointer
        if share is None or self.underMouse():
            return
        area = self.lens.area(self.size(), self.devicePixelRatioF())
        at = QPointF(area.left() + share.x() * area.width(), area.top() + share.y() * area.height())
        for pen in (QPen(Qt.GlobalColor.black, 3), QPen(Qt.GlobalColor.white, 1)):
            painter.setPen(pen)
            painter.drawLine(at - QPointF(7, 0), at + QPointF(7, 0))
            painter.drawLine(at - QPointF(0, 7), at + QPointF(0, 7))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom all pictures about the pointer."""
        if event.angleDelta().y():
            self.lens.step(self.size(), self.devicePixelRatioF(), event.position(), closer=event.angleDelta().y() > 0)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the picture."""
        self._drag = event.position()
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, or point."""
        if self._drag is not None:
            self.lens.pan(event.position() - self._drag, self.size(), self.devicePixelRatioF())
            self._drag = event.position()
        self.lens.point(self.lens.share_at(event.position(), self.size(), self.devicePixelRatioF()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._drag = None

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is gone."""
        self.lens.point(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows pan, plus and minus zoom."""
        strides = {
            Qt.Key.Key_Left: (STRIDE, 0), Qt.Key.Key_Right: (-STRIDE, 0),
            Qt.Key.Key_Up: (0, STRIDE), Qt.Key.Key_Down: (0, -STRIDE),
        }  # fmt: skip
        key = Qt.Key(event.key())
        if key in strides:
            self.lens.pan(QPointF(*strides[key]), self.size(), self.devicePixelRatioF())
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            middle = QPointF(self.rect().center())
            self.lens.step(self.size(), self.devicePixelRatioF(), middle, closer=key != Qt.Key.Key_Minus)
        else:
            super().keyPressEvent(event)


class PictureSurface(LensView):
    """One picture, every pixel of it a rectangle."""

    def __init__(self, title: str, image: QImage, lens: Lens, parent: QWidget | None = None) -> None:
        super().__init__(lens, parent)
        self.show_image(title, image)

    def show_image(self, title: str, image: QImage) -> None:
        """Show another picture in its place; ``title`` is for those who listen."""
        self.image = image
        self.setAccessibleName(title)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nearest neighbour only: nothing on screen that is not in the picture."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)  # noqa: FBT003
        self.paint_surround(painter)
        painter.drawImage(self.lens.area(self.size(), self.devicePixelRatioF()), self.image)
        self.paint_pointer(painter)


class PicturePane(QWidget):
    """Banner, title, figures, picture: a picture never without what it is, nor one of several samples without their
    spread beside it."""

    chosen = Signal(str)
    """The exhibit of a pane that was clicked on."""

    def __init__(self, shown: Shown, lens: Lens, parent: QWidget | None = None, *, foot: int = 0) -> None:
        """``foot`` widget pixels are left free beneath the picture, so that pictures of one row keep one size."""
        super().__init__(parent)
        self.shown = shown
        self.surfaces: list[PictureSurface] = []
        self.pager: Pager | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(FamilyBanner(shown.family))
        self.surface = self._surface(shown.title, shown.image, lens)
        pictures = QGridLayout()
        pictures.setContentsMargins(0, 0, 0, 0)
        pictures.setHorizontalSpacing(SEAM)
        pictures.setVerticalSpacing(0)
        pictures.setRowStretch(1, 1)
        pictures.setRowMinimumHeight(2, foot)
        pictures.addWidget(Caption(shown.title, shown.figures, shown.exhibit, shown.explanation), 0, 0)
        pictures.addWidget(self.surface, 1, 0)
        column.addLayout(pictures, 1)
        if shown.spread is not None:
            self._add_spread(shown, shown.spread, pictures, lens)

    @property
    def span(self) -> int:
        """How many pictures stand beside each other in it."""
        return len(self.surfaces)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """A press on a picture chooses its exhibit; Page Up and Page Down turn to the samples."""
        if event.type() == QEvent.Type.MouseButtonPress and self.shown.exhibit:
            self.chosen.emit(self.shown.exhibit)
        if self.pager is not None and event.type() == QEvent.Type.KeyPress:
            pages = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
            by = pages.get(Qt.Key(event.key()))  # type: ignore[attr-defined]  # it is a QKeyEvent
            if by is not None:
                self.pager.turn(by)
                return True
        return False

    def _add_spread(self, shown: Shown, spread: Beside, pictures: QGridLayout, lens: Lens) -> None:
        pictures.addWidget(Caption(spread.title, spread.figures, shown.exhibit, _(MEANING)), 0, 1)
        pictures.addWidget(self._surface(spread.title, spread.image, lens), 1, 1)
        pictures.addWidget(SpreadScale(), 2, 1)
        pictures.setColumnStretch(0, 1)
        pictures.setColumnStretch(1, 1)
        if shown.samples:
            self.pager = Pager(shown)
            self.pager.turned.connect(self._show_sample)
            pictures.addWidget(self.pager, 2, 0)

    def _show_sample(self, place: int) -> None:
        one = self.shown if place == 0 else self.shown.samples[place - 1]
        self.surface.show_image(one.title, one.image)

    def _surface(self, title: str, image: QImage, lens: Lens) -> PictureSurface:
        surface = PictureSurface(title, image, lens)
        surface.installEventFilter(self)
        self.surfaces.append(surface)
        return surface
