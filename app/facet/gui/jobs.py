"""Work away from the window's thread, and the one place where its results come back.

A lane is one thread that takes its jobs in order; the case file has a lane of its own, so it is never touched from two
sides. Callbacks run in the window's thread.
"""

from __future__ import annotations

import queue
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from facet.core.errors import Cancelled, FacetError, InternalError
from facet.core.progress import Progress

T = TypeVar("T")
Failed = Callable[[FacetError], None]
Reported = Callable[[int, int, str], None]

BEAT = 0.05
"""Seconds between two progress reports that reach the window."""
PATIENCE = 1.0
"""Seconds a request may run before a newer one stops it."""
FAREWELL = 10.0
"""Seconds the window waits for its lanes when it closes."""


class Lane(StrEnum):
    """Who waits for whom: jobs of one lane run one after another."""

    CASE = "case"
    FOOTAGE = "footage"
    FRAMES = "frames"
    INFERENCE = "inference"
    NETWORK = "network"
    CHECKS = "checks"
    SURVEY = "survey"


class Job:
    """Work that was asked for. :meth:`cancel` is heard at its next progress report."""

    def __init__(self, work: Callable[[Progress], Any], done: Callable[[Any], None] | None, failed: Failed | None,
                 progress: Reported | None) -> None:  # fmt: skip
        self.work = work
        self.done = done
        self.failed = failed
        self.progress = progress
        self.stop = threading.Event()
        self.begun: float | None = None

    def cancel(self) -> None:
        """Ask it to stop; it then ends with ``Cancelled``."""
        self.stop.set()


class Jobs(QObject):
    """The lanes of one window."""

    activity = Signal(int)
    """How many jobs are waiting or under way."""
    _arrived = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queues: dict[Lane, queue.SimpleQueue[Job | None]] = {}
        self._threads: dict[Lane, threading.Thread] = {}
        self._open: set[Job] = set()
        self._closed = False
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def idle(self) -> bool:
        """Whether nothing waits and nothing runs."""
        return not self._open

    def run_task(
        self,
        func: Callable[[Progress], T],
        done: Callable[[T], None] | None = None,
        failed: Failed | None = None,
        progress: Reported | None = None,
        *,
        lane: Lane = Lane.CASE,
    ) -> Job:
        """Run ``func`` in its lane, then ``done`` or ``failed`` here, in the window's thread.

        ``func`` gets a :class:`~facet.core.progress.Progress` that raises ``Cancelled`` once the job is cancelled.
        Whatever ``func`` raises that is not ours arrives as ``InternalError`` with the traceback in its notes.
        """
        job = Job(func, done, failed, progress)
        if self._closed:
            return job
        self._open.add(job)
        self.activity.emit(len(self._open))
        if lane not in self._threads:
            waiting: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
            self._queues[lane] = waiting
            thread = threading.Thread(target=self._work, args=(waiting,), name=f"facet-{lane}", daemon=True)
            self._threads[lane] = thread
            thread.start()
        self._queues[lane].put(job)
        return job

    def hand_over(self, call: Callable[[], None]) -> None:
        """Run ``call`` in the window's thread: for parts of a result, from a lane. Parts arrive in order, before the
        whole; none arrives once the lanes are closed."""
        if not self._closed:
            self._arrived.emit(call)

    def close(self, farewells: Mapping[Lane, Callable[[], None]] | None = None) -> None:
        """Stop what runs, say each lane's farewell in its own thread, and wait for the threads to end."""
        if self._closed:
            return
        self._closed = True
        for job in self._open:
            job.cancel()
        for lane, farewell in (farewells or {}).items():
            if lane in self._queues:
                self._queues[lane].put(_farewell(farewell))
            else:
                farewell()
        for waiting in self._queues.values():
            waiting.put(None)
        end = time.monotonic() + FAREWELL
        for thread in self._threads.values():
            thread.join(max(0.0, end - time.monotonic()))
        self._open.clear()

    @Slot(object)
    def _deliver(self, call: Callable[[], None]) -> None:
        if not self._closed:
            call()

    def _work(self, waiting: queue.SimpleQueue[Job | None]) -> None:
        while (job := waiting.get()) is not None:
            job.begun = time.monotonic()
            try:
                if job.stop.is_set():
                    raise Cancelled
                result = job.work(self._progress_of(job))
            except FacetError as error:
                self._answer(job, job.failed, error)
            except Exception as error:  # noqa: BLE001  # every fault is told to the window, none ends the lane
                fault = InternalError("A fault in Facet itself: {reason}.", reason=f"{type(error).__name__}: {error}")
                fault.add_note(traceback.format_exc())
                self._answer(job, job.failed, fault)
            else:
                self._answer(job, job.done, result)
            del job

    def _answer(self, job: Job, to: Callable[[Any], None] | None, answer: Any) -> None:
        def arrive() -> None:
            self._open.discard(job)
            self.activity.emit(len(self._open))
            if to is not None:
                to(answer)

        if not self._closed:
            self._arrived.emit(arrive)

    def _progress_of(self, job: Job) -> Progress:
        last = 0.0

        def report(done: int, total: int, label: str = "") -> None:
            nonlocal last
            if job.stop.is_set():
                raise Cancelled
            heard = job.progress
            now = time.monotonic()
            if heard is not None and not self._closed and (now - last >= BEAT or (total and done >= total)):
                last = now
                self._arrived.emit(lambda: heard(done, total, label) if not job.stop.is_set() else None)

        return report


def _farewell(say: Callable[[], None]) -> Job:
    return Job(lambda progress: say(), None, None, None)


class Latest:
    """Requests of which only the newest matters. One runs, at most one waits.

    One that has run longer than ``PATIENCE`` seconds gives way to a newer one; a quicker one is let finish, so that
    something is seen while the timeline is dragged.
    """

    def __init__(self, jobs: Jobs, lane: Lane) -> None:
        self._jobs = jobs
        self._lane = lane
        self._running: Job | None = None
        self._waiting: tuple[Any, ...] | None = None

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._running is not None

    def ask(self, func: Callable[[Progress], T], done: Callable[[T], None], failed: Failed) -> None:
        """Like :meth:`Jobs.run_task`; a request still waiting is dropped without a word."""
        if self._running is None:
            self._start(func, done, failed)
            return
        self._waiting = (func, done, failed)
        begun = self._running.begun
        if begun is not None and time.monotonic() - begun > PATIENCE:
            self._running.cancel()

    def drop(self) -> None:
        """Want nothing any more."""
        self._waiting = None
        if self._running is not None:
            self._running.done = self._running.failed = None
            self._running.cancel()
            self._running = None

    def _start(self, func: Callable[[Progress], Any], done: Callable[[Any], None], failed: Failed) -> None:
        def next_one() -> None:
            self._running = None
            if self._waiting is not None:
                waiting, self._waiting = self._waiting, None
                self._start(*waiting)

        def arrived(result: Any) -> None:
            if self._running is job:
                next_one()
                done(result)

        def refused(error: FacetError) -> None:
            if self._running is job:
                next_one()
                if not isinstance(error, Cancelled):
                    failed(error)

        job = self._jobs.run_task(func, arrived, refused, lane=self._lane)
        self._running = job
