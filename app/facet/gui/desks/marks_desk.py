"""Marks and the camera's clock: recorded in the case that holds the footage, else kept as a draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from facet.case import FootageRow
from facet.core.camera_clock import CameraClock
from facet.core.errors import EnvironmentLacksError, FacetError
from facet.core.i18n import _
from facet.footage import Reader
from facet.gui.desks.case_desk import CaseDesk
from facet.gui.drafts import Draft, DraftMark, read_draft, write_draft
from facet.gui.jobs import Jobs, Lane
from facet.gui.message_bar import MessageBar
from facet.gui.view.timeline_signs import DRAFT, RECORDED, WITHDRAWN, ShownMark
from facet.workbench import CaseSession

T = TypeVar("T")


class MarksDesk(QObject):
    """The marks of the footage that is open, wherever they are kept."""

    changed = Signal(object)
    """Every mark, a list of ``ShownMark`` in order of frames."""
    clock_changed = Signal(object, bool)
    """The camera's clock (``CameraClock`` or None), and whether it is only a draft."""
    in_out_read = Signal(object, object)
    """The in and the out mark kept from the last time, or None."""
    drafted = Signal(object, object)
    """A draft was changed: the ``Draft`` before and after, to be undone by :meth:`put_draft`."""
    drafts_recorded = Signal()
    """The drafts are evidence now."""
    drafts_waiting = Signal(int)
    """So many drafts could be recorded now, because the case holds the footage."""

    def __init__(self, home: Path, jobs: Jobs, case: CaseDesk, messages: MessageBar) -> None:
        super().__init__(case)
        self._home, self._jobs, self._case, self._messages = home, jobs, case, messages
        self._reader: Reader | None = None
        self._draft = Draft()
        self._recorded: list[ShownMark] = []
        self._clock: CameraClock | None = None
        self._exhibit: str | None = None
        self._told: tuple[str, str] | None = None
        self._footage: Sequence[FootageRow] = ()

    @property
    def recording(self) -> bool:
        """Whether marks go into the case now; else they are drafts."""
        return self._exhibit is not None and self._case.writable

    @property
    def marks(self) -> list[ShownMark]:
        """Every mark, in order of frames."""
        drafts = [
            ShownMark(id=f"draft {number}", first=mark.first, last=mark.last, text=mark.text, state=DRAFT)
            for number, mark in enumerate(self._draft.marks)
        ]
        return sorted([*self._recorded, *drafts], key=lambda mark: (mark.first, mark.last or mark.first))

    @property
    def clock(self) -> CameraClock | None:
        """The clock in the picture: as recorded, else as drafted."""
        return self._clock or self._draft.clock

    def use(self, reader: Reader | None) -> None:
        """Other footage is open, or none."""
        self._reader, self._told = reader, None
        self._draft = Draft() if reader is None else read_draft(self._home, reader.sha256, reader.count)
        self.in_out_read.emit(self._draft.begin, self._draft.end)
        self.know(self._footage)

    def know(self, footage: Sequence[FootageRow]) -> None:
        """The case holds this footage now; none without a case."""
        self._footage = footage
        sha256 = None if self._reader is None else self._reader.sha256
        standing = [row.id for row in footage if row.sha256 == sha256 and row.withdrawal is None]
        self._exhibit = standing[0] if standing else None
        self._read()

    def at(self, index: int) -> ShownMark | None:
        """The mark that stands at a frame."""
        return next((mark for mark in self.marks if mark.first == index and mark.state != WITHDRAWN), None)

    def add(self, first: int, last: int | None, text: str) -> None:
        """Mark a frame, or the frames ``first`` to ``last``."""
        mark = DraftMark(first=first, last=last, text=text)
        if not self.recording:
            self._keep(replace(self._draft, marks=(*self._draft.marks, mark)))
            return
        footage = self._exhibit or ""
        self._write(
            lambda session: session.mark(footage, first, last, text),
            failed=lambda: self._keep(replace(self._draft, marks=(*self._draft.marks, mark))),
        )

    def change(self, mark: ShownMark, first: int, last: int | None, text: str) -> None:
        """Put another in a mark's place; a recorded one is withdrawn, and stays to be read."""
        if mark.state == DRAFT:
            drafts = [*self._draft.marks]
            drafts[self._place(mark)] = DraftMark(first=first, last=last, text=text)
            self._keep(replace(self._draft, marks=tuple(drafts)))
            return
        footage, why = self._exhibit or "", _("Another mark was put in its place.")

        def write(session: CaseSession) -> None:
            session.mark(footage, first, last, text)
            session.case.withdraw(mark.id, why)

        self._write(write)

    def remove(self, mark: ShownMark, reason: str = "") -> None:
        """Take a draft away, or withdraw a recorded mark for a reason."""
        if mark.state == DRAFT:
            drafts = [*self._draft.marks]
            del drafts[self._place(mark)]
            self._keep(replace(self._draft, marks=tuple(drafts)))
        else:
            self._write(lambda session: session.case.withdraw(mark.id, reason))

    def set_clock(self, clock: CameraClock) -> None:
        """Say what the clock in the picture shows at a frame."""
        if self.recording:
            footage = self._exhibit or ""
            self._write(
                lambda session: session.set_clock(footage, clock),
                failed=lambda: self._keep(replace(self._draft, clock=clock)),
            )
        else:
            self._keep(replace(self._draft, clock=clock))

    def keep_in_out(self, begin: int | None, end: int | None) -> None:
        """Remember in and out for the next time."""
        if self._reader is not None and (begin, end) != (self._draft.begin, self._draft.end):
            self._keep(replace(self._draft, begin=begin, end=end), tell=False)

    def put_draft(self, draft: Draft) -> None:
        """Put a draft in place of the one there is; in and out stay."""
        self._keep(replace(draft, begin=self._draft.begin, end=self._draft.end))

    def record_drafts(self) -> None:
        """Record every draft in the case, and keep none of those that were recorded."""
        if not self.recording:
            return
        footage, draft, reader = self._exhibit or "", self._draft, self._reader

        def write(session: CaseSession) -> tuple[list[DraftMark], bool]:
            done: list[DraftMark] = []
            for mark in draft.marks:
                session.mark(footage, mark.first, mark.last, mark.text)
                done.append(mark)
            if draft.clock is not None:
                session.set_clock(footage, draft.clock)
            return done, draft.clock is not None

        def recorded(answer: tuple[list[DraftMark], bool]) -> None:
            if reader is self._reader:
                left = tuple(mark for mark in self._draft.marks if mark not in answer[0])
                self._keep(replace(self._draft, marks=left, clock=None))
                self.drafts_recorded.emit()
                self._messages.success(_("The drafts were recorded in the case."))

        self._write(write, done=recorded)

    def _place(self, mark: ShownMark) -> int:
        return int(mark.id.removeprefix("draft "))

    def _keep(self, draft: Draft, *, tell: bool = True) -> None:
        reader = self._reader
        if reader is None:
            return
        before, self._draft = self._draft, draft
        try:
            write_draft(self._home, reader.sha256, draft)
        except OSError as error:
            self._messages.error(
                EnvironmentLacksError(
                    "The draft can't be kept in {folder}: {reason}. It is gone when the window closes.",
                    folder=str(self._home), reason=error.strerror or "?",
                )
            )  # fmt: skip
        if tell:
            self.drafted.emit(before, draft)
            self._tell()

    def _read(self) -> None:
        session, footage, reader = self._case.session, self._exhibit, self._reader
        self._recorded, self._clock = [], None
        if session is None or footage is None:
            self._tell()
            return

        def read(_progress: object) -> tuple[list[Any], CameraClock | None]:
            return session.marks(footage), session.clock(footage)

        def arrived(answer: tuple[list[Any], CameraClock | None]) -> None:
            if (reader, footage) == (self._reader, self._exhibit):
                self._recorded = [_shown(mark) for mark in answer[0]]
                self._clock = answer[1]
                self._tell()
                self._offer()

        self._jobs.run_task(read, arrived, self._messages.error, lane=Lane.CASE)

    def _offer(self) -> None:
        """Say once, for this case and footage, that there are drafts to be recorded."""
        waiting = len(self._draft.marks) + (self._draft.clock is not None)
        place = (str(self._case.path), "" if self._reader is None else self._reader.sha256)
        if waiting and self.recording and self._told != place:
            self._told = place
            self.drafts_waiting.emit(waiting)

    def _write(
        self,
        func: Callable[[CaseSession], T],
        done: Callable[[T], None] | None = None,
        failed: Callable[[], None] | None = None,
    ) -> None:
        session = self._case.session
        if session is None:
            return

        def arrived(answer: T) -> None:
            if done is not None:
                done(answer)
            self._read()

        def refused(error: FacetError) -> None:
            if failed is not None:
                failed()
            self._messages.error(error)
            self._read()

        self._jobs.run_task(lambda _progress: func(session), arrived, refused, lane=Lane.CASE)

    def _tell(self) -> None:
        self.changed.emit(self.marks)
        self.clock_changed.emit(self.clock, self._clock is None)


def _shown(mark: Any) -> ShownMark:
    """A mark of the case as it is shown."""
    state = RECORDED if mark.withdrawn is None else WITHDRAWN
    who = f"{mark.examiner}, {mark.utc}"
    return ShownMark(id=mark.id, first=mark.first, last=mark.last, text=mark.text, state=state, who=who)
