"""How far a picture that was made again is from the recorded one, and how far it may be and still count as the same.

On one machine the same run gives the same bytes. Another processor or graphics card adds numbers in another order, so
that sums differ in their last digits; a sample that lies near the middle between two levels is then rounded to the
other one. What may come of that is stated here for each way of computing, somewhat above what was measured
(``docs/decisions/0033-survives-and-repeats.md``). It is not widened for a method that strays further.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.descriptor import Descriptor, Family
from facet.core.frame import Picture
from facet.core.spread import makes_several

SPREAD = "spread"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tolerance:
    """The ``largest`` difference of any sample, and the ``mean`` over all samples, in levels of 255."""

    largest: int
    mean: float

    def to_json(self) -> dict[str, Json]:
        """The mean as text."""
        return {"largest": self.largest, "mean": f"{self.mean:.4f}"}


INTERPOLATED = Tolerance(largest=1, mean=0.001)
ONE_PASS = Tolerance(largest=2, mean=0.01)
STEPWISE = Tolerance(largest=4, mean=0.1)
"""Diffusion and search, whose steps go on from their own results."""
COARSE = Tolerance(largest=16, mean=1.0)
"""Below float32, which is a preview."""


def tolerance_of(descriptor: Descriptor, engine: Mapping[str, Any]) -> Tolerance:
    """What is stated for this backend, computed as ``engine`` of a receipt says."""
    if descriptor.family is Family.INTERPOLATION:
        return INTERPOLATED
    if engine.get("precision") != "float32":
        return COARSE
    return STEPWISE if makes_several(descriptor.architecture) else ONE_PASS


def is_search(descriptor: Descriptor) -> bool:
    """Whether the last digits of a sum may lead it elsewhere: a search does not average them out."""
    return descriptor.architecture.partition("/")[0] == "pulse"


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """How far one picture came out from the recorded one: ``name`` is ``output``, ``spread``, ``sample-2``;
    ``largest`` and ``mean`` as in :class:`Tolerance`, None where it is missing or of another size."""

    name: str
    largest: int | None
    mean: float | None

    def within(self, tolerance: Tolerance) -> bool:
        """Whether it counts as the same picture."""
        if self.largest is None or self.mean is None:
            return False
        return self.largest <= tolerance.largest and self.mean <= tolerance.mean

    def to_json(self) -> dict[str, Json]:
        """The mean as text with six places."""
        return {
            "name": self.name,
            "largest": self.largest,
            "mean": None if self.mean is None else f"{self.mean:.6f}",
        }


def difference(name: str, recorded: Picture, again: NDArray[np.uint8] | None) -> Difference:
    """Compare two pictures, RGB uint8 (H, W, 3), sample by sample."""
    if again is None or again.shape != recorded.shape:
        return Difference(name=name, largest=None, mean=None)
    apart = np.abs(recorded.astype(np.int32) - again)
    return Difference(name=name, largest=int(apart.max(initial=0)), mean=float(apart.mean()))


def all_within(differences: Sequence[Difference], tolerance: Tolerance) -> bool:
    """Whether every picture counts as the same. The map of the spread is not judged by its false colours: it follows
    from the samples, which are."""
    judged = [one for one in differences if one.name != SPREAD or one.largest is None]
    return all(one.within(tolerance) for one in judged)


def largest_of(differences: Sequence[Difference]) -> tuple[int, float] | None:
    """The largest and the largest mean difference of all judged pictures; None where one can't be compared."""
    judged = [one for one in differences if one.name != SPREAD or one.largest is None]
    if any(one.largest is None for one in judged):
        return None
    return max((one.largest or 0 for one in judged), default=0), max((one.mean or 0.0 for one in judged), default=0.0)
