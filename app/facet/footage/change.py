"""How much a picture differs from one before it, and where a new scene begins.

Every picture is reduced to :data:`GRID` grey cells, each the mean luma of its part of the picture (0 black to 255
white, whatever the range of the samples), whatever the picture's shape. All measures are per mille of 255.

- *Change*: the mean absolute difference of all cells between a picture and the one looked at before it.
- *Motion*: the mean absolute difference of the :data:`LOCAL` cells that differ most from the latest picture at least
  :data:`MOMENT` seconds earlier: a small thing that moves is lost in the mean of the whole picture, and a slow one in
  the difference of two neighbours.
- *Noise*: the median absolute difference of the cells over the same moment.
- A *scene cut* is a picture whose change is at least :data:`PEAK` times the median change of its :data:`AROUND`
  neighbours on either side (which counts as :data:`QUIET` where it is less), and either at least :data:`SURE`, or at
  least :data:`LEAST` while the histograms of the cells (32 bins) differ: half the sum of absolute differences
  of the bins' shares is :data:`HISTOGRAM` or more. Fades and dissolves are no cuts.
"""

from __future__ import annotations

import bisect
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GRID = (64, 36)
"""Columns and rows of cells."""
LOCAL = GRID[0] * GRID[1] // 64
MOMENT = 0.4
AROUND = 8
PEAK = 4.0
QUIET = 2.0
LEAST = 30.0
SURE = 120.0
HISTOGRAM = 0.35
BINS = 32

Cells = NDArray[np.uint8]
"""uint8 (36, 64): the grey cells of one picture."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What one picture differs by, per mille, except ``histogram`` (0 to 1)."""

    index: int
    change: float
    motion: float
    noise: float
    histogram: float


class Measure:
    """Takes pictures in order and tells how each differs from those before it."""

    def __init__(self) -> None:
        self._past: deque[tuple[float, Cells]] = deque()

    def add(self, index: int, seconds: float, cells: Cells) -> Measured:
        """The measures of this picture; all 0 for the first, which differs from nothing."""
        while len(self._past) > 1 and self._past[1][0] <= seconds - MOMENT:
            self._past.popleft()
        measured = Measured(index=index, change=0.0, motion=0.0, noise=0.0, histogram=0.0)
        if self._past:
            earlier = np.sort(_difference(self._past[0][1], cells), axis=None)
            measured = Measured(
                index=index,
                change=_per_mille(_difference(self._past[-1][1], cells)),
                motion=_per_mille(earlier[-LOCAL:]),
                noise=float(earlier[earlier.size // 2]) * 1000 / 255,
                histogram=_histogram_distance(self._past[-1][1], cells),
            )
        self._past.append((seconds, cells))
        return measured


class CutFinder:
    """Takes measures in order and tells scene cuts as soon as their neighbours are known."""

    def __init__(self) -> None:
        self._window: deque[Measured] = deque(maxlen=2 * AROUND + 1)
        self._judged = -1

    def add(self, measured: Measured) -> list[int]:
        """Indices of cuts that became certain."""
        self._window.append(measured)
        return self._judge(len(self._window) - AROUND)

    def finish(self) -> list[int]:
        """The cuts among the last pictures."""
        return self._judge(len(self._window))

    def _judge(self, end: int) -> list[int]:
        begin = bisect.bisect_right(self._window, self._judged, key=lambda one: one.index)
        cuts = []
        for place in range(begin, max(begin, end)):
            one = self._window[place]
            self._judged = one.index
            if self._is_cut(place):
                cuts.append(one.index)
        return cuts

    def _is_cut(self, place: int) -> bool:
        one = self._window[place]
        around = [
            other.change
            for at, other in enumerate(self._window)
            if at != place and abs(at - place) <= AROUND
        ]  # fmt: skip
        usual = max(QUIET, float(np.median(around))) if around else QUIET
        different = one.change >= SURE or (one.change >= LEAST and one.histogram >= HISTOGRAM)
        return different and one.change >= PEAK * usual


def _difference(one: Cells, other: Cells) -> NDArray[np.int16]:
    difference: NDArray[np.int16] = np.abs(one.astype(np.int16) - other)
    return difference


def _per_mille(differences: NDArray[np.int16]) -> float:
    return float(differences.mean()) * 1000 / 255


def _histogram_distance(one: Cells, other: Cells) -> float:
    first, second = (np.bincount(cells.reshape(-1) >> 3, minlength=BINS) for cells in (one, other))
    return float(np.abs(first - second).sum()) / (2 * one.size)
