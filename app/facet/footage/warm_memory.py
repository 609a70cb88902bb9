"""Memory that is touched before it is needed. The first touch of fresh pages can cost as much as decoding into them."""

from __future__ import annotations

import os
import sys

import numpy as np
from numpy.typing import NDArray

STEP = 4 << 20
"""Bytes that are touched in one go: some milliseconds."""
ENVIRONMENT = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 30),
}
"""What makes the GNU allocator keep freed memory for whoever asks next, whichever thread that is (mallopt(3)); other
allocators don't heed it."""


class WarmMemory:
    """Takes memory in small steps and gives all of it back to the allocator at once."""

    def __init__(self) -> None:
        self._held: list[NDArray[np.uint8]] = []
        self._over = sys.platform != "linux" or any(os.environ.get(name) != told for name, told in ENVIRONMENT.items())

    def step(self, wanted: int) -> bool:
        """Touch a little more, up to ``wanted`` bytes in all; False once that is done, or makes no sense here."""
        if self._over:
            return False
        try:
            if len(self._held) * STEP < wanted:
                self._held.append(np.ones(STEP, np.uint8))
                return True
        except MemoryError:
            pass
        self._over = True
        self._held.clear()
        return False
