"""J, K and L: play backwards, halt, play forwards; again for the next speed."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Protocol

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from facet.gui.view.player import Player, Track

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Times the recorded speed."""
BEAT = 8
"""Milliseconds between two looks at the clock."""
COUNTED = 0.25
"""Seconds between two reports of what was shown and dropped."""


class Clock(Protocol):
    """What the shuttle needs to know of footage; answered at once, from the index."""

    @property
    def count(self) -> int:
        """Pictures."""

    def seconds(self, index: int) -> Fraction:
        """Seconds of a frame after the first."""


def track_of(clock: Clock) -> Track:
    """The times and keyframes of footage; a clock that knows of no keyframes has one at the beginning."""
    index = getattr(clock, "index", None)
    if index is None:
        times = np.array([float(clock.seconds(number)) for number in range(clock.count)])
        return Track(times=times, keys=np.arange(clock.count) == 0)
    if index.timed == "pts":
        times = (index.pts - index.pts[0]) * float(index.time_base)
    else:
        times = np.arange(index.count) / float(index.rate)
    return Track(times=times, keys=np.asarray(index.key))


def speed_text(speed: float) -> str:
    """``½``, ``2``, ``-4``."""
    return f"{'-' if speed < 0 else ''}{'½' if abs(speed) == SPEEDS[0] else round(abs(speed))}"


class Shuttle(QObject):
    """Playing by the footage's own times, however long each picture lasts. It asks for pictures and is handed them."""

    view_wanted = Signal(int)
    """A picture to be fetched and given to :meth:`arrived`."""
    picture_due = Signal(object)
    """What was handed in, now that its time has come."""
    speed_changed = Signal(float)
    """Times the recorded speed, negative backwards; 0 stands still. What was asked for before is not wanted more."""
    halted = Signal(int)
    """Playing stopped by itself or by the user's wish at the picture that was shown last."""
    counted = Signal(int, int)
    """Pictures shown within the last second, and pictures not shown since playing began."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._track: Track | None = None
        self._marks: tuple[int, int] | None = None
        self._player: Player[object] | None = None
        self._speed, self._index, self._told = 0.0, 0, 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self._look)

    @property
    def speed(self) -> float:
        """Times the recorded speed, negative backwards, 0 at rest."""
        return self._speed

    @property
    def index(self) -> int:
        """The picture from which playing goes on."""
        return self._index

    def use(self, clock: Clock | None) -> None:
        """Play this footage from now on."""
        self._go(0)
        self._track = None if clock is None else track_of(clock)
        self._index, self._marks = 0, None

    def set_range(self, marks: tuple[int, int] | None) -> None:
        """Play round and round between these pictures (first, last), or the whole footage once."""
        self._marks = marks if marks is not None and marks[0] < marks[1] else None
        if self._speed:
            self._go(self._speed)

    def at(self, index: int) -> None:
        """The picture from which playing goes on; a jump by hand halts."""
        if index != self._index:
            self._go(0)
            self._index = index

    def forward(self) -> None:
        """L."""
        self._go(_faster(self._speed) if self._speed > 0 else 1.0)

    def backward(self) -> None:
        """J."""
        self._go(-_faster(-self._speed) if self._speed < 0 else -1.0)

    def slowly(self, *, forward: bool) -> None:
        """At half the recorded speed."""
        self._go(SPEEDS[0] if forward else -SPEEDS[0])

    def halt(self) -> None:
        """K."""
        if self._speed:
            self._go(0)
            self.halted.emit(self._index)

    def toggle(self) -> None:
        """Space."""
        if self._speed:
            self.halt()
        else:
            self._go(1.0)

    def arrived(self, index: int, picture: object) -> None:
        """A picture that was wanted is here."""
        if self._player is not None:
            self._player.arrived(index, picture, time.monotonic())
            self._look()

    def _go(self, speed: float) -> None:
        track, player = self._track, None
        if speed and track is not None and track.count > 1:
            player = Player[object](track, self._index, speed, time.monotonic(), marks=self._marks)
        if player is None or player.over:
            speed, player = 0.0, None
        before, self._speed, self._player = self._speed, speed, player
        if speed or before:
            self.speed_changed.emit(speed)
        if speed:
            self._timer.start()
            self._look()
        else:
            self._timer.stop()

    def _look(self) -> None:
        player, now = self._player, time.monotonic()
        if player is None:
            return
        picture = player.take(now)
        if picture is not None and player.index is not None:
            self._index = player.index
            self.picture_due.emit(picture)
        if player is not self._player:  # who was shown the picture may have halted
            return
        if now - self._told >= COUNTED:
            self._told = now
            self.counted.emit(player.shown, player.dropped)
        if player.over:
            self.counted.emit(player.shown, player.dropped)
            self.halt()
            return
        for index in player.wants(now):
            self.view_wanted.emit(index)


def _faster(speed: float) -> float:
    return next((one for one in SPEEDS if one > speed), SPEEDS[-1])
