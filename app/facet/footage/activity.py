"""Where something happens in long footage, from what a survey measured; and where it does not."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from facet.core.canonical import Json
from facet.core.clock import decimal
from facet.footage.index import FrameIndex

STILL = 24.0
"""Motion (per mille) below which nothing is said to happen, however little noise there is: 6 grey levels."""
ABOVE_NOISE = 6.0
"""How many times the footage's noise motion must reach."""
SURELY = 94.0
"""Motion (per mille) that is said to be something whatever the noise: 24 grey levels."""
PAUSE = 2.0
"""Seconds of nothing that do not yet end a stretch."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Stretch:
    """Pictures ``first`` to ``last`` in which something happens; ``motion`` is the strongest, per mille."""

    first: int
    last: int
    motion: float

    def to_json(self, index: FrameIndex) -> dict[str, Json]:
        """With times in decimal seconds after the first picture."""
        return {
            "first": self.first,
            "last": self.last,
            "begins": decimal(index.seconds(self.first)),
            "ends": decimal(index.seconds(self.last)),
            "motion_per_mille": f"{self.motion:.1f}",
        }


def threshold(motions: Sequence[tuple[int, float, float]]) -> float:
    """The motion (per mille) from which something happens: six times the noise of the footage's quietest tenth, but
    at least :data:`STILL` and at most :data:`SURELY`."""
    if len(motions) < 2:
        return STILL
    noise = float(np.percentile([noise for _, _, noise in motions[1:]], 10))
    return min(SURELY, max(STILL, ABOVE_NOISE * noise))


def find_activity(
    index: FrameIndex, motions: Sequence[tuple[int, float, float]], cuts: Iterable[int] = ()
) -> list[Stretch]:
    """Stretches in which motion reaches the :func:`threshold` or a scene begins, in order of presentation.

    ``motions`` are those of all batches of a survey (index, motion, noise). A stretch begins one looked-at picture
    before the first that shows it, because something came between the two; stretches less than :data:`PAUSE` apart, or
    between which no picture was looked at, are one.
    """
    least, scenes = threshold(motions), set(cuts)
    stretches: list[Stretch] = []
    for (before, *_), (number, motion, _) in itertools.pairwise(motions):
        if motion < least and number not in scenes:
            continue
        if stretches and index.seconds(before) - index.seconds(stretches[-1].last) <= PAUSE:
            was = stretches.pop()
            stretches.append(Stretch(first=was.first, last=number, motion=max(was.motion, motion)))
        else:
            stretches.append(Stretch(first=before, last=number, motion=motion))
    return stretches
