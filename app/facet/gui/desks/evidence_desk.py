"""The case as evidence: checked, repeated, sealed, and what of it leaves the program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from facet.case import PassphraseWanted, PassphraseWrong, Verification
from facet.core.canonical import Json
from facet.core.errors import FacetError
from facet.core.i18n import _
from facet.core.progress import Progress
from facet.gui.desks.case_desk import CaseDesk
from facet.gui.dialogs.verify_form import Witnesses
from facet.gui.jobs import Failed, Job, Jobs, Lane
from facet.gui.message_bar import MessageBar
from facet.gui.panels.integrity import Standing
from facet.gui.work_list import WorkList
from facet.workbench import CaseSession, Repetition, Workbench

T = TypeVar("T")


class EvidenceDesk(QObject):
    """What can be asked of the case that is open, and of any file that should be one."""

    standing = Signal(object)
    """A :class:`~facet.gui.panels.integrity.Standing`, or None without a case."""
    checking = Signal(int, int)
    """How far the check behind the work is: done, total."""
    checked = Signal(object)
    """A ``Verification`` that was made behind the work after the case was opened."""
    verified = Signal(str, object)
    """A file's name, and the ``Verification`` that was asked for."""
    passphrase_wanted = Signal(object, object, bool)
    """An encrypted case is to be verified: its path, the ``Witnesses``, and whether a passphrase was tried in vain."""
    reproduced = Signal(object)
    """A list of ``Repetition``."""
    relinked = Signal(str, object)
    """Footage of this id was found, and where."""
    written = Signal(object)
    """A file or a folder left the case: its path."""

    def __init__(self, bench: Workbench, jobs: Jobs, work: WorkList, messages: MessageBar, case: CaseDesk) -> None:
        super().__init__(work)
        self._bench, self._jobs, self._work, self._messages, self._case = bench, jobs, work, messages, case
        self._check: Job | None = None
        self.answer: Verification | None = None
        """What the last verification of the open case found."""
        case.opened.connect(self._opened)
        case.closed.connect(self._put_away)

    def check_behind(self) -> None:
        """Verify the case with its footage while the examiner works; trouble is journalled."""
        self.stop_check()
        path, passphrase = self._case.path, self._case.passphrase
        self.answer = None
        if path is None:
            return

        def done(answer: Verification) -> None:
            if self._check is not job:
                return
            self._check = None
            details: dict[str, Json] = {"ok": False, "failed": len(answer.failed), "checks": len(answer.rows)}
            if not answer.ok and self._case.writable:
                self._with_case(lambda session: session.case.log("verification", details=details), lambda _none: None)
            self._found(answer)
            self.checked.emit(answer)

        def failed(error: FacetError) -> None:
            if self._check is job:
                self._check = None
                self.standing.emit(Standing.UNKNOWN)
                self._messages.error(error)

        self.standing.emit(Standing.CHECKING)
        job = self._jobs.run_task(
            lambda progress: self._bench.verify(path, progress=progress, passphrase=passphrase),
            done,
            failed,
            lambda did, total, _step: self.checking.emit(did, total),
            lane=Lane.CHECKS,
        )
        self._check = job

    def stop_check(self) -> None:
        """Let the check behind the work be."""
        if self._check is not None:
            self._check.cancel()
            self._check = None
            self.standing.emit(Standing.UNKNOWN)

    def verify(self, path: Path, witnesses: Witnesses, passphrase: str | None = None) -> None:
        """Check a case file against what is kept outside of it; one that can't be opened any more, too."""
        own = path == self._case.path
        if own:
            self.stop_check()
            passphrase = self._case.passphrase

        def done(answer: Verification) -> None:
            if own and path == self._case.path:
                self._found(answer)
            self.verified.emit(path.name, answer)

        def failed(error: FacetError) -> None:
            if isinstance(error, PassphraseWanted):
                self.passphrase_wanted.emit(path, witnesses, isinstance(error, PassphraseWrong))
            else:
                self._messages.error(error)

        self._work.run(
            _("Verifying {name}").format(name=path.name),
            lambda progress: self._bench.verify(
                path,
                footage=witnesses.footage,
                against=witnesses.against,
                progress=progress,
                passphrase=passphrase,
            ),
            done,
            failed,
            lane=Lane.CHECKS,
        )

    def reproduce(self, output: str | None) -> None:
        """Make one output, or all, again and compare."""

        def done(rows: list[Repetition]) -> None:
            self.reproduced.emit(rows)

        self._long(
            _("Reproducing {id}").format(id=output) if output else _("Reproducing every output"),
            lambda session, progress: session.reproduce(output, progress),
            done,
        )

    def relink(self, footage: str, place: Path) -> None:
        """Note where footage of the case lies now: a file, or in a folder, known by its digest alone."""
        self._long(
            _("Looking for footage {id}").format(id=footage),
            lambda session, progress: session.relink(footage, place, progress),
            lambda found: self.relinked.emit(footage, found),
        )

    def report(self, out: Path, language: str) -> None:
        """Write the PDF report."""
        self._long(
            _("Writing the report"),
            lambda session, progress: session.report(out, language=language, progress=progress),
            lambda _facts: self.written.emit(out),
        )

    def export(self, exhibit: str, out: Path) -> None:
        """Write one picture with its label or banner."""
        self._long(
            _("Exporting {id}").format(id=exhibit),
            lambda session, _progress: session.export_png(exhibit, out),
            lambda _row: self.written.emit(out),
        )

    def export_all(self, folder: Path) -> None:
        """Write every crop and output that stands into a folder."""
        self._long(
            _("Exporting every picture"),
            lambda session, progress: session.export_pictures(folder, progress=progress),
            lambda _rows: self.written.emit(folder),
        )

    def _opened(self) -> None:
        self.standing.emit(Standing.UNKNOWN)
        if not self._case.fresh:
            self.check_behind()

    def _found(self, answer: Verification) -> None:
        self.answer = answer
        self.standing.emit(Standing.SOUND if answer.ok else Standing.BROKEN)

    def _put_away(self) -> None:
        self.stop_check()
        self.answer = None
        self.standing.emit(None)

    def _with_case(self, func: Callable[[CaseSession], T], done: Callable[[T], None]) -> None:
        session = self._case.session
        if session is not None:
            self._jobs.run_task(lambda progress: func(session), done, self._messages.error)

    def _long(
        self,
        label: str,
        func: Callable[[CaseSession, Progress], T],
        done: Callable[[T], None],
        failed: Failed | None = None,
    ) -> None:
        session = self._case.session
        if session is not None:
            self._work.run(label, lambda progress: func(session, progress), done, failed, lane=Lane.CASE)
