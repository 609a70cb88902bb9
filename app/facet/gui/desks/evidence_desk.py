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
from facet.gui.dialogs.export_form import CASE_UCO, PACKAGE, WantedExport
from facet.gui.dialogs.seal_form import WantedSeal
from facet.gui.dialogs.verify_form import Witnesses
from facet.gui.jobs import Failed, Job, Jobs, Lane
from facet.gui.message_bar import MessageBar
from facet.gui.panels.integrity import Standing
from facet.gui.work_list import WorkList
from facet.workbench import CaseSession, Repetition, Workbench, passphrases_from
from facet.workbench.sealing import Sealed

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
    sealed = Signal(object)
    """A ``Sealed``: the case bears one more seal."""
    not_sealed = Signal(object, object)
    """The ``WantedSeal`` that could not be made, and the error."""
    key_made = Signal(object, str)
    """A key was made: its file and its fingerprint."""
    migrated = Signal(object, object)
    """The case was copied: the new file, and its passphrase or None."""
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
                trusted=witnesses.trusted,
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

    def report(self, out: Path, language: str, key: tuple[Path, str] | None = None) -> None:
        """Write the PDF report; with a ``key``, its file and passphrase, the case is sealed first."""

        def write(session: CaseSession, progress: Progress) -> None:
            opened = None
            if key is not None:
                from facet.seal import open_key

                opened = open_key(*key)
            session.report(out, language=language, key=opened, progress=progress)

        self._long(_("Writing the report"), write, lambda _none: self.written.emit(out))

    def export(self, exhibit: str, out: Path) -> None:
        """Write one picture with its label or banner."""
        self._long(
            _("Exporting {id}").format(id=exhibit),
            lambda session, _progress: session.export_png(exhibit, out),
            lambda _row: self.written.emit(out),
        )

    def export_whole(self, wanted: WantedExport) -> None:
        """Write every picture, a package, or CASE/UCO."""

        def write(session: CaseSession, progress: Progress) -> None:
            if wanted.what == PACKAGE:
                session.export_package(
                    wanted.out, with_footage=wanted.footage, with_weights=wanted.weights, progress=progress
                )
            elif wanted.what == CASE_UCO:
                session.export_case_uco(wanted.out, progress)
            else:
                session.export_pictures(wanted.out, progress=progress)

        labels = {PACKAGE: _("Packing the case"), CASE_UCO: _("Exporting the case as CASE/UCO")}
        label = labels.get(wanted.what, _("Exporting every picture"))
        self._long(label, write, lambda _none: self.written.emit(wanted.out))

    def seal(self, wanted: WantedSeal) -> None:
        """Put the examiner's key to the case."""

        def sign(session: CaseSession, _progress: Progress) -> Sealed:
            from facet.seal import open_key

            key = open_key(wanted.key, wanted.passphrase)
            return session.seal(key, authority=wanted.authority, out=wanted.out)

        self._long(
            _("Sealing the case"),
            sign,
            self.sealed.emit,
            lambda error: self.not_sealed.emit(wanted, error),
        )

    def make_key(self, place: Path, passphrase: str) -> None:
        """Make a key that seals, closed by a passphrase."""

        def make(_progress: Progress) -> str:
            from facet.seal import make_key

            return make_key(place, passphrase).fingerprint

        self._jobs.run_task(
            make, lambda fingerprint: self.key_made.emit(place, fingerprint), self._messages.error, lane=Lane.CHECKS
        )

    def migrate(self, out: Path) -> None:
        """Copy the open case into a new one of the present format."""
        path, passphrase, examiner = self._case.path, self._case.passphrase, self._bench.settings.examiner
        if path is None:
            return

        def copy(progress: Progress) -> None:
            with passphrases_from(lambda _case: passphrase or ""):
                self._bench.migrate(path, out, examiner=examiner, progress=progress)

        self._work.run(
            _("Copying {name} into the present format").format(name=path.name),
            copy,
            lambda _none: self.migrated.emit(out, passphrase),
            lane=Lane.CHECKS,
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
