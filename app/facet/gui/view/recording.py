"""What is known of every frame of one recording, for the timeline; it grows while the footage is surveyed."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.footage.activity import find_activity
from facet.footage.index import FrameIndex
from facet.footage.survey import SurveyBatch, coded_activity

UNKNOWN = -1
"""Stands for a motion that nobody looked for yet."""
OUTSTANDING = 6.0
"""How many times the usual deviation a coded size must lie above the usual size to hint at activity."""
LULL = Fraction(2)
"""Seconds without such a hint that end a stretch of them."""


class Recording:
    """Frames as arrays. ``version`` rises with everything that is learned, so that drawings know when they are old.

    ``seconds`` and ``index_at`` are the footage's own: seconds after the first picture, and the last picture not later.
    """

    def __init__(self, count: int, seconds: Callable[[int], Fraction], index_at: Callable[[Fraction], int]) -> None:
        self.count = count
        self.seconds = seconds
        self.index_at = index_at
        self.version = 0
        self.thorough = True
        """Whether every picture is looked at, not only keyframes."""
        self.motion = np.full(count, UNKNOWN, np.float32)
        """Strongest local change of each picture, per mille, float32 (count,)."""
        self.coded: NDArray[np.float32] = np.zeros(count, np.float32)
        """Coded size of each picture, 0 to 1: a hint from the packets, not motion."""
        self.keys: NDArray[np.int64] = np.empty(0, np.int64)
        """Keyframes, ascending."""
        self.damaged: list[tuple[int, int]] = []
        """First and last pictures of damaged stretches, ascending."""
        self.tainted: list[tuple[int, int]] = []
        """The same of stretches in which damage may go on, because they were predicted from damaged pictures."""
        self.cuts: list[int] = []
        """Pictures at which the scene changes, ascending."""
        self._index: FrameIndex | None = None
        self._times: NDArray[np.float64] | None = None
        self._motions: list[tuple[int, float, float]] = []
        self._starts: tuple[int, list[int]] = (-1, [])

    @property
    def looked(self) -> int:
        """How many pictures from the beginning the survey has passed."""
        return self._motions[-1][0] + 1 if self._motions else 0

    def know_index(
        self, index: FrameIndex, damaged: Iterable[Sequence[Any]], tainted: Iterable[Sequence[Any]] = ()
    ) -> None:
        """What the index tells at once. ``damaged``, ``tainted``: [first, last] pairs."""
        self._index = index
        self._times = _times(index)
        self.keys = np.flatnonzero(index.key)
        self.coded = coded_activity(index)
        self.damaged, self.tainted = _stretches(damaged), _stretches(tainted)
        self.version += 1

    def forget_survey(self, *, thorough: bool) -> None:
        """A survey begins from the beginning."""
        self.thorough = thorough
        self.motion[:] = UNKNOWN
        self._motions.clear()
        self.cuts.clear()
        self.version += 1

    def know_batch(self, batch: SurveyBatch) -> None:
        """What a survey found. Motion is held to have come about anywhere since the picture looked at before."""
        for index, motion, noise in batch.motions:
            before = self._motions[-1][0] if self._motions else -1
            if index > before:
                self._motions.append((index, motion, noise))
                self.motion[before + 1 : index + 1] = motion
        for cut in batch.cuts:
            at = bisect.bisect_left(self.cuts, cut)
            if self.cuts[at : at + 1] != [cut]:
                self.cuts.insert(at, cut)
        self.version += 1

    def place_at(self, seconds: Fraction) -> float:
        """Where a file time lies, in frames: between the frame that is seen then and the next. For drawing."""
        last = self.count - 1
        if self._times is not None:
            index = min(max(int(np.searchsorted(self._times, float(seconds), side="right")) - 1, 0), last)
            if index == last:
                return float(last)
            here, following = self._times[index : index + 2]
            return index + float(min(max((float(seconds) - here) / max(following - here, 1e-9), 0.0), 1.0))
        index = self.index_at(min(max(seconds, Fraction(0)), self.seconds(last)))
        here_exactly = self.seconds(index)
        if index >= last or (apart := self.seconds(index + 1) - here_exactly) <= 0:
            return float(index)
        return index + float(min(max((seconds - here_exactly) / apart, Fraction(0)), Fraction(1)))

    def is_damaged(self, index: int) -> bool:
        """Whether a picture lies in a damaged stretch."""
        return self._lies_in(self.damaged, index)

    def is_tainted(self, index: int) -> bool:
        """Whether a picture lies in a stretch in which damage may go on."""
        return self._lies_in(self.tainted, index)

    def _lies_in(self, stretches: list[tuple[int, int]], index: int) -> bool:
        at = bisect.bisect_right(stretches, (index, self.count)) - 1
        return at >= 0 and stretches[at][0] <= index <= stretches[at][1]

    def is_key(self, index: int) -> bool:
        """Whether a picture is a keyframe."""
        at = int(np.searchsorted(self.keys, index))
        return at < len(self.keys) and int(self.keys[at]) == index

    def next_cut(self, index: int, *, forward: bool) -> int | None:
        """The nearest scene change on that side."""
        return nearest(self.cuts, index, forward=forward)

    def next_activity(self, index: int, *, forward: bool) -> int | None:
        """Where the nearest stretch of activity on that side begins: found by the survey as far as it has got, and by
        the coded sizes beyond."""
        if self._starts[0] != self.version:
            self._starts = (self.version, self._find_starts())
        return nearest(self._starts[1], index, forward=forward)

    def _find_starts(self) -> list[int]:
        if self._index is None:
            return []
        found = [stretch.first for stretch in find_activity(self._index, self._motions, self.cuts)]
        rest = self.coded[self.looked :]
        if len(rest):
            middle = float(np.median(rest))
            spread = max(float(np.median(np.abs(rest - middle))), 0.01)
            active = np.flatnonzero(rest > middle + OUTSTANDING * spread) + self.looked
            lull = max(1, int(self.count * LULL / max(self.seconds(self.count - 1), Fraction(1, 1000))))
            fresh = np.flatnonzero(np.diff(active, prepend=-lull - 1) > lull)
            found += [int(active[at]) for at in fresh]
        return found


def _stretches(pairs: Iterable[Sequence[Any]]) -> list[tuple[int, int]]:
    return sorted((int(pair[0]), int(pair[1])) for pair in pairs)


def _times(index: FrameIndex) -> NDArray[np.float64]:
    """Seconds of every picture after the first, in one piece of memory, to be searched often."""
    if index.timed == "pts":
        return np.ascontiguousarray((index.pts - index.pts[0]) * float(index.time_base), dtype=np.float64)
    return np.arange(index.count) / float(index.rate)


def nearest(known: Sequence[int], index: int, *, forward: bool) -> int | None:
    """The nearest of ``known`` (ascending) after ``index``, or before it."""
    at = bisect.bisect_right(known, index) if forward else bisect.bisect_left(known, index) - 1
    return known[at] if 0 <= at < len(known) else None


def per_pixel(values: NDArray[Any], edges: NDArray[np.int64]) -> NDArray[Any]:
    """The largest of ``values`` under every pixel, shape (pixels,).

    ``edges`` (pixels + 1,) are the places where the pixels begin, ascending and within ``values``; a pixel narrower
    than a frame shows the frame it lies in.
    """
    starts = np.minimum(edges[:-1], len(values) - 1)
    first, last = int(starts[0]), max(int(edges[-1]), int(starts[-1]) + 1)
    return np.asarray(np.maximum.reduceat(values[first:last], starts - first))
