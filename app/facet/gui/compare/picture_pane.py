"""One picture through the shared lens, and the pane that says what it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from facet.gui.compare.lens import Lens, Shown
from facet.gui.families import FamilyBanner
from facet.gui.panels.elided import ElidedLabel
from facet.gui.theme import colour

STRIDE = 24
"""Widget pixels that an arrow key pans."""


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

    def __init__(self, shown: Shown, lens: Lens, parent: QWidget | None = None) -> None:
        super().__init__(lens, parent)
        self.shown = shown
        self.setAccessibleName(shown.title)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Nearest neighbour only: nothing on screen that is not in the picture."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)  # noqa: FBT003
        self.paint_surround(painter)
        painter.drawImage(self.lens.area(self.size(), self.devicePixelRatioF()), self.shown.image)
        self.paint_pointer(painter)


class PicturePane(QWidget):
    """Banner, title, picture, figures: a picture never without what it is."""

    chosen = Signal(str)
    """The exhibit of a pane that was clicked on."""

    def __init__(self, shown: Shown, lens: Lens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shown = shown
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(FamilyBanner(shown.family))
        title = ElidedLabel(shown.title)
        title.setProperty("role", "title")
        title.setToolTip(f"{shown.title}\n{shown.exhibit}")
        title.setContentsMargins(4, 2, 4, 0)
        column.addWidget(title)
        self.figures = ElidedLabel(shown.figures or " ")
        self.figures.setProperty("role", "quiet")
        self.figures.setToolTip(f"{shown.figures}\n{shown.explanation}".strip())
        self.figures.setContentsMargins(4, 0, 4, 2)
        column.addWidget(self.figures)
        self.surface = PictureSurface(shown, lens)
        column.addWidget(self.surface, 1)
        self.surface.installEventFilter(self)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """A press on the picture chooses its exhibit."""
        if event.type() == QEvent.Type.MouseButtonPress and self.shown.exhibit:
            self.chosen.emit(self.shown.exhibit)
        return False
