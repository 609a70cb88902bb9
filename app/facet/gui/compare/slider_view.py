"""Two pictures in one place, with a line to draw across."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from facet.core.i18n import _
from facet.gui.compare.lens import Lens, Shown
from facet.gui.compare.picture_pane import LensView

REACH = 14
"""Widget pixels around the line that count as the line."""


class SliderView(LensView):
    """Left of the line the first picture, right of it the second. Drag the line; with Shift, arrows move it."""

    def __init__(self, lens: Lens, parent: QWidget | None = None) -> None:
        super().__init__(lens, parent)
        self._pair: tuple[Shown, Shown] | None = None
        self._share = 0.5
        self._pulling = False
        self.setAccessibleName(_("Two pictures with a dividing line"))
        self.setAccessibleDescription(_("Shift with left or right arrow moves the line."))

    @property
    def share(self) -> float:
        """Where the line is: 0 left, 1 right."""
        return self._share

    def set_pair(self, left: Shown, right: Shown) -> None:
        """Compare these."""
        self._pair = (left, right)
        self.update()

    def move_line(self, share: float) -> None:
        """Put the line at a share of the width."""
        self._share = min(max(share, 0.0), 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Both pictures by nearest neighbour, clipped at the line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)  # noqa: FBT003
        self.paint_surround(painter)
        if self._pair is None:
            return
        line = self.width() * self._share
        area = self.lens.area(self.size(), self.devicePixelRatioF())
        for shown, clip in (
            (self._pair[0], QRectF(0, 0, line, self.height())),
            (self._pair[1], QRectF(line, 0, self.width() - line, self.height())),
        ):
            painter.setClipRect(clip)
            painter.drawImage(area, shown.image)
        painter.setClipping(False)
        for pen in (QPen(QColor(0, 0, 0, 190), 4), QPen(Qt.GlobalColor.white, 2)):
            painter.setPen(pen)
            painter.drawLine(QPointF(line, 0), QPointF(line, self.height()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        painter.setPen(QPen(QColor(0, 0, 0, 190), 1))
        painter.setBrush(Qt.GlobalColor.white)
        for side in (-1, 1):
            painter.drawPolygon(
                QPolygonF([QPointF(line + side * 5, middle - 8), QPointF(line + side * 5, middle + 8),
                           QPointF(line + side * 14, middle)])
            )  # fmt: skip

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the line, or the picture."""
        if abs(event.position().x() - self.width() * self._share) <= REACH:
            self._pulling = True
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw the line, or pan."""
        if self._pulling:
            self.move_line(event.position().x() / max(1, self.width()))
            return
        near = abs(event.position().x() - self.width() * self._share) <= REACH
        self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.OpenHandCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._pulling = False
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Shift and arrows move the line."""
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if shift and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.move_line(self._share + (0.02 if event.key() == Qt.Key.Key_Right else -0.02))
        else:
            super().keyPressEvent(event)
