"""Playing by the footage's own clock, without Qt: which picture to ask for, and which to show now.

Decoding leaves nothing out; what comes too late, or faster than a screen is looked at, is not displayed, and counted.
"""

from __future__ import annotations

import collections
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")

OUTSTANDING = 3
"""Pictures asked for, or here and not yet shown."""
GLANCE = 1 / 60
"""Seconds: no picture is shown for less."""
LATE = 0.5
"""Seconds behind the clock after which only a keyframe can catch up."""
LEAP = 0.25
"""Seconds of playing that are leapt over at most where there is no keyframe to go on from."""
SECOND = 1.0
"""Seconds over which the pictures shown are counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """What playing needs of footage: ``times`` float64 (N,), seconds after the first picture, rising; ``keys`` bool
    (N,), which pictures are keyframes."""

    times: NDArray[np.float64] = field(repr=False)
    keys: NDArray[np.bool_] = field(repr=False)

    @property
    def count(self) -> int:
        """Pictures."""
        return len(self.times)


@dataclass(frozen=True, slots=True, order=True)
class Turn:
    """A picture's turn to be shown: in which round of a loop, and which picture."""

    lap: int
    step: int
    """Pictures from where the round begins, in the direction of playing."""


class Player(Generic[T]):
    """One run in one direction at one speed. Times are monotonic seconds that the caller gives; T is what is shown.

    Ask for :meth:`wants`, hand in with :meth:`arrived`, show :meth:`take`.
    """

    def __init__(
        self, track: Track, index: int, speed: float, now: float, *, marks: tuple[int, int] | None = None
    ) -> None:
        """Play from ``index`` at ``speed`` times the recorded speed (negative backwards), round and round ``marks``
        (first, last) where they are given; from outside of them it begins at their nearer side."""
        first, last = marks or (0, track.count - 1)
        self._indices = range(first, last + 1) if speed > 0 else range(last, first - 1, -1)
        self._rate = abs(speed)
        begin = track.times[self._indices[0]]
        self._at = [abs(float(track.times[index] - begin)) for index in self._indices]
        self._keys = [step for step, index in enumerate(self._indices) if track.keys[index]]
        gap = self._at[-1] / (len(self._at) - 1) if len(self._at) > 1 else 0.0
        self._round = self._at[-1] + gap
        self._loops = marks is not None
        inside = first <= index <= last
        self._shown = self._asked = Turn(0, self._indices.index(index) if inside else -1)
        self._origin = self._at[max(self._shown.step, 0)]
        self._begun: float | None = None
        self._under_way: dict[int, tuple[Turn, float]] = {}
        self._ready: dict[Turn, T] = {}
        self._lead = GLANCE
        self._moments: collections.deque[float] = collections.deque()
        self._now = now
        self.dropped = 0
        """Pictures of the footage passed by without being shown."""

    @property
    def index(self) -> int | None:
        """The picture shown last; None where this run has shown none and began outside its marks."""
        return self._indices[self._shown.step] if self._shown.step >= 0 else None

    @property
    def shown(self) -> int:
        """Pictures shown within the last second."""
        while self._moments and self._now - self._moments[0] > SECOND:
            self._moments.popleft()
        return len(self._moments)

    @property
    def over(self) -> bool:
        """Whether the last picture is shown and there is no loop to begin again."""
        return not self._loops and self._shown.step == len(self._at) - 1

    def wants(self, now: float) -> list[int]:
        """Pictures to be asked for now, in this order; each is then waited for."""
        wanted: list[int] = []
        while len(self._under_way) + len(self._ready) < OUTSTANDING and (turn := self._next(now)) is not None:
            index = self._indices[turn.step]
            if index in self._under_way or turn in self._ready:  # a loop shorter than what is asked ahead
                break
            self._asked = turn
            self._under_way[index] = (turn, now)
            wanted.append(index)
        return wanted

    def arrived(self, index: int, picture: T, now: float) -> None:
        """Hand in a picture that was asked for."""
        turn, asked = self._under_way.pop(index, (None, now))
        if turn is not None:
            self._ready[turn] = picture
            self._lead += (now - asked - self._lead) / 4
            if self._begun is None:  # the clock runs from the first picture on: waiting for it drops nothing
                self._begun = now - self._due(turn)

    def take(self, now: float) -> T | None:
        """What is to be shown now in place of what is shown; None while its time has not come."""
        self._now = now
        due = [turn for turn in self._ready if self._begun is not None and self._begun + self._due(turn) <= now]
        if not due:
            return None
        newest = max(due)
        picture = self._ready[newest]
        for turn in due:
            del self._ready[turn]
        self.dropped += self._between(self._shown, newest)
        self._shown = newest
        self._moments.append(now)
        return picture

    def _next(self, now: float) -> Turn | None:
        lap, step = self._asked.lap, self._asked.step
        last = len(self._at) - 1
        if step >= last:
            return Turn(lap + 1, 0) if self._loops and last else None
        glance = GLANCE * self._rate
        reach = self._at[step] + glance if step >= 0 else 0.0
        turn = Turn(lap, min(max(step + 1, bisect_left(self._at, reach - 1e-6)), last))
        late = -1.0 if self._begun is None else now + self._lead - self._begun - self._due(turn)
        if late <= (self._at[turn.step] - self._at[max(step, 0)]) / self._rate:  # less than it takes to the next
            return turn
        here = self._at[turn.step] + late * self._rate
        if late > LATE:
            place = bisect_right(self._keys, bisect_right(self._at, here) - 1) - 1
            if place >= 0 and self._keys[place] > turn.step:
                return Turn(lap, self._keys[place])
        leap = bisect_right(self._at, min(here, self._at[turn.step] + LEAP * self._rate)) - 1
        return Turn(lap, max(turn.step, leap))

    def _due(self, turn: Turn) -> float:
        """Seconds after the clock began to run."""
        return (turn.lap * self._round + self._at[max(turn.step, 0)] - self._origin) / self._rate

    def _between(self, one: Turn, other: Turn) -> int:
        return (other.lap - one.lap) * len(self._at) + other.step - one.step - 1
