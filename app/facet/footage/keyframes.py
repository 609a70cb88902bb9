"""Keyframes decoded alone, by one thread in a container of their own: what is seen while a hand drags."""

from __future__ import annotations

import collections
import dataclasses
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from facet.footage.index import FrameIndex
from facet.footage.run import SeekFailed, Source

TRIED = 3
"""Keyframes that are tried, the nearest first."""
REMEMBERED = 8
"""Keyframes that are kept: a hand that drags to and fro comes by the same ones."""


class Keyframes:
    """The pictures of key packets. They are for looking only: what follows such a packet may belong to it (rolling
    refresh), and no digest is compared."""

    def __init__(self, path: Path, name: str, stream: int, index: FrameIndex) -> None:
        self._index = index
        self._source = Source(path, name, stream, dataclasses.replace(index, single_thread=True))
        self._fresh = True
        self._kept: collections.OrderedDict[int, VideoFrame] = collections.OrderedDict()
        keys = np.flatnonzero(index.packets["key"])
        shown = index.order[keys]
        order = np.argsort(shown[shown >= 0], kind="stable")
        self._keys = keys[shown >= 0][order]
        self._shown = shown[shown >= 0][order]

    def warm(self) -> bool:
        """Open the file and begin decoding, where that was never done; whether it had to be."""
        fresh, self._fresh = self._fresh and bool(len(self._shown)), False
        if fresh:
            self.picture(int(self._shown[0]))
        return fresh

    def close(self) -> None:
        """Let go of the file."""
        self._kept.clear()
        self._source.close()

    def near(self, index: int) -> list[int]:
        """Pictures of key packets, the nearest to ``index`` first."""
        place = int(np.searchsorted(self._shown, index))
        around = self._shown[max(0, place - TRIED) : place + TRIED]
        return sorted((int(picture) for picture in around), key=lambda picture: abs(picture - index))[:TRIED]

    def picture(self, shown: int) -> VideoFrame | None:
        """What the key packet of this picture gives alone; None if that is not this picture, whole and of its time."""
        if shown in self._kept:
            self._kept.move_to_end(shown)
            return self._kept[shown]
        frame = self._decoded(shown)
        if frame is not None:
            self._kept[shown] = frame
            if len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return frame

    def _decoded(self, shown: int) -> VideoFrame | None:
        key = int(self._keys[np.searchsorted(self._shown, shown)])
        try:
            run = self._source.from_key(key)
        except SeekFailed:
            return None
        run.step()
        run.drain()
        given = run.take()
        if given is None or run.faults:
            return None
        number, frame = given
        right = number == key and frame.pts == self._index.pts_of(shown) and not frame.is_corrupt
        return frame if right else None
