"""A look over the whole footage in the background: thumbnails, change between pictures, scene cuts.

It runs in a process of its own at low priority, apart from the one that answers the examiner. What the numbers mean is
defined in :mod:`facet.footage.change`; where something happens is told by :mod:`facet.footage.activity`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from facet.core.child import Child
from facet.core.errors import InternalError
from facet.core.i18n import N_
from facet.core.progress import SILENT, Progress
from facet.core.wire import Buffer
from facet.footage.index import FrameIndex
from facet.footage.opening import SILENCE, shown_name, wire_place

LUMP = 99
"""Percentile of the coded sizes that counts as 1."""
MEMORY = 128 << 20
"""Bytes that the thumbnails of one footage may take in all. Four times as many are not believed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SurveyBatch:
    """What became known since the batch before.

    ``first`` to ``last`` are the pictures now looked over, in presentation order; ``last`` below ``first`` for a batch
    of the quick overview that comes first, which has thumbnails only. ``thumbnails``: index and BGRA uint8 (H, W, 4),
    stored pixels: neither sample aspect nor rotation applied. ``changes``: index and change from the picture looked at
    before, per mille. ``motions``: index, strongest local change within a moment and noise, both per mille. The first
    picture of all differs from nothing, which counts as 0. ``cuts``: indices of the first pictures of new scenes; they
    come some pictures late and may lie before ``first``.
    """

    first: int
    last: int
    thumbnails: tuple[tuple[int, NDArray[np.uint8]], ...] = field(repr=False)
    changes: tuple[tuple[int, float], ...]
    motions: tuple[tuple[int, float, float], ...]
    cuts: tuple[int, ...]


class Survey:
    """One footage being looked over. A context manager; for one thread, but :meth:`close` may come from any."""

    def __init__(self, child: Child, *, count: int, name: str, thorough: bool, every: int) -> None:
        """Use :meth:`start`."""
        self.thorough = thorough
        """Whether every picture is looked at; else keyframes only, and what happens between two may go unseen."""
        self.every = every
        """Every how many pictures there is a thumbnail (about, where only keyframes are looked at)."""
        self._child = child
        self._count = count
        self._told = self._pictured = 0  # numbers that were told, and bytes of thumbnails
        self._name = name

    @classmethod
    def start(
        cls, path: Path, stream: int, index: FrameIndex, *, thumbnail_height: int = 90, thorough: bool | None = None
    ) -> Self:
        """Start the process. ``thumbnail_height`` is in rows of the stored picture; a lower picture stays as it is.
        ``thorough`` None looks at every picture of short footage and at keyframes only of long.

        Raises ``InputError``, ``EnvironmentLacksError`` where the process fails.
        """
        child = Child("facet.footage.survey_server", name=N_("survey"))
        try:
            head, buffers = index.to_wire()
            asked = {**wire_place(path), "stream": stream, "index": head}
            asked |= {"height": thumbnail_height, "thorough": thorough}
            answer = child.call("open", asked, buffers, timeout=SILENCE).head["result"]
        except BaseException:
            child.kill()
            child.close()
            raise
        return cls(
            child, count=index.count, name=shown_name(path), thorough=bool(answer["thorough"]), every=answer["every"]
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop at once and end the process. May be called twice, and while another thread waits for a batch, which
        then gets ``ChildDied``."""
        self._child.kill()
        self._child.close()

    @property
    def pid(self) -> int | None:
        """The process's number, None when it does not run."""
        return self._child.pid

    def batches(self, progress: Progress = SILENT) -> Iterator[SurveyBatch]:
        """What is found, a batch every half second or so, until the footage is looked over.

        Raises ``Cancelled`` through ``progress``, ``ChildDied`` where the footage crashes the process,
        ``EnvironmentLacksError`` for one that gives no answer or wants too much memory.
        """
        session, reached, over = self._child.session, 0, False
        while not over:
            message = self._child.call("batch", {}, progress=_at(progress, reached, self._count), timeout=SILENCE)
            if self._child.session != session:
                raise InternalError("The survey process was started anew; what it knew is lost.")
            answer = message.head["result"]
            over = bool(answer["over"])
            batch = self._batch(answer, message.buffers)
            reached = max(reached, batch.last + 1)
            yield batch
        progress(self._count, self._count, N_("Looking the footage over"))

    def _batch(self, answer: dict[str, Any], buffers: Sequence[Buffer]) -> SurveyBatch:
        """The batch that a message carries; nothing in it is believed that can be checked. Raises ``InternalError``."""
        try:
            batch = _read(answer, buffers)
            rows = (*batch.thumbnails, *batch.changes, *batch.motions)
            numbers = [*(row[0] for row in rows), *batch.cuts]
            told = [*(mean for _, mean in batch.changes), *(each for row in batch.motions for each in row[1:])]
            self._told += len(batch.changes) + len(batch.motions) + len(batch.cuts)
            self._pictured += sum(picture.nbytes for _, picture in batch.thumbnails)
            well = (
                all(type(number) is int and 0 <= number < self._count for number in numbers)
                and all(map(math.isfinite, told))
                and all(picture.size for _, picture in batch.thumbnails)
                and 0 <= batch.first <= self._count
                and -1 <= batch.last < self._count
                and self._told <= 3 * self._count  # a change, a motion and at most a cut of each picture
                and self._pictured <= 4 * MEMORY
            )
        except (KeyError, IndexError, TypeError, ValueError, OverflowError):
            well = False
        if not well:
            raise InternalError("The survey process answered with what can't be.")
        return batch


def coded_activity(index: FrameIndex) -> NDArray[np.float32]:
    """Bytes of each coded picture, float32 (count,), 0 to 1: known at once, but coded size is not motion.

    An encoder spends more bytes where a picture differs from what it predicts: on motion, and also on noise, light and
    scene changes. 1 is the 99th percentile. A keyframe predicts from nothing and is large whatever happens, so among
    others it takes the value of the picture before it. Pictures whose packet is not known are 0.
    """
    carried = index.pictures["packet"]
    sizes = np.where(carried >= 0, index.packets["size"][np.maximum(carried, 0)], 0).astype(np.float32)
    key = np.asarray(index.key)
    if (plain := ~key & (carried >= 0)).any():
        before = np.maximum.accumulate(np.where(key, -1, np.arange(len(key))))
        sizes = np.where(before >= 0, sizes[np.maximum(before, 0)], 0).astype(np.float32)
        full = float(np.percentile(sizes[plain], LUMP))
    else:
        full = float(np.percentile(sizes, LUMP))
    activity: NDArray[np.float32] = np.clip(sizes / np.float32(max(full, 1.0)), 0, 1).astype(np.float32)
    return activity


def _read(answer: dict[str, Any], buffers: Sequence[Buffer]) -> SurveyBatch:
    """The batch that a message spells."""
    return SurveyBatch(
        first=int(answer["first"]),
        last=int(answer["last"]),
        thumbnails=tuple(
            (number, np.frombuffer(pixels, np.uint8).reshape(height, width, 4))
            for (number, height, width), pixels in zip(answer["thumbnails"], buffers, strict=True)
        ),
        changes=tuple((number, float(mean)) for number, mean in answer["changes"]),
        motions=tuple((number, float(local), float(noise)) for number, local, noise in answer["motions"]),
        cuts=tuple(answer["cuts"]),
    )


def _at(progress: Progress, reached: int, count: int) -> Progress:
    """Keeps telling how many pictures are looked over while a batch is waited for."""

    def report(done: int, total: int, label: str = "") -> None:
        progress(max(done, reached), count, N_("Looking the footage over"))

    return report
