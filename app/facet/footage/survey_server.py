"""The survey process: looks over one footage at low priority. Started by :class:`facet.footage.survey.Survey`."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from facet.core.errors import InternalError
from facet.core.interpretation import AS_DECLARED
from facet.core.limits import limit_memory, memory_refused
from facet.core.serve import Answer, Task, serve
from facet.footage.change import GRID, Cells, CutFinder, Measure, Measured
from facet.footage.colour import CONVERTED_BY, colour_of, picture_rows
from facet.footage.index import FrameIndex
from facet.footage.survey import MEMORY
from facet.footage.survey_walk import Looked, Walk

NICE = 15
BATCH_SECONDS = 0.5
BATCH_THUMBNAILS = 64
"""What a batch may take: seconds of work, and thumbnails."""


class Session:
    """What this process looks over."""

    def __init__(self) -> None:
        self._name = ""
        self._batches: Iterator[Answer | None] | None = None

    def open(self, task: Task) -> Answer:
        """Whether every picture will be looked at, and every how many pictures there is a thumbnail."""
        path, self._name = Path(os.fsdecode(task.arguments["path"].encode("latin-1"))), str(task.arguments["name"])
        index = FrameIndex.from_wire(task.arguments["index"], task.buffers)
        with self._told():
            walk = Walk(path, self._name, int(task.arguments["stream"]), index, task.arguments["thorough"])
        look = Look(walk, index, int(task.arguments["height"]))
        self._batches = look.batches()
        return {"thorough": walk.thorough, "every": look.every}, ()

    def batch(self, task: Task) -> Answer:
        """What the next half second finds."""
        if self._batches is None:
            raise InternalError("Nothing is open in the survey process.")
        with self._told():
            for answer in self._batches:
                if answer is not None:
                    return answer
                task.check()
                task.progress(0, 0)
        return {"first": 0, "last": -1, "thumbnails": [], "changes": [], "motions": [], "cuts": [], "over": True}, ()

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except MemoryError as error:
            raise memory_refused(self._name) from error


class Look:
    """Turns pictures into thumbnails and measures, a batch at a time."""

    def __init__(self, walk: Walk, index: FrameIndex, height: int) -> None:
        self._walk, self._index = walk, index
        width, rows = walk.size
        self._rows = max(1, min(height, rows))
        columns = max(1, round(width * self._rows / rows))
        spaced = max(1, -(-len(walk.wanted) * columns * self._rows * 4 // MEMORY))
        self._pictured = set(walk.wanted[::spaced].tolist())
        self.every = max(1, round(index.count / max(1, len(self._pictured))))
        self._measure, self._cuts = Measure(), CutFinder()
        self._small, self._grey = VideoReformatter(), VideoReformatter()

    def batches(self) -> Iterator[Answer | None]:
        """Answers; None where nothing is ready yet and the caller may want to stop."""
        yield from self._gather(self._walk.overview(), self._glance)
        yield from self._gather(self._walk.pictures(max(self._rows, GRID[1])), self._look)
        rest = Found()
        rest.cuts += self._cuts.finish()
        rest.first, rest.last = self._index.count, self._index.count - 1
        yield rest.answer()

    def _gather(
        self, walk: Iterator[Looked], look: Callable[[Found, int, VideoFrame], None]
    ) -> Iterator[Answer | None]:
        found, begun = Found(), time.monotonic()
        for looked in walk:
            if looked is None:
                yield None
            else:
                look(found, *looked)
            if time.monotonic() - begun > BATCH_SECONDS or len(found.thumbnails) >= BATCH_THUMBNAILS:
                if found.thumbnails or found.last >= 0:
                    yield found.answer()
                found, begun = Found(), time.monotonic()
        if found.thumbnails or found.last >= 0:
            yield found.answer()

    def _glance(self, found: Found, index: int, frame: VideoFrame) -> None:
        found.thumbnails.append((index, self._thumbnail(frame)))

    def _look(self, found: Found, index: int, frame: VideoFrame) -> None:
        found.reach(index)
        if index in self._pictured:
            found.thumbnails.append((index, self._thumbnail(frame)))
        measured = self._measure.add(index, float(self._index.seconds(index)), self._cells(frame))
        found.measures.append(measured)
        found.cuts += self._cuts.add(measured)

    def _thumbnail(self, frame: VideoFrame) -> NDArray[np.uint8]:
        """BGRA uint8 (H, W, 4) of the stored picture's shape, by its declared colour."""
        height = min(self._rows, frame.height)
        return _reduced(self._small, frame, max(1, round(frame.width * height / frame.height)), height, layout="bgra")

    def _cells(self, frame: VideoFrame) -> Cells:
        return _reduced(self._grey, frame, *GRID, layout="gray")[:, :, 0]


class Found:
    """One batch as it fills."""

    def __init__(self) -> None:
        self.first, self.last = 0, -1
        self.thumbnails: list[tuple[int, NDArray[np.uint8]]] = []
        self.measures: list[Measured] = []
        self.cuts: list[int] = []

    def reach(self, index: int) -> None:
        """Count a picture as looked at."""
        if self.last < 0:
            self.first = index
        self.last = index

    def answer(self) -> Answer:
        """As a message."""
        return {
            "first": self.first,
            "last": self.last,
            "thumbnails": [[index, *picture.shape[:2]] for index, picture in self.thumbnails],
            "changes": [[one.index, round(one.change, 2)] for one in self.measures],
            "motions": [[one.index, round(one.motion, 2), round(one.noise, 2)] for one in self.measures],
            "cuts": self.cuts,
            "over": False,
        }, [picture.data.cast("B") for _, picture in self.thumbnails]


def _reduced(by: VideoReformatter, frame: VideoFrame, width: int, height: int, *, layout: str) -> NDArray[np.uint8]:
    """The picture reduced by the mean of its parts, uint8 (height, width, channels), full range. ``layout`` is FFmpeg's
    name of a format of one plane: ``bgra`` or ``gray``."""
    colour = colour_of(frame, AS_DECLARED)
    made = by.reformat(
        frame,
        width=width,
        height=height,
        format=layout,
        src_colorspace=CONVERTED_BY.get(colour.matrix),
        dst_colorspace=Colorspace.DEFAULT,
        src_color_range=ColorRange.JPEG if colour.colour_range == "pc" else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=Interpolation.AREA,
        threads=1,
    )
    channels = len(made.format.components)
    return picture_rows(made.planes[0], width * channels).reshape(height, width, channels)


def _give_way() -> None:
    """Let everything else on the machine go first."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), 0x00004000)  # below normal
    else:
        os.nice(NICE)


def main() -> None:
    """Serve until the parent is gone."""
    _give_way()
    av.logging.set_level(None)  # any other level may call Python from a decoder's thread, and deadlock as it is closed
    limit_memory()
    session = Session()
    serve({"open": session.open, "batch": session.batch})


if __name__ == "__main__":
    main()
