"""One lens for several pictures of the same crop: same place, same size, whatever their pixel counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from PySide6.QtCore import QObject, QPointF, QRectF, QSize, QSizeF, Signal
from PySide6.QtGui import QImage

from facet.core.descriptor import Family
from facet.gui.view.display import ZOOMS, next_zoom

Area: TypeAlias = QRectF


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """A picture that belongs to another: RGB32 of the same size, what it is called, and its figures."""

    title: str
    image: QImage = field(repr=False)
    figures: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A picture to compare: upright, RGB32. ``family`` None: recorded pixels. ``figures`` is what is said below it.

    An output of several ``samples`` has their ``spread``, which is shown wherever it is; ``whole`` says what the output
    itself is of them.
    """

    exhibit: str
    title: str
    image: QImage = field(repr=False)
    family: Family | None
    figures: str = ""
    explanation: str = ""
    spread: Beside | None = field(default=None, repr=False)
    samples: tuple[Beside, ...] = field(default=(), repr=False)
    whole: str = ""


class Lens(QObject):
    """Zoom and place. ``zoom`` is screen pixels per crop pixel (height); the centre is a share of width and height."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.base = QSizeF(1, 1)
        self.zoom = 1.0
        self.centre = QPointF(0.5, 0.5)
        self.pointer: QPointF | None = None
        self.fitting = True

    def set_base(self, base: QSizeF) -> None:
        """The crop's size, upright and with square pixels, in crop pixels."""
        self.base = base
        self.fit()

    def fit(self) -> None:
        """Show the whole crop, and keep showing it whole when the room changes."""
        self.fitting, self.centre = True, QPointF(0.5, 0.5)
        self.changed.emit()

    def set_zoom(self, zoom: float) -> None:
        """Magnify to this, about the centre."""
        self.fitting, self.zoom = False, zoom
        self.changed.emit()

    def step(self, room: QSize, ratio: float, at: QPointF, *, closer: bool) -> None:
        """One step nearer or farther; what lies under ``at`` (widget pixels) stays there."""
        share = self.share_at(at, room, ratio)
        self.zoom = next_zoom(self.zoom_in(room, ratio), closer=closer)
        self.fitting = False
        moved = self.share_at(at, room, ratio)
        self._move(self.centre + (share - moved))

    def pan(self, by: QPointF, room: QSize, ratio: float) -> None:
        """Move the picture by widget pixels."""
        unit = self.zoom_in(room, ratio) / ratio
        self.zoom, self.fitting = self.zoom_in(room, ratio), False
        self._move(self.centre - QPointF(by.x() / (self.base.width() * unit), by.y() / (self.base.height() * unit)))

    def point(self, share: QPointF | None) -> None:
        """The place the pointer is at, for the crosshair in the other pictures."""
        self.pointer = share
        self.changed.emit()

    def zoom_in(self, room: QSize, ratio: float) -> float:
        """Screen pixels per crop pixel in a widget of this size; whole numbers where it must fit."""
        if not self.fitting:
            return self.zoom
        most = min(room.width() / self.base.width(), room.height() / self.base.height()) * ratio
        return float(int(most)) if most >= 1 else max(most, ZOOMS[0])

    def area(self, room: QSize, ratio: float) -> Area:
        """Where the whole picture lies, in widget pixels."""
        unit = self.zoom_in(room, ratio) / ratio
        width, height = self.base.width() * unit, self.base.height() * unit
        left = round((room.width() / 2 - self.centre.x() * width) * ratio) / ratio
        top = round((room.height() / 2 - self.centre.y() * height) * ratio) / ratio
        return QRectF(left, top, width, height)

    def share_at(self, at: QPointF, room: QSize, ratio: float) -> QPointF:
        """The share of width and height that lies at a widget pixel."""
        area = self.area(room, ratio)
        return QPointF((at.x() - area.left()) / area.width(), (at.y() - area.top()) / area.height())

    def _move(self, centre: QPointF) -> None:
        self.centre = QPointF(min(max(centre.x(), 0.0), 1.0), min(max(centre.y(), 0.0), 1.0))
        self.changed.emit()
