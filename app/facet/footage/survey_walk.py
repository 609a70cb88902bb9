"""The walk of a survey through its footage: which pictures it decodes, and each under its right number."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.packet import Packet
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from facet.footage.container import Container, check_size
from facet.footage.index import FrameIndex
from facet.footage.run import Packets, SeekFailed, Source

THOROUGH = 1 << 33
"""Pixels in all up to which every picture is decoded (some 4,000 pictures of 1080p); longer footage by keyframes."""
KEYS = 20_000
"""Keyframes that are decoded at most; of more, every second, third…"""
KEY_SECONDS = 60
"""Mean seconds between two keyframes from which they say too little, and every picture is decoded all the same."""
OVERVIEW = 48
"""Pictures of the quick overview."""

Looked = tuple[int, VideoFrame] | None
"""A picture under its number; None where the walk only says that it is still going."""


class Walk:
    """What is looked at in one footage. ``wanted`` are the pictures' indices, int64 (n,), rising."""

    def __init__(self, path: Path, name: str, stream: int, index: FrameIndex, thorough: bool | None) -> None:
        """``thorough`` None lets length decide; False is not followed where there are no two keyframes to go by."""
        self._path, self._name, self._stream, self._index = path, name, stream, index
        with Container(path, name, stream=stream) as container:
            self.size = container.video.width, container.video.height
            """Columns and rows of a stored picture."""
            self._reduces = container.video.codec_context.name == "mjpeg"
        keys = np.flatnonzero(index.key & (index.pictures["packet"] >= 0))
        pixels = index.count * self.size[0] * self.size[1]
        long = pixels > THOROUGH and index.end / max(1, len(keys)) <= KEY_SECONDS
        self.thorough = len(keys) < 2 or (not long if thorough is None else thorough)
        self.wanted: NDArray[np.int64] = (
            np.arange(index.count) if self.thorough else keys[:: math.ceil(len(keys) / KEYS)]
        )

    def overview(self) -> Iterator[Looked]:
        """A few keyframes from all over long footage, each reached by a seek; what can't be is left out."""
        if len(self.wanted) <= 4 * OVERVIEW:
            return
        keys = np.flatnonzero(self._index.key & (self._index.pictures["packet"] >= 0))
        chosen = np.unique(keys[np.linspace(0, len(keys) - 1, OVERVIEW).astype(np.int64)]) if len(keys) else keys
        source = Source(self._path, self._name, self._stream, self._index)
        try:
            for picture in chosen.tolist():
                yield None
                if (found := self._sought(source, picture)) is not None:
                    yield picture, found
        finally:
            source.close()

    def pictures(self, reduced_to: int) -> Iterator[Looked]:
        """Every wanted picture in order. One may be missing where the footage is damaged; none comes under another's
        number. Motion JPEG may come at an eighth of its size where that leaves ``reduced_to`` rows."""
        return self._all() if self.thorough else self._keys(reduced_to)

    def _sought(self, source: Source, picture: int) -> VideoFrame | None:
        try:
            run = source.from_key(int(self._index.pictures["packet"][picture]))
        except SeekFailed:
            return None
        while (given := run.take()) is None:
            if not run.step():
                return None
        return given[1] if self._numbered(*given) == picture else None

    def _all(self) -> Iterator[Looked]:
        source = Source(self._path, self._name, self._stream, self._index)
        last, going = -1, True
        try:
            run = source.from_start()
            while going:
                going = run.step()
                yield None
                while (given := run.take()) is not None:
                    number, frame = given
                    # an index by decoding was made by this very walk
                    picture = run.given - 1 if len(self._index.digests) else self._numbered(number, frame)
                    if last < picture < self._index.count and frame.pts == self._index.pts_of(picture):
                        last = picture
                        yield picture, frame
        finally:
            source.close()

    def _keys(self, reduced_to: int) -> Iterator[Looked]:
        """Each keyframe decoded alone, by one thread; all other packets are read past."""
        carried = set(self._index.pictures["packet"][self.wanted].tolist())
        with Container(self._path, self._name, stream=self._stream, single_thread=True) as container:
            context = container.video.codec_context
            context.options = {**context.options, **self._shortened(reduced_to)}
            for number, packet in Packets(container):
                if number in carried and packet.size:
                    time, packet.pts = packet.pts, number
                    for frame in self._alone(container, packet):
                        if frame.pts == number and not frame.is_corrupt:
                            frame.pts = time
                            yield int(self._index.order[number]), frame
                elif number % 64 == 0:
                    yield None

    def _alone(self, container: Container, packet: Packet[Any]) -> list[VideoFrame]:
        """What the decoder makes of one packet and nothing else."""
        frames: list[VideoFrame] = []
        try:
            for fed in (packet, None):
                frames += container.decode(fed)
        except MemoryError:
            raise
        except av.FFmpegError:
            frames.clear()
        container.video.codec_context.flush_buffers()
        for frame in frames:
            check_size(self._name, frame.width, frame.height)
        return frames

    def _shortened(self, reduced_to: int) -> dict[str, str]:
        """Decoder options that save work and leave a reduced keyframe as good as it is: no deblocking, which predicts
        nothing within a picture; and an eighth, quarter or half of a JPEG straight from its coefficients."""
        lowered = int(math.log2(max(1, self.size[1] // max(1, reduced_to))))
        return {"lowres": str(min(3, lowered))} if self._reduces else {"skip_loop_filter": "all"}

    def _numbered(self, number: int | None, frame: VideoFrame) -> int:
        """The index of a decoded picture by its packet, or -1 where it can't be told for certain."""
        known = number is not None and 0 <= number < len(self._index.order)
        picture = int(self._index.order[number]) if known else -1
        return picture if picture >= 0 and frame.pts == self._index.pts_of(picture) else -1
