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


def fields_of(track: Track) -> Track:
    """Two fields for every picture, the second half-way to the next picture."""
    gaps = np.diff(track.times, append=2 * track.times[-1] - track.times[-2]) if track.count > 1 else np.zeros(1)
    return Track(
        times=np.stack([track.times, track.times + gaps / 2], axis=1).ravel(),
        keys=np.stack([track.keys, np.zeros_like(track.keys)], axis=1).ravel(),
    )


def speed_text(speed: float) -> str:
    """``½``, ``2``, ``4``; the same backwards."""
    return "½" if abs(speed) == SPEEDS[0] else str(round(abs(speed)))


class Shuttle(QObject):
    """Playing by the footage's own times, however long each picture lasts. It asks for pictures and is handed them.

    It counts places: frames, or, where both fields of each are gone through, two places to a frame.
    """

    view_wanted = Signal(int)
    """The picture of a place to be fetched and given to :meth:`arrived`."""
    picture_due = Signal(object)
    """What was handed in, now that its time has come."""
    speed_changed = Signal(float)
    """Times the recorded speed, negative backwards; 0 stands still. What was asked for before is not wanted more."""
    halted = Signal(int)
    """Playing stopped by itself or by the user's wish at the frame that was shown last."""
    counted = Signal(int, int)
    """Pictures shown within the last second, and pictures not shown since playing began."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._track: Track | None = None
        self._marks: tuple[int, int] | None = None
        self._player: Player[object] | None = None
        self._fields = 1
        self._speed, self._place, self._told = 0.0, 0, 0.0
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
        """The frame from which playing goes on."""
        return self._place // self._fields

    @property
    def field(self) -> int:
        """0 for its first field, 1 for its second; 0 where both are shown as one."""
        return self._place % self._fields

    def use(self, clock: Clock | None) -> None:
        """Play this footage from now on."""
        self._go(0)
        self._track = None if clock is None else track_of(clock)
        self._place, self._marks = 0, None

    def set_fields(self, *, apart: bool) -> None:
        """Whether both fields of every frame are gone through, one by one; this halts."""
        self._go(0)
        index, self._fields = self.index, 2 if apart else 1
        self._place = index * self._fields

    def set_range(self, marks: tuple[int, int] | None) -> None:
        """Play round and round between these frames (first, last), or the whole footage once."""
        self._marks = marks if marks is not None and marks[0] < marks[1] else None
        if self._speed:
            self._go(self._speed)

    def at(self, index: int, field: int = 0) -> None:
        """The frame, and which of its fields, from which playing goes on; a jump by hand halts."""
        place = index * self._fields + field
        if place != self._place:
            self._go(0)
            self._place = place

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
            self.halted.emit(self.index)

    def toggle(self) -> None:
        """Space."""
        if self._speed:
            self.halt()
        else:
            self._go(1.0)

    def arrived(self, place: int, picture: object) -> None:
        """A picture that was wanted is here."""
        if self._player is not None:
            self._player.arrived(place, picture, time.monotonic())
            self._look()

    def _go(self, speed: float) -> None:
        track, player = self._track, None
        if speed and track is not None and track.count > 1:
            apart, marks = self._fields, self._marks
            player = Player[object](
                fields_of(track) if apart > 1 else track, self._place, speed, time.monotonic(),
                marks=None if marks is None else (marks[0] * apart, marks[1] * apart + apart - 1),
            )  # fmt: skip
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
            self._place = player.index
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
        for place in player.wants(now):
            self.view_wanted.emit(place)


def _faster(speed: float) -> float:
    return next((one for one in SPEEDS if one > speed), SPEEDS[-1])
