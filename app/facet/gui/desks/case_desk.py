"""The case on the desk. All that touches the case file runs in its own lane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from facet.case import CaseFacts, ExhibitRow, OutputRow, PassphraseWanted, PassphraseWrong, Remark, Tag
from facet.case.finding import words_of
from facet.core.canonical import Json
from facet.core.errors import FacetError
from facet.core.i18n import _
from facet.core.progress import Progress
from facet.gui.desks.listing import PAGE, Found, read_listing, recorded_indices
from facet.gui.dialogs.case_form import NewCase
from facet.gui.exhibits import lineage
from facet.gui.jobs import Jobs, Lane, Latest
from facet.gui.message_bar import MessageBar
from facet.gui.view.display import image_of
from facet.gui.work_list import WorkList
from facet.workbench import CaseSession, KnownFootage, Workbench

T = TypeVar("T")

MOST_REMARKS = 500
"""Of one exhibit, in its properties."""


class CaseDesk(QObject):
    """At most one open case."""

    opened = Signal()
    """A case was opened or made."""
    closed = Signal()
    """The case was put away."""
    passphrase_wanted = Signal(object, bool)
    """An encrypted case is to be opened: its path, and whether a passphrase was tried in vain."""
    changed = Signal(object, object)
    """A :class:`~facet.gui.desks.listing.Listing` of what the case holds, and the exhibit to choose or None."""
    found = Signal(object)
    """What was searched for: :class:`~facet.gui.desks.listing.Found`."""
    facts_read = Signal(str, object)
    """Title and facts of an exhibit."""

    def __init__(self, bench: Workbench, jobs: Jobs, work: WorkList, messages: MessageBar) -> None:
        super().__init__(work)
        self._bench, self._jobs, self._work, self._messages = bench, jobs, work, messages
        self._searches = Latest(jobs, Lane.CASE)
        self._wanted: dict[str, int] = {}
        self.session: CaseSession | None = None
        self.number = self.examiner = ""
        self.path: Path | None = None
        self.version, self.current = "", True
        """The format of the open case, and whether that is the present one."""
        self.passphrase: str | None = None
        """Of the open case, if it is encrypted: it is opened once more to be verified while it is worked with."""
        self.fresh = False
        """Whether the open case was made here and now, so that there is nothing yet to be verified."""

    @property
    def writable(self) -> bool:
        """Whether there is a case and it takes entries."""
        return self.session is not None and self.session.case.writable

    def create(self, wanted: NewCase, then: Callable[[], None] | None = None) -> None:
        """Make a new case and open it."""
        self._begin(
            lambda progress: self._bench.create_case(
                wanted.path,
                number=wanted.number,
                examiner=wanted.examiner,
                agency=wanted.agency,
                title=wanted.title,
                passphrase=wanted.passphrase,
            ),
            then,
            passphrase=wanted.passphrase,
            fresh=True,
        )

    def open(self, path: Path, *, writable: bool = True, passphrase: str | None = None) -> None:
        """Open a case; where another program writes, or the file can't be written, it is opened to read. One that is
        encrypted asks for its passphrase."""

        def refused(error: FacetError) -> None:
            def opened_to_read() -> None:
                said = _("{why} The case is open for reading only.").format(why=error.localised(_))
                self._messages.warning(said)

            if isinstance(error, PassphraseWanted):
                self.passphrase_wanted.emit(path, isinstance(error, PassphraseWrong))
            elif not writable:
                self._messages.error(error)
            else:
                self._begin(
                    lambda progress: self._bench.open_case(path, writable=False, passphrase=passphrase),
                    opened_to_read,
                    passphrase=passphrase,
                )

        self._begin(
            lambda progress: self._bench.open_case(path, writable=writable, passphrase=passphrase),
            None,
            refused,
            passphrase=passphrase,
        )

    def close(self) -> None:
        """Put the case away."""
        session, self.session, self.path, self.passphrase = self.session, None, None, None
        if session is not None:
            self._jobs.run_task(lambda progress: session.close())
            self.closed.emit()

    def refresh(self, choose: str | None = None) -> None:
        """Read again what the case holds, ``choose`` among it."""
        wanted = dict(self._wanted)
        self._with_case(
            lambda session: read_listing(session.case, wanted, choose),
            lambda listing: self.changed.emit(listing, choose),
        )

    def more(self, exhibit: str) -> None:
        """Read the next page under an exhibit."""
        self._wanted[exhibit] = self._wanted.get(exhibit, 0) + PAGE
        self.refresh()

    def find(self, words: str, count: int = PAGE) -> None:
        """Search for exhibits to which all these words belong; the first ``count`` of them."""
        session, asked = self.session, words_of(words)
        if session is None or not asked:
            self._searches.drop()
            return

        def search(_progress: Progress) -> Found:
            page = session.case.find(asked, count=count)
            return Found(words=words, hits=page.rows, total=page.total)

        self._searches.ask(search, self.found.emit, self._messages.error)

    def look_up(self, exhibit: str, done: Callable[[Sequence[ExhibitRow]], None]) -> None:
        """Read an exhibit and what it was taken from, up to its footage."""
        self._with_case(lambda session: session.case.rows(lineage(exhibit)), done)

    def read_recorded(self, sha256: str, done: Callable[[list[int]], None]) -> None:
        """The indices of all frames that the case holds of the footage with this digest."""
        self._with_case(lambda session: recorded_indices(session.case, sha256), done)

    def look_elsewhere(self, sha256: str, done: Callable[[KnownFootage], None]) -> None:
        """Where footage with this digest was seen before."""
        self._with_case(lambda session: session.known_footage(sha256), done)

    def tag(self, exhibit: str | None, word: str) -> None:
        """Tag an exhibit or the case with a word."""
        self._with_case(lambda session: session.case.tag(word, exhibit), lambda _id: self.refresh(exhibit))

    def read_tags(self, done: Callable[[Sequence[Tag]], None]) -> None:
        """All tags of the case that stand."""
        self._with_case(lambda session: [tag for tag in session.case.tags() if tag.withdrawn is None], done)

    def remark(self, kind: str, text: str, exhibit: str | None) -> None:
        """Record a note or a finding."""

        def write(session: CaseSession) -> str:
            return session.case.finding(text, exhibit) if kind == "finding" else session.case.note(text, exhibit)

        self._with_case(
            write, lambda _id: self._messages.success(_("Recorded in the case's journal."))
        )  # the tree does not show remarks

    def withdraw(self, withdrawn: str, reason: str, choose: str | None = None) -> None:
        """Withdraw an exhibit or a tag; an exhibit stays, struck out. ``choose`` is shown afterwards."""
        self._with_case(lambda session: session.case.withdraw(withdrawn, reason), lambda _id: self.refresh(choose))

    def read_facts(self, exhibit: str) -> None:
        """Gather everything the case says of an exhibit."""
        self._with_case(lambda session: facts_of(session, exhibit), lambda facts: self.facts_read.emit(exhibit, facts))

    def read_case(self) -> None:
        """Gather what concerns the whole case: who, when, notes and findings, the journal's head."""
        self._with_case(
            case_facts, lambda facts: self.facts_read.emit(_("Case {number}").format(number=self.number), facts)
        )

    def read_picture(self, exhibit: str, done: Callable[[QImage], None]) -> None:
        """Fetch the pixels of a frame, crop or output."""
        self._with_case(lambda session: image_of(session.case.picture(exhibit)), done)

    def use_settings(self) -> None:
        """Take the workbench's settings into the open case."""
        settings = self._bench.settings

        def take(session: CaseSession) -> None:
            session.settings = settings

        self._with_case(take, lambda _nothing: None)

    def _begin(
        self,
        make: Callable[[Progress], CaseSession],
        then: Callable[[], None] | None,
        failed: Callable[[FacetError], None] | None = None,
        *,
        passphrase: str | None = None,
        fresh: bool = False,
    ) -> None:
        def work(progress: Progress) -> tuple[CaseSession, CaseFacts, str, bool]:
            session = make(progress)
            return session, session.case.meta, session.case.format, session.case.current

        def done(answer: tuple[CaseSession, CaseFacts, str, bool]) -> None:
            self.close()
            self._wanted = {}
            self.session, facts, self.version, self.current = answer
            self.path = self.session.case.path
            self.number, self.examiner = facts.number, facts.examiner
            self.passphrase, self.fresh = passphrase, fresh
            self.opened.emit()
            self.refresh()
            if then is not None:
                then()

        self._jobs.run_task(work, done, failed or self._messages.error)

    def _with_case(self, func: Callable[[CaseSession], T], done: Callable[[T], None]) -> None:
        session = self.session
        if session is not None:
            self._jobs.run_task(lambda progress: func(session), done, self._messages.error)


def facts_of(session: CaseSession, exhibit: str) -> dict[str, Json]:
    """Everything the case says of an exhibit: its row, and for an output the receipt. For the case's own lane."""
    row = session.case.row(exhibit)
    facts: dict[str, Json] = {name: _plain(getattr(row, name)) for name in _names(row)}
    said = session.case.page("remarks", of=exhibit, count=MOST_REMARKS).rows
    remarks: list[Json] = [
        f"{one.at} {one.examiner}, {one.kind}: {one.text}" for one in said if isinstance(one, Remark)
    ]
    if remarks:
        facts["remarks"] = remarks
    if isinstance(row, OutputRow):
        facts["receipt"] = session.case.receipt(exhibit).to_json()
    return facts


def case_facts(session: CaseSession) -> dict[str, Json]:
    """What concerns the whole case, with everything that was said of it. For the case's own lane."""
    case = session.case
    remarks: list[Json] = [
        f"{one.at} {one.examiner}, {one.kind}{f' ({one.exhibit})' if one.exhibit else ''}: {one.text}"
        for one in case.remarks()
    ]
    facts = {name: _plain(getattr(case.meta, name)) for name in _names(case.meta)}
    seals: list[Json] = [
        f"{one.id}: {one.at} {one.examiner}, {one.head_seq}:{one.head_sha256}, {one.signature.fingerprint}, "
        + (_("time stamp, not checked") if one.time_stamp else _("no time stamp"))
        for one in case.seals()
    ]
    return {**facts, "remarks": remarks, "seals": seals, "journal": _plain(case.head())}


def _names(row: object) -> list[str]:
    return [name for kind in reversed(type(row).__mro__) for name in getattr(kind, "__slots__", ())]


def _plain(value: object) -> Json:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if hasattr(value, "__slots__") and not isinstance(value, Path) and type(value).__module__.startswith("facet"):
        return {name: _plain(getattr(value, name)) for name in _names(value)}
    return str(value)
