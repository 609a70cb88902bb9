"""Decoded pictures that are kept as they were decoded, within a budget of memory; the least useful leave first.

What is useful lies near the position, and more so in the direction of travel. Plain «least recently used» would drop,
playing backwards, just what is about to be shown.
"""

from __future__ import annotations

import bisect
import collections
import os
import sys
from dataclasses import dataclass, field

from av.video.frame import VideoFrame

from facet.footage.colour import planes_size

AUTOMATIC = 1 << 30
"""Bytes of the budget where none is set, on a machine that has four times as much."""
BEHIND = 8
"""On the way a picture that was passed counts as this many times as far as one that lies ahead."""
AFTER = 2
"""The same at rest, for a picture after the position: a step forward is cheap to decode, a step back is not."""
HORIZON = 1000
"""Pictures to either side beyond which nothing is worth doing before it is asked for."""
VISITED = 8
"""One part in so many of the budget is for pictures that were looked at elsewhere."""


@dataclass(slots=True)
class Kept:
    """One picture; ``digest`` of its planes and ``proof`` of all of it once they were computed, lower-case hex."""

    frame: VideoFrame = field(repr=False)
    size: int
    digest: str | None = None
    proof: str | None = None


class PictureCache:
    """Pictures by index. ``position`` is where one looks, ``direction`` where one goes: 1, -1, or 0 at rest."""

    def __init__(self, memory: int) -> None:
        """``memory`` is in bytes of decoded planes; one picture is kept in any case."""
        self.memory = memory
        self.position = 0
        self.direction = 0
        self.size = 0
        """Bytes that are kept now."""
        self._kept: dict[int, Kept] = {}
        self._sorted: list[int] = []
        self._visited: collections.OrderedDict[int, int] = collections.OrderedDict()
        self._visited_size = 0

    def __contains__(self, index: int) -> bool:
        return index in self._kept

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def mean(self) -> int:
        """Bytes of a picture; 0 while none is kept."""
        return self.size // len(self._kept) if self._kept else 0

    @property
    def capacity(self) -> int:
        """How many pictures like those that are kept go into the budget; 1 while there are none."""
        return max(1, self.memory * len(self._kept) // self.size) if self.size else 1

    @property
    def reach(self) -> int:
        """How far from the position, ahead or at rest backwards, pictures are certain to be kept once they were."""
        weight = BEHIND if self.direction else AFTER
        return max(0, (self.capacity - self.capacity // VISITED - 2) * weight // (weight + 1))

    def get(self, index: int) -> Kept | None:
        """The picture, or None."""
        return self._kept.get(index)

    def distance(self, index: int) -> int:
        """How far a picture is from being wanted."""
        offset = index - self.position
        if self.direction:
            ahead = offset * self.direction
            return ahead if ahead >= 0 else -ahead * BEHIND
        return -offset if offset < 0 else offset * AFTER

    def visit(self, index: int) -> None:
        """Remember a picture as one that somebody stopped at: it stays when one goes elsewhere, as far as there is
        room for such pictures."""
        kept = self._kept.get(index)
        if kept is None:
            return
        self._visited_size += kept.size - self._visited.pop(index, 0)
        self._visited[index] = kept.size
        while self._visited_size > self.memory // VISITED and len(self._visited) > 1:
            self._visited_size -= self._visited.popitem(last=False)[1]

    def keep(self, index: int, frame: VideoFrame) -> Kept:
        """Keep a picture as far as the budget goes: it may itself be the least useful, and is then not kept."""
        kept = Kept(frame, planes_size(frame))
        self.drop(index)
        self._kept[index] = kept
        bisect.insort(self._sorted, index)
        self.size += kept.size
        while self.size > self.memory and len(self._kept) > 1:
            self.drop(self._farthest())
        return kept

    def drop(self, index: int) -> None:
        """Let go of a picture, if it is kept."""
        kept = self._kept.pop(index, None)
        if kept is not None:
            del self._sorted[bisect.bisect_left(self._sorted, index)]
            self.size -= kept.size
            self._visited_size -= self._visited.pop(index, 0)

    def clear(self) -> None:
        """Let go of everything."""
        self._kept.clear()
        self._sorted.clear()
        self._visited.clear()
        self.size = self._visited_size = 0

    def missing(self, first: int, last: int) -> int | None:
        """The first picture from ``first`` on, up or down to ``last``, that is not kept; None if all are."""
        way = 1 if last >= first else -1
        return next((index for index in range(first, last + way, way) if index not in self._kept), None)

    def unproved(self) -> int | None:
        """The nearest picture above or below the position, without a gap, whose proof was not computed; or None."""
        for way in (self.direction or -1, -(self.direction or -1)):
            for index in range(self.position, self.position + way * HORIZON, way):
                kept = self._kept.get(index)
                if kept is None:
                    break
                if kept.proof is None:
                    return index
        return None

    def _farthest(self) -> int:
        """The picture to let go of next: one end or the other, visited pictures last."""
        low = next((index for index in self._sorted if index not in self._visited), None)
        if low is None:
            return next(iter(self._visited))
        high = next(index for index in reversed(self._sorted) if index not in self._visited)
        return low if self.distance(low) > self.distance(high) else high


def budget(wish: int | None) -> int:
    """Bytes for decoded pictures: ``wish``, or for 0 and None a gibibyte or a quarter of the machine's memory,
    whichever is less."""
    return wish or min(AUTOMATIC, machine_memory() // 4)


def machine_memory() -> int:
    """Bytes of memory that this machine has; 4 GiB where it does not tell."""
    if sys.platform == "win32":
        import ctypes

        status = (ctypes.c_ulonglong * 8)()
        ctypes.cast(status, ctypes.POINTER(ctypes.c_ulong))[0] = ctypes.sizeof(status)  # MEMORYSTATUSEX.dwLength
        told = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status[1]) if told else 4 << 30
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 4 << 30
