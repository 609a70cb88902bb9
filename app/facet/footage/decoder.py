"""Exact access: the picture that a sequential decode from the start would give, or an error; never a neighbour."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame

from facet.core.errors import InputError
from facet.core.i18n import N_
from facet.core.progress import Progress
from facet.footage.colour import planes_digest, planes_size
from facet.footage.index import FrameIndex
from facet.footage.run import Run, SeekFailed, Source

MEMORY = 256 << 20
"""Bytes of decoded planes that are kept for stepping to and fro."""
KEYS_TRIED = 2
"""Keyframes from which a picture is tried before everything is decoded from the start."""


class Decoder:
    """Pictures by index. Not safe for several threads."""

    def __init__(self, path: Path, name: str, stream: int, index: FrameIndex, *, memory: int = MEMORY) -> None:
        self.index = index
        self.name = name
        self.runs = 0
        """Runs begun so far: what a request cost."""
        self._source = Source(path, name, stream, index)
        self._keys = np.flatnonzero(index.packets["key"])
        self._memory = memory
        self._kept: collections.OrderedDict[int, VideoFrame] = collections.OrderedDict()
        self._kept_bytes = 0
        self._run: Run | None = None
        self._first = self._last = -1  # pictures: where the run may be believed from, and its last one
        self._whole = False  # whether the run began with the file

    def close(self) -> None:
        """Let go of the file and of all pictures."""
        self._run = None
        self._kept.clear()
        self._source.close()

    def picture(self, index: int, progress: Progress) -> tuple[VideoFrame, str]:
        """The decoded picture and the digest of its planes. Raises ``InputError``; ``Cancelled`` through
        ``progress``."""
        for attempt in self._attempts(index):
            frame = attempt(progress)
            if frame is None:
                continue
            digest = planes_digest(frame)
            if self.index.digest(index) in (None, digest):
                return frame, digest
            self._forget()
        if self.index.digest(index) is not None:
            raise InputError(
                "{name}: picture {index} does not decode as it did when the file was opened. The file may have "
                "changed; open it again.",
                name=self.name, index=index,
            )  # fmt: skip
        raise InputError(
            "{name}: picture {index} can't be decoded; the footage is damaged there. Choose another picture.",
            name=self.name, index=index,
        )  # fmt: skip

    def _attempts(self, index: int) -> Iterator[Callable[[Progress], VideoFrame | None]]:
        """Ways to the picture, the cheapest first, the surest last."""
        if index in self._kept:
            self._kept.move_to_end(index)
            yield lambda _: self._kept[index]
        keys = self._starts(index)
        run, nearer = self._run, keys[:1]
        if run is not None and max(self._first, self._last + 1) <= index and not (nearer and nearer[0] >= run.at):
            yield partial(self._advance, index)
        for key in keys[:KEYS_TRIED]:
            if key > 0:
                yield partial(self._from_key, index, key)
        yield partial(self._from_start, index)

    def _starts(self, index: int) -> list[int]:
        """Key packets from which the picture may be reached, the nearest first: those not after it in the file nor,
        since pictures before a keyframe may lean on what came earlier, in the order of presentation."""
        packet = int(self.index.pictures["packet"][index])
        if packet < 0:
            return []
        before = self._keys[: int(np.searchsorted(self._keys, packet, side="right"))]
        shown = self.index.order[before]
        return [int(key) for key in before[(shown >= 0) & (shown <= index)][: -KEYS_TRIED - 1 : -1]]

    def _from_key(self, index: int, key: int, progress: Progress) -> VideoFrame | None:
        for way in (self._source.from_key, self._source.by_reading):
            try:
                self._begin(way(key), int(self.index.order[key]))
            except SeekFailed:
                continue
            if (frame := self._advance(index, progress)) is not None:
                return frame
        return None

    def _from_start(self, index: int, progress: Progress) -> VideoFrame | None:
        self._forget()
        self._begin(self._source.from_start(), 0)
        self._whole = True
        return self._advance(index, progress)

    def _begin(self, run: Run, first: int) -> None:
        self.runs += 1
        self._run, self._first, self._last, self._whole = run, first, first - 1, False

    def _advance(self, index: int, progress: Progress) -> VideoFrame | None:
        """Decode on to the picture, keeping those on the way; None if the run gives a later one before it, or ends."""
        run = self._run
        if run is None:
            return None
        begun = self._last
        while self._last < index:
            progress(max(0, self._last - begun), index - begun, N_("Decoding"))
            given = run.take()
            if given is None:
                if run.step():
                    continue
                self._run = None
                break
            picture = self._which(run, *given)
            if picture < self._first:
                continue
            if picture <= self._last:
                self._run = None
                return None  # out of its turn: nothing of this run can be believed
            self._last = picture
            self._keep(picture, given[1])
        return self._kept.get(index)

    def _which(self, run: Run, number: int | None, frame: VideoFrame) -> int:
        """The index of a decoded picture, or -1 where it can't be told or its time is not the index's."""
        if self._whole and len(self.index.digests):
            picture = run.given - 1  # the index was made by this very walk
        else:
            known = number is not None and number < len(self.index.order)
            picture = int(self.index.order[number]) if known else -1
        if not 0 <= picture < self.index.count or frame.pts != self.index.pts_of(picture):
            return -1
        return picture

    def _keep(self, index: int, frame: VideoFrame) -> None:
        if index in self._kept:
            return
        self._kept[index] = frame
        self._kept_bytes += planes_size(frame)
        while self._kept_bytes > self._memory and len(self._kept) > 1:
            self._kept_bytes -= planes_size(self._kept.popitem(last=False)[1])

    def _forget(self) -> None:
        self._kept.clear()
        self._kept_bytes = 0
        self._run = None
