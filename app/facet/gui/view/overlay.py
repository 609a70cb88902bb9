"""The box and the found faces, drawn over the frame in lines that do not grow with the zoom."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView, QStyleOptionGraphicsItem, QWidget

from facet.core.geometry import Box, Face
from facet.gui.view.gesture import CORNERS_AND_EDGES, Grip

REACH = 8
"""Screen pixels around a handle that count as the handle."""
HANDLE = 7
"""Screen pixels of a handle's side."""
CURSORS = {Grip.NONE: Qt.CursorShape.CrossCursor, Grip.WHOLE: Qt.CursorShape.SizeAllCursor}
"""The pointer over nothing and over the box; over a handle it is a hand."""
BOX_COLOUR = QColor("#ffd24a")
FACE_COLOUR = QColor("#7fe0ff")
SHADOW = QColor(0, 0, 0, 190)


def rectangle(box: Box) -> QRectF:
    """The box in scene units, which are source pixels."""
    return QRectF(box.x, box.y, box.w, box.h)


def anchor(box: Box, grip: Grip) -> QPointF:
    """Where the handle of ``grip`` sits."""
    x = box.x if Grip.LEFT in grip else box.x + box.w if Grip.RIGHT in grip else box.x + box.w / 2
    y = box.y if Grip.TOP in grip else box.y + box.h if Grip.BOTTOM in grip else box.y + box.h / 2
    return QPointF(x, y)


def grip_at(view: QGraphicsView, box: Box | None, at: QPoint) -> Grip:
    """What a hand at ``at`` (viewport pixels) would hold."""
    if box is None:
        return Grip.NONE
    inside = rectangle(box).contains(view.mapToScene(at))
    side = view.mapFromScene(rectangle(box)).boundingRect()
    reach = REACH if not inside else max(2, min(REACH, min(side.width(), side.height()) // 5))
    for grip in CORNERS_AND_EDGES:
        spot = view.mapFromScene(anchor(box, grip))
        if abs(spot.x() - at.x()) <= reach and abs(spot.y() - at.y()) <= reach:
            return grip
    return Grip.WHOLE if inside else Grip.NONE


def _scale(painter: QPainter) -> float:
    """Source pixels to one screen pixel."""
    transform = painter.worldTransform()
    return 1.0 / max(math.sqrt(abs(transform.determinant())), 1e-6)


def _cosmetic(painter: QPainter, shade: QColor, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    fine = painter.device().devicePixelRatioF()
    pen = QPen(shade, width * fine, style, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.MiterJoin)
    pen.setCosmetic(True)
    return pen


class BoxItem(QGraphicsItem):
    """The box; with handles while it is held."""

    def __init__(self) -> None:
        super().__init__()
        self.box = Box(x=0, y=0, w=0, h=0)
        self.held = False
        self.setZValue(10)

    def show_box(self, box: Box | None, *, held: bool) -> None:
        """Move to ``box``, or vanish."""
        self.prepareGeometryChange()
        self.setVisible(box is not None)
        self.box = box or self.box
        self.held = held and box is not None
        self.update()

    def boundingRect(self) -> QRectF:
        """The box and room for its lines and handles at any zoom."""
        margin = max(self.box.w, self.box.h) + 200.0
        return rectangle(self.box).adjusted(-margin, -margin, margin, margin)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """A bright line on a dark one, legible on any picture."""
        frame = rectangle(self.box)
        painter.setPen(_cosmetic(painter, SHADOW, 4))
        painter.drawRect(frame)
        painter.setPen(_cosmetic(painter, BOX_COLOUR, 2, Qt.PenStyle.SolidLine if self.held else Qt.PenStyle.DashLine))
        painter.drawRect(frame)
        if not self.held:
            return
        unit = _scale(painter)
        painter.setPen(_cosmetic(painter, SHADOW, 1))
        painter.setBrush(BOX_COLOUR)
        for grip in CORNERS_AND_EDGES:
            spot = anchor(self.box, grip)
            half = HANDLE * unit / 2
            painter.drawRect(QRectF(spot.x() - half, spot.y() - half, 2 * half, 2 * half))


class FaceItem(QGraphicsItem):
    """A found face with the detector's confidence."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self.face = face
        self.outline = rectangle(face.box)
        self.setZValue(5)

    def boundingRect(self) -> QRectF:
        """The outline and the words above it."""
        return self.outline.adjusted(-200, -200, 200, 200)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Corners only, so that the face stays visible, and the confidence in per cent."""
        area, arm = self.outline, min(self.outline.width(), self.outline.height()) / 4
        for pen in (_cosmetic(painter, SHADOW, 4), _cosmetic(painter, FACE_COLOUR, 2)):
            painter.setPen(pen)
            for x, sx in ((area.left(), 1), (area.right(), -1)):
                for y, sy in ((area.top(), 1), (area.bottom(), -1)):
                    painter.drawLine(QPointF(x, y), QPointF(x + sx * arm, y))
                    painter.drawLine(QPointF(x, y), QPointF(x, y + sy * arm))
        painter.save()
        spot = painter.worldTransform().map(area.topLeft())
        painter.resetTransform()
        painter.setPen(SHADOW)
        text = f"{int(self.face.confidence * 1000) / 10}%"
        at = spot + QPointF(0, -5)
        for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1), (1, 1)):
            painter.drawText(at + QPointF(dx, dy), text)
        painter.setPen(FACE_COLOUR)
        painter.drawText(at, text)
        painter.restore()
