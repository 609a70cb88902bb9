"""A run from the ticked backends to recorded outputs: prepared in the case's lane, executed in the other process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from facet.core.errors import Cancelled, FacetError
from facet.core.frame import Frame
from facet.core.geometry import Box
from facet.core.i18n import _
from facet.core.progress import Progress
from facet.core.run import Enhanced
from facet.footage import Reader
from facet.gui.jobs import Job, Jobs, Lane
from facet.gui.message_bar import MessageBar
from facet.gui.panels.backends_panel import Choice
from facet.workbench import CaseSession, Run, Workbench

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What is to be run on what: a box in a frame of open footage, or a crop that the case holds."""

    choices: tuple[Choice, ...]
    seed: int
    reason: str | None
    crop: str | None = None
    reader: Reader | None = field(default=None, repr=False)
    frame: Frame | None = field(default=None, repr=False)
    box: Box | None = None


class RunDesk(QObject):
    """One batch of runs at a time. A backend that fails does not keep the others from running."""

    begun = Signal(str)
    progressed = Signal(int, int, str)
    recorded = Signal(str, str)
    """An output was recorded: the crop's id and its own."""
    ended = Signal(str, int)
    """The batch is over: the crop's id (or empty) and how many outputs were recorded."""

    def __init__(self, bench: Workbench, jobs: Jobs, messages: MessageBar) -> None:
        super().__init__(messages)
        self._bench, self._jobs, self._messages = bench, jobs, messages
        self._job: Job | None = None
        self._left: list[Choice] = []
        self._stopping = False
        self._crop, self._count, self._total = "", 0, 0

    @property
    def running(self) -> bool:
        """Whether a batch is under way."""
        return self._job is not None

    def run(self, session: CaseSession, wanted: Wanted) -> None:
        """Record the crop, then run the backends one after another."""
        if self.running:
            return
        self._left, self._crop = list(wanted.choices), wanted.crop or ""
        self._stopping = False
        self._count, self._total = 0, len(wanted.choices)
        self.begun.emit(_("Recording frame and crop"))

        def record(progress: Progress) -> str:
            for choice in wanted.choices:
                progress(0, 0)
                session.check_backend(
                    choice.descriptor.id,
                    box=wanted.box if wanted.crop is None else None,
                    parameters=choice.parameters,
                    reason=wanted.reason,
                )
            if wanted.crop is not None:
                return wanted.crop
            assert wanted.reader is not None
            assert wanted.frame is not None
            assert wanted.box is not None
            return session.record_crop(session.ingest(wanted.reader), wanted.frame, wanted.box)

        def go_on(crop: str) -> None:
            self._crop = crop
            self._next(session, wanted)

        self._start(record, go_on, self._stop, Lane.CASE)

    def cancel(self) -> None:
        """Stop the run under way and those that wait; what is recorded stays recorded."""
        self._left, self._stopping = [], self.running
        if self._job is not None:
            self._job.cancel()

    def _next(self, session: CaseSession, wanted: Wanted) -> None:
        if self._stopping:
            self._stop(Cancelled())
            return
        if not self._left:
            self._end()
            return
        choice = self._left.pop(0)
        title = _(choice.descriptor.title)
        number = self._total - len(self._left)
        label = title if self._total == 1 else _("{number} of {total}: {title}").format(
            number=number, total=self._total, title=title)  # fmt: skip
        self.begun.emit(label)

        def prepare(_progress: Progress) -> Run:
            seed = wanted.seed if choice.descriptor.has_random_component else None
            return session.prepare_run(
                self._crop, choice.descriptor.id, parameters=choice.parameters, seed=seed, reason=wanted.reason
            )

        def execute(run: Run) -> None:
            if self._stopping:  # asked for after the last moment at which preparing could hear it
                self._stop(Cancelled())
                return
            self._start(
                lambda progress: (run, run.execute(self._bench.inference, progress)), keep, refused, Lane.INFERENCE
            )

        def keep(pair: tuple[Run, Enhanced]) -> None:
            self._start(lambda _progress: session.record(*pair), kept, refused, Lane.CASE)

        def kept(output: str) -> None:
            self._count += 1
            self.recorded.emit(self._crop, output)
            self._next(session, wanted)

        def refused(error: FacetError) -> None:
            if isinstance(error, Cancelled):
                self._stop(error)
            else:
                self._messages.error(error)
                self._next(session, wanted)

        self._start(prepare, execute, refused, Lane.CASE)

    def _start(
        self, func: Callable[[Progress], T], done: Callable[[T], None], failed: Callable[[FacetError], None], lane: Lane
    ) -> None:
        self._job = self._jobs.run_task(
            func, done, failed, lambda did, total, step: self.progressed.emit(did, total, _(step)), lane=lane
        )

    def _stop(self, error: FacetError) -> None:
        self._messages.error(error)
        if isinstance(error, Cancelled):
            self._messages.info(_("Stopped. {count} outputs were recorded before.").format(count=self._count))
        self._end()

    def _end(self) -> None:
        self._job = None
        self.ended.emit(self._crop, self._count)


def needs_reason(choices: Sequence[Choice]) -> list[Choice]:
    """Those of the choices that run only for a typed reason."""
    return [choice for choice in choices if choice.descriptor.family == "generative"]
