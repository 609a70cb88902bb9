"""The footage looked over in the background, in a lane and a process of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from facet.core.errors import Cancelled, FacetError
from facet.core.progress import Progress
from facet.footage import Reader
from facet.footage.survey import Survey, SurveyBatch
from facet.gui.jobs import Job, Jobs, Lane
from facet.gui.view.display import Orientation

BEGIN_AFTER = 400
"""Milliseconds from the opening of footage to the survey: the first picture comes first."""
HEIGHT = 90
"""Screen pixels of a thumbnail's height at most."""


class Surveying(Protocol):
    """What this desk needs of a survey."""

    thorough: bool

    def batches(self, progress: Progress) -> Iterator[SurveyBatch]:
        """What is found, piece by piece."""


Starter = Callable[[Reader], AbstractContextManager[Surveying]]


def start_survey(reader: Reader) -> AbstractContextManager[Surveying]:
    """A survey of the footage in a process of its own."""
    return Survey.start(reader.path, reader.probe.stream, reader.index, thumbnail_height=HEIGHT)


class SurveyDesk(QObject):
    """One survey at a time, of the footage that is open. Newer footage ends the older survey."""

    begun = Signal(bool)
    """Whether it looks at every picture, not only at keyframes."""
    learned = Signal(object, object)
    """A ``SurveyBatch``, and its thumbnails as (index, QImage), upright and with square pixels."""
    progressed = Signal(int)
    """Per cent of the footage that is looked over."""
    ended = Signal()
    """Everything was looked over."""
    stopped = Signal(object)
    """It ended early: an error, or None by the user's wish."""

    def __init__(self, jobs: Jobs, parent: QObject | None = None, start: Starter = start_survey) -> None:
        super().__init__(parent)
        self._jobs, self._start = jobs, start
        self._reader: Reader | None = None
        self._job: Job | None = None
        self.automatic = True
        """Whether footage is surveyed as soon as it is open."""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(BEGIN_AFTER)
        self._soon.timeout.connect(self.begin)

    @property
    def running(self) -> bool:
        """Whether a survey is under way."""
        return self._job is not None

    def use(self, reader: Reader | None) -> None:
        """Other footage is open from now on, or none."""
        self._soon.stop()
        self._cancel()
        self._reader = reader
        if reader is not None and reader.count > 1 and self.automatic:
            self._soon.start()

    def stop(self) -> None:
        """Look no further; what was found stays."""
        if self._job is not None or self._soon.isActive():
            self._soon.stop()
            self._cancel()
            self.stopped.emit(None)

    def begin(self) -> None:
        """Look the footage over from its beginning."""
        reader = self._reader
        if reader is None:
            return
        self._cancel()
        start, hand_over = self._start, self._jobs.hand_over
        job: Job

        def heard(call: Callable[[], None]) -> None:
            hand_over(lambda: call() if self._job is job else None)

        def work(progress: Progress) -> None:
            with start(reader) as survey:
                thorough = survey.thorough
                heard(lambda: self.begun.emit(thorough))
                for batch in survey.batches(progress):
                    heard(_learned(self, batch, _images(reader, batch)))

        def done(_nothing: None) -> None:
            if self._job is job:
                self._job = None
                self.ended.emit()

        def failed(error: FacetError) -> None:
            if self._job is job:
                self._job = None
                self.stopped.emit(None if isinstance(error, Cancelled) else error)

        def progressed(reached: int, total: int, _label: str) -> None:
            if self._job is job and total:
                self.progressed.emit(min(100, reached * 100 // total))

        job = self._jobs.run_task(work, done, failed, progressed, lane=Lane.SURVEY)
        self._job = job

    def _cancel(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.cancel()


def _learned(desk: SurveyDesk, batch: SurveyBatch, images: list[tuple[int, QImage]]) -> Callable[[], None]:
    return lambda: desk.learned.emit(batch, images)


def _images(reader: Reader, batch: SurveyBatch) -> list[tuple[int, QImage]]:
    seen = Orientation.declared(reader.probe.rotation, reader.probe.sample_aspect)
    return [(index, thumbnail(pixels, seen)) for index, pixels in batch.thumbnails]


def thumbnail(pixels: NDArray[np.uint8], seen: Orientation) -> QImage:
    """An upright image with square pixels, at most ``HEIGHT`` high, of BGRA uint8 (H, W, 4). For any thread.

    It is kept in 16 bits a pixel: there may be thousands, and nobody judges a picture by its thumbnail.
    """
    height, width, _channels = pixels.shape
    stored = np.ascontiguousarray(pixels)
    image = QImage(stored.data, width, height, 4 * width, QImage.Format.Format_RGB32).transformed(
        seen.transform(1.0), Qt.TransformationMode.SmoothTransformation
    )
    if image.height() > HEIGHT:
        image = image.scaledToHeight(HEIGHT, Qt.TransformationMode.SmoothTransformation)
    return image.convertToFormat(QImage.Format.Format_RGB16)
