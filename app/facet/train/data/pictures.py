"""A set of pictures to learn from, in a fixed order, proved by one digest."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, slots=True)
class Pictures:
    """``count`` pictures; ``read(i)`` is RGB uint8 (H, W, 3). ``stated`` is how the recipe called them."""

    stated: str
    count: int
    read: Callable[[int], NDArray[np.uint8]]

    def digest(self) -> str:
        """SHA-256 over the samples of all pictures in order."""
        digest = hashlib.sha256()
        for index in range(self.count):
            digest.update(np.ascontiguousarray(self.read(index)).data.cast("B"))
        return digest.hexdigest()

    def part(self, start: int, stop: int) -> Pictures:
        """The pictures from ``start`` to before ``stop``."""
        return Pictures(stated=self.stated, count=stop - start, read=lambda index: self.read(start + index))


def in_memory(pictures: Sequence[NDArray[np.uint8]], stated: str) -> Pictures:
    """Pictures that are at hand already."""
    return Pictures(stated=stated, count=len(pictures), read=lambda index: pictures[index])
