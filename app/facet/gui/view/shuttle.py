"""J, K and L: play backwards, halt, play forwards; again for twice the speed."""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

FASTEST = 16
BEAT = 20
"""Milliseconds between two looks at the clock."""


class Clock(Protocol):
    """What the shuttle needs to know of footage; answered at once, from the index."""

    count: int

    def seconds(self, index: int) -> Fraction:
        """Seconds of a frame after the first."""

    def index_at(self, seconds: Fraction) -> int:
        """The last frame not later."""


class Shuttle(QObject):
    """Playing by the footage's own times, however long each frame lasts. Frames that come too late are left out."""

    index_due = Signal(int)
    speed_changed = Signal(int)
    """-16 to 16; 0 stands still."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock: Clock | None = None
        self._speed, self._index = 0, 0
        self._from = Fraction(0)
        self._watch = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self._look)

    @property
    def speed(self) -> int:
        """Times the recorded speed, negative backwards, 0 at rest."""
        return self._speed

    def use(self, clock: Clock | None) -> None:
        """Play this footage from now on."""
        self.halt()
        self._clock = clock
        self._index = 0

    def at(self, index: int) -> None:
        """The frame from which playing goes on; a jump by hand halts."""
        if index != self._index:
            self._index = index
            self.halt()

    def forward(self) -> None:
        """L."""
        self._go(max(1, min(self._speed * 2, FASTEST)) if self._speed > 0 else 1)

    def backward(self) -> None:
        """J."""
        self._go(min(-1, max(self._speed * 2, -FASTEST)) if self._speed < 0 else -1)

    def halt(self) -> None:
        """K."""
        self._go(0)

    def toggle(self) -> None:
        """Space."""
        self._go(0 if self._speed else 1)

    def _go(self, speed: int) -> None:
        if self._clock is None or self._clock.count < 2:
            speed = 0
        elif speed:
            self._from = self._clock.seconds(self._index)
            self._watch.start()
        if speed:
            self._timer.start()
        else:
            self._timer.stop()
        if speed != self._speed:
            self._speed = speed
            self.speed_changed.emit(speed)

    def _look(self) -> None:
        clock = self._clock
        if clock is None:
            return
        now = self._from + Fraction(self._watch.elapsed(), 1000) * self._speed
        last = clock.count - 1
        if now <= 0:
            index = 0
        elif now >= clock.seconds(last):
            index = last
        else:
            index = clock.index_at(now)
        if index != self._index:
            self._index = index
            self.index_due.emit(index)
        if (index == last and self._speed > 0) or (index == 0 and self._speed < 0):
            self.halt()
