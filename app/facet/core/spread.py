"""The spread: how far several pictures of one crop differ, drawn as a picture that none of them is shown without.

Each pixel's spread is the standard deviation (over n - 1) of the pictures there, in levels of 255: the root mean square
of that of R, G and B. It is drawn in false colours on one scale for all outputs, so that two maps may be compared:
black is 0, the lightest colour :data:`CEILING` levels or more. All sums are of integers, so the map is the same on
every machine and can be drawn again from the pictures it tells of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.errors import InternalError
from facet.core.run import ROLES, Companion

SCHEMA = "facet.spread/1"
CEILING = 32
"""Levels of 255 that the lightest colour stands for; what differs more is drawn like it."""
STATISTIC = "standard deviation over n-1, root mean square of R, G and B"
COLOURED = "false colours, black 0, lightest the ceiling or more"
_STOPS = ((0, 0, 0), (45, 15, 115), (140, 30, 120), (220, 70, 70), (250, 160, 40), (255, 250, 200))
"""RGB at equal distances; each is lighter than the one before, so the map also reads in grey."""
_LARGEST = 4096
"""Pictures that can be summed in 64-bit integers with room to spare; nobody keeps as many."""


def _colours() -> NDArray[np.uint8]:
    stops = np.array(_STOPS, np.float64)
    at = np.linspace(0, 1, len(stops))
    table = [np.interp(np.linspace(0, 1, 256), at, stops[:, channel]) for channel in range(3)]
    return np.ascontiguousarray(np.rint(np.stack(table, axis=1)).astype(np.uint8))


COLOURS: NDArray[np.uint8] = _colours()
"""RGB uint8 (256, 3): the colour of ``level / CEILING * 255``, rounded, for drawings of the scale."""


class Deviation:
    """Takes pictures of one size one by one, keeping only sums; then tells how far they differ."""

    def __init__(self) -> None:
        self.count = 0
        self._sum: NDArray[np.int64] | None = None
        self._squares: NDArray[np.int64] | None = None

    def add(self, picture: NDArray[np.uint8]) -> None:
        """Take in a picture, RGB uint8 (H, W, 3). Raises ``ValueError`` for one that is not of the others' size."""
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] != 3 or self.count >= _LARGEST:
            raise ValueError("not a picture to be compared")
        wide = picture.astype(np.int64)
        if self._sum is None or self._squares is None:
            self._sum, self._squares = wide.copy(), wide * wide
        elif wide.shape != self._sum.shape:
            raise ValueError("a picture of another size")
        else:
            self._sum += wide
            self._squares += wide * wide
        self.count += 1

    def levels(self) -> NDArray[np.float64]:
        """The spread of each pixel, float64 (H, W), in levels of 255. Raises ``ValueError`` below two pictures."""
        if self._sum is None or self._squares is None or self.count < 2:
            raise ValueError("a spread is that of two pictures or more")
        differing = (self.count * self._squares - self._sum * self._sum).sum(axis=2)
        levels: NDArray[np.float64] = np.sqrt(differing / float(3 * self.count * (self.count - 1)))
        return levels


def drawn(levels: NDArray[np.float64]) -> NDArray[np.uint8]:
    """A map of :meth:`Deviation.levels` in false colours: RGB uint8 (H, W, 3)."""
    return COLOURS[np.minimum(np.rint(levels * (255 / CEILING)), 255).astype(np.intp)]


def spread(shown: Sequence[Companion]) -> Companion:
    """The map of the spread of all samples, or of all candidates, of one output: its first companion.

    Raises ``ValueError`` for fewer than two, and for pictures of different sizes or roles.
    """
    roles = {one.role for one in shown}
    if len(roles) != 1 or "spread" in roles:
        raise ValueError("a spread is that of samples or of candidates")
    deviation = Deviation()
    for one in shown:
        deviation.add(one.picture)
    levels = deviation.levels()
    facts: dict[str, Json] = {
        "schema": SCHEMA,
        "of": roles.pop(),
        "count": len(shown),
        "statistic": STATISTIC,
        "unit": "levels of 255",
        "colours": COLOURED,
        "ceiling": CEILING,
        "mean": f"{float(levels.mean()):.2f}",
        "maximum": f"{float(levels.max()):.2f}",
        "share_at_ceiling": f"{float((levels >= CEILING).mean()):.4f}",
    }
    return Companion(role="spread", number=1, picture=drawn(levels), facts=facts)


SEVERAL = ("sr3", "pulse")
"""Architectures that make several pictures of one crop. What they make is nothing without its spread."""


def makes_several(architecture: str) -> bool:
    """Whether outputs of this architecture (a card's word, ``sr3`` or ``sr3/…``) must come with their spread."""
    return architecture.partition("/")[0] in SEVERAL


def complete(architecture: str, told: Iterable[tuple[str, int]]) -> bool:
    """Whether these companions, role and number of each in order, may stand beside an output of this architecture.

    The roles come in the order of :data:`~facet.core.run.ROLES`, each counted from 1; samples or candidates have one
    spread before them, and a spread has two of them or more.
    """
    companions = list(told)
    numbers = {role: [number for each, number in companions if each == role] for role in ROLES}
    ordered = [(role, number) for role in ROLES for number in range(1, len(numbers[role]) + 1)]
    spreads, others = len(numbers["spread"]), [len(numbers[role]) for role in ROLES if role != "spread"]
    if companions != ordered or spreads > 1:
        return False
    if not companions:
        return not makes_several(architecture)
    return spreads == 1 and sum(1 for count in others if count) == 1 and max(others) >= 2


def ensure_complete(architecture: str, backend: str, companions: Iterable[Companion]) -> None:
    """Raise ``InternalError`` unless :func:`complete`; ``backend`` is the id that is named."""
    if not complete(architecture, [(one.role, one.number) for one in companions]):
        raise InternalError(
            "{backend} made several pictures, but the map of their spread is missing or they are out of order. Nothing "
            "was recorded.",
            backend=backend,
        )
