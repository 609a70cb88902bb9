"""Thumbnails along the timeline, each at the frame it shows."""

from __future__ import annotations

import bisect
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap

from facet.gui.theme import colour
from facet.gui.view.timeline_scale import Scale

KEPT = 400
"""Thumbnails kept ready for the screen: more than any screen shows at once."""
PALE = 0.45
"""How strongly a thumbnail is drawn that stands in for another frame."""
PLATE = QColor(0, 0, 0, 170)
NUMBER = QColor(255, 255, 255)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """Frames ``first`` to ``last`` of the strip and the frame whose thumbnail stands for them, if there is any."""

    first: int
    last: int
    shown: int | None

    @property
    def exact(self) -> bool:
        """Whether the thumbnail is of one of these frames."""
        return self.shown is not None and self.first <= self.shown <= self.last


class Filmstrip:
    """The thumbnails that are there so far, as images; only what is drawn becomes a pixmap."""

    def __init__(self) -> None:
        self._indices: list[int] = []
        self._images: dict[int, QImage] = {}
        self._ready: OrderedDict[tuple[int, int], QPixmap] = OrderedDict()
        self.version = 0

    def __len__(self) -> int:
        return len(self._indices)

    def clear(self) -> None:
        """Forget everything."""
        self._indices.clear()
        self._images.clear()
        self._ready.clear()
        self.version += 1

    def add(self, index: int, image: QImage) -> None:
        """Take the thumbnail of a frame, upright and with square pixels."""
        if index not in self._images:
            bisect.insort(self._indices, index)
        self._images[index] = image
        self.version += 1

    @property
    def aspect(self) -> float:
        """Width by height of a thumbnail."""
        if not self._indices:
            return 16 / 9
        size = self._images[self._indices[0]].size()
        return size.width() / max(1, size.height())

    def nearest(self, index: int) -> int | None:
        """The frame nearest to ``index`` that has a thumbnail."""
        at = bisect.bisect_left(self._indices, index)
        around = self._indices[max(0, at - 1) : at + 1]
        return min(around, key=lambda known: abs(known - index), default=None)

    def image(self, index: int) -> QImage | None:
        """The thumbnail of exactly this frame."""
        return self._images.get(index)

    def cells(self, scale: Scale, height: int) -> Iterator[Cell]:
        """What the strip consists of, left to right: a cell each frame where there is room, else equal groups."""
        group = max(1, round(height * self.aspect / scale.pixels))
        first, after = scale.visible()
        for begin in range(first // group * group, after, group):
            end = min(begin + group, scale.count) - 1
            at = bisect.bisect_left(self._indices, begin)
            inside = at < len(self._indices) and self._indices[at] <= end
            yield Cell(first=begin, last=end, shown=self._indices[at] if inside else self.nearest(begin))

    def draw(self, painter: QPainter, lane: QRect, scale: Scale) -> int:
        """Draw the part that is seen; how many thumbnails were drawn."""
        drawn = 0
        single = scale.pixels * 1.5 >= lane.height() * self.aspect
        for cell in self.cells(scale, lane.height()):
            left, right = scale.x(cell.first), scale.x(cell.last + 1)
            area = QRectF(lane.left() + left, lane.top(), right - left, lane.height())
            seen = area.intersected(QRectF(lane))  # a number that was cut off would be another number
            if cell.shown is not None:
                self._draw_picture(painter, area, cell.shown, pale=not cell.exact)
                drawn += 1
            if single:
                painter.setPen(colour("line"))
                painter.drawLine(area.topLeft(), area.bottomLeft())
                self._label(painter, seen, str(cell.first), top=True)
            if cell.shown is not None and not (single and cell.exact):
                self._label(painter, seen, str(cell.shown) if cell.exact else f"≈ {cell.shown}", top=False)
        return drawn

    def _draw_picture(self, painter: QPainter, area: QRectF, index: int, *, pale: bool) -> None:
        ratio = painter.device().devicePixelRatioF()
        ready = self._scaled(index, round(area.height() * ratio))
        width, height = ready.width() / ratio, ready.height() / ratio
        seen = min(width, area.width())
        source = QRectF((width - seen) / 2 * ratio, 0, seen * ratio, height * ratio)
        painter.setOpacity(PALE if pale else 1.0)
        painter.drawPixmap(QRectF(area.left() + (area.width() - seen) / 2, area.top(), seen, height), ready, source)
        painter.setOpacity(1.0)

    def _scaled(self, index: int, height: int) -> QPixmap:
        key = (index, height)
        ready = self._ready.get(key)
        if ready is None:
            image = self._images[index].scaledToHeight(height, Qt.TransformationMode.SmoothTransformation)
            ready = QPixmap.fromImage(image)
            self._ready[key] = ready
            if len(self._ready) > KEPT:
                self._ready.popitem(last=False)
        else:
            self._ready.move_to_end(key)
        return ready

    @staticmethod
    def _label(painter: QPainter, area: QRectF, text: str, *, top: bool) -> None:
        metrics = painter.fontMetrics()
        width, height = metrics.horizontalAdvance(text) + 6, metrics.height()
        if width > area.width() - 2:
            return
        at = QPoint(round(area.left()) + 1, round(area.top() if top else area.bottom() - height))
        plate = QRect(at.x(), at.y(), width, height)
        painter.fillRect(plate, PLATE)
        painter.setPen(NUMBER)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
