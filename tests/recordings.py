"""Parts for tests of the timeline: recordings without a file, and what a survey would find in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from PySide6.QtGui import QImage

from facet.core.errors import FacetError
from facet.core.progress import Progress
from facet.footage.index import PACKET, PICTURE, FrameIndex
from facet.footage.survey import SurveyBatch
from facet.gui.view.recording import Recording

RATE = 25


def index_of(count: int, *, gop: int = 50, sizes: Sequence[int] | None = None) -> FrameIndex:
    """An index of ``count`` pictures, 25 a second, a keyframe every ``gop``."""
    packets, pictures = np.zeros(count, PACKET), np.zeros(count, PICTURE)
    packets["size"] = 1000 if sizes is None else sizes
    pictures["packet"] = pictures["pts"] = np.arange(count)
    pictures["key"] = packets["key"] = np.arange(count) % gop == 0
    return FrameIndex(
        packets=packets, pictures=pictures, digests=np.zeros((0, 32), np.uint8), time_base=Fraction(1, RATE),
        rate=Fraction(RATE), method="packets", reasons=(), single_thread=False,
    )  # fmt: skip


def recording_of(count: int, **how: object) -> Recording:
    """A recording whose index is known."""
    index = index_of(count, **how)  # type: ignore[arg-type]
    made = Recording(count, index.seconds, index.at)
    made.know_index(index, ())
    return made


def batch_of(
    first: int, last: int, *, motion: float = 0.0, busy: range = range(0), cuts: Sequence[int] = ()
) -> SurveyBatch:
    """Pictures ``first`` to ``last`` looked over, all still but the ``busy`` ones."""
    return SurveyBatch(
        first=first, last=last, thumbnails=(), changes=(), cuts=tuple(cuts),
        motions=tuple((n, 300.0 if n in busy else motion, 1.0) for n in range(first, last + 1)),
    )  # fmt: skip


def thumbnail_of(number: int) -> QImage:
    """A grey picture."""
    made = QImage(160, 90, QImage.Format.Format_RGB16)
    made.fill(number % 255)
    return made


class FakeSurvey:
    """A survey without a process: two batches, and then whatever ``end`` is."""

    thorough = True

    def __init__(self, batches: Sequence[SurveyBatch], end: FacetError | None = None, *, endless: bool = False) -> None:
        self._batches, self._end, self._endless = batches, end, endless
        self.closed = False

    def __enter__(self) -> FakeSurvey:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def batches(self, progress: Progress) -> Iterator[SurveyBatch]:
        """One after the other."""
        for number, batch in enumerate(self._batches):
            progress(number, len(self._batches))
            yield batch
        while self._endless:
            progress(1, 2)
        if self._end is not None:
            raise self._end
