"""Fetching pictures of the open footage: one errand at a time for the eye at rest, several ahead while it plays."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from facet.core.errors import Cancelled, FacetError
from facet.core.interpretation import Interpretation
from facet.core.progress import Progress
from facet.footage import FrameRequest, Reader, ViewRequest
from facet.gui.jobs import PATIENCE, Job, Jobs, Lane
from facet.gui.view.grade import Errand, Grade, Grader, Wish
from facet.gui.view.sight import Sight


class _UnderWay:
    """An errand that a lane is busy with."""

    def __init__(self, errand: Errand, request: FrameRequest | ViewRequest | None) -> None:
        self.errand = errand
        self.request = request
        self.job: Job | None = None
        self.stopped = False

    def stop(self) -> None:
        """Want it no more: the decoding process is told at once, the lane at its next look."""
        self.stopped = True
        if self.request is not None:
            self.request.cancel()
        if self.job is not None:
            self.job.cancel()

    def tired(self, now: float) -> bool:
        """Whether it has been worked at for longer than is good."""
        begun = None if self.job is None else self.job.begun
        return begun is not None and now - begun > PATIENCE


class Pictures(QObject):
    """What is wished for is fetched in the grades that :class:`~facet.gui.view.grade.Grader` says."""

    seen = Signal(object)
    """A :class:`~facet.gui.view.sight.Sight` to be shown."""
    waiting = Signal(bool)
    """Whether something is asked for and not here yet."""
    failed = Signal(object)
    """A wish could not be fetched: the ``FacetError``."""

    def __init__(self, jobs: Jobs, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._reader: Reader | None = None
        self._grader = Grader()
        self._under_way: _UnderWay | None = None
        self._playing: list[_UnderWay] = []
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setTimerType(Qt.TimerType.PreciseTimer)
        self._later.timeout.connect(self._go)

    @property
    def settled(self) -> bool:
        """Whether nothing is to be fetched, now or in a moment."""
        return self._grader.satisfied and self._under_way is None and not self._playing

    @property
    def wish(self) -> Wish | None:
        """What was asked for last."""
        return self._grader.wish

    def use(self, reader: Reader | None) -> None:
        """Fetch from this footage from now on; what was asked for of another is forgotten."""
        self.stop()
        self._reader = reader

    def stop(self) -> None:
        """Want nothing any more."""
        self._later.stop()
        self._grader = Grader()
        self.stop_playing()
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.stop()
        self.waiting.emit(False)  # noqa: FBT003  # a Qt signal

    def hold(self, *, held: bool) -> None:
        """The playhead was taken in hand, or let go."""
        self._grader.hold(held=held)
        self._go()

    def ask(self, wish: Wish, known: Grade | None = None) -> None:
        """Want a picture; only the newest wish counts. ``known``: it is seen already, in this grade."""
        self.stop_playing()
        self._grader.ask(wish, time.monotonic())
        if known is not None:
            self._grader.got(Errand(wish=wish, grade=known), known)
        self._go()

    def play(self, wish: Wish, arrived: Callable[[Sight], None]) -> None:
        """Fetch a picture that is to be played; several are fetched one after another until :meth:`stop_playing`."""

        def here(under_way: _UnderWay, sight: Sight) -> None:
            self._playing.remove(under_way)
            arrived(sight)

        def refused(under_way: _UnderWay, error: FacetError) -> None:
            self._playing.remove(under_way)
            self.failed.emit(error)

        under_way = self._send(Errand(wish=wish, grade=Grade.VIEW), here, refused)
        if under_way is not None:
            self._playing.append(under_way)

    def stop_playing(self) -> None:
        """What was fetched to be played is not wanted more."""
        dropped, self._playing = self._playing, []
        for under_way in dropped:
            under_way.stop()

    def _go(self) -> None:
        now = time.monotonic()
        busy = self._under_way
        if busy is not None:
            tired = busy.errand.wish != self._grader.wish and busy.tired(now)
            if tired or self._grader.gives_way(busy.errand, now):
                busy.stop()
                self._under_way = None
        errand = self._grader.errand(now)
        if errand is not None and self._under_way is None:
            self._under_way = self._send(errand, self._arrived, self._refused)
        due = self._grader.due_in(now)
        if due is not None:
            self._later.start(int(due * 1000) + 1)
        self.waiting.emit(self._under_way is not None)

    def _arrived(self, under_way: _UnderWay, sight: Sight) -> None:
        self._under_way = None
        if self._grader.got(under_way.errand, sight.grade):
            self.seen.emit(sight)
        if self._under_way is None:  # who saw it may have asked for more
            self._go()

    def _refused(self, under_way: _UnderWay, error: FacetError) -> None:
        self._under_way = None
        if not isinstance(error, Cancelled):
            self._grader.failed(under_way.errand)
            self.failed.emit(error)
        self._go()

    def _send(
        self,
        errand: Errand,
        arrived: Callable[[_UnderWay, Sight], None],
        refused: Callable[[_UnderWay, FacetError], None],
    ) -> _UnderWay | None:
        """Ask the decoding process now, and let the lane wait for the answer."""
        reader = self._reader
        if reader is None:
            return None
        index, interpretation = errand.wish.index, errand.wish.interpretation
        request: FrameRequest | ViewRequest | None = None
        try:
            if errand.grade is Grade.FRAME:
                request = reader.request(index, interpretation=interpretation)
            elif errand.grade is Grade.VIEW:
                request = reader.ask_view(index, interpretation=interpretation)
        except FacetError as error:
            self._grader.failed(errand)
            self.failed.emit(error)
            return None
        under_way = _UnderWay(errand, request)
        under_way.job = self._jobs.run_task(
            _work(reader, request, index, interpretation),
            lambda sight: None if under_way.stopped else arrived(under_way, sight),
            lambda error: None if under_way.stopped else refused(under_way, error),
            lane=Lane.FRAMES,
        )
        return under_way


def _work(
    reader: Reader, request: FrameRequest | ViewRequest | None, index: int, interpretation: Interpretation
) -> Callable[[Progress], Sight]:
    def wait(progress: Progress) -> Sight:
        if isinstance(request, FrameRequest):
            return Sight.of_frame(request.frame(progress), interpretation)
        if request is not None:
            return Sight.of_view(request.view(progress), interpretation)
        return Sight.of_view(reader.preview(index, progress, interpretation=interpretation), interpretation)

    return wait
