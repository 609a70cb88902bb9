"""Verification, repetition, and what leaves the case: questions asked and answers shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from facet.case import ExhibitRow, FootageRow, Verification
from facet.core.i18n import _
from facet.gui.dialogs.answers import Answer, AnswersDialog
from facet.gui.dialogs.case_form import SUFFIX
from facet.gui.dialogs.export_form import ExportDialog
from facet.gui.dialogs.passphrase_form import open_dialog
from facet.gui.dialogs.relink_form import RelinkDialog
from facet.gui.dialogs.report_form import ReportDialog
from facet.gui.dialogs.verify_form import VerifyDialog, Witnesses
from facet.gui.exhibits import footage_of
from facet.gui.panels.integrity import Standing
from facet.gui.wiring.answering import OK, VERDICTS, apart, check_name, counted, told_beside
from facet.workbench import Repetition, exported_name

if TYPE_CHECKING:
    from facet.gui.main_window import MainWindow


class EvidenceWiring(QObject):
    """Connects the case as evidence."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._parts, self._desk = window, window.parts, window.evidence
        desk, on, badge = self._desk, window.actions_.on, window.integrity
        desk.standing.connect(self._stands)
        desk.checking.connect(badge.report)
        desk.checked.connect(self._checked)
        desk.verified.connect(self._told)
        desk.passphrase_wanted.connect(self._ask_passphrase)
        desk.reproduced.connect(self._reproduced)
        desk.relinked.connect(self._relinked)
        desk.written.connect(self._written)
        badge.stop_asked.connect(desk.stop_check)
        badge.answer_asked.connect(self.show_answer)
        on("verify", self.ask_verify)
        on("verify-file", self.choose_to_verify)
        on("verify-package", self.choose_package)
        on("reproduce", lambda: desk.reproduce(None))
        on("reproduce-one", lambda: desk.reproduce(window.parts.case.tree.current))
        on("export", self.ask_export)
        on("export-all", self.ask_export_all)
        on("report", self.ask_report)
        on("relink", self.choose_to_relink)

    def ask_verify(self) -> None:
        """Ask what the open case is to be compared with, then verify it."""
        if (path := self._window.case.path) is not None:
            self._ask_witnesses(path)

    def choose_to_verify(self) -> None:
        """Ask for a case file and check it without opening it for work."""
        path, _kind = QFileDialog.getOpenFileName(
            self._window,
            _("Verify a case file"),
            str(self._window.folder),
            _("Facet case (*{suffix})").format(suffix=SUFFIX),
        )
        if path:
            self._ask_witnesses(Path(path))

    def choose_package(self) -> None:
        """Ask for the folder of a package and check it with the case in it."""
        folder = QFileDialog.getExistingDirectory(self._window, _("Verify a package"), str(self._window.folder))
        if folder:
            self._ask_witnesses(Path(folder))

    def show_answer(self) -> None:
        """What the last verification of the open case found; without one, ask for it."""
        path, answer = self._window.case.path, self._desk.answer
        if path is not None and answer is not None:
            self._told(path.name, answer)
        else:
            self.ask_verify()

    def ask_export(self) -> None:
        """Ask where to, then export the chosen picture."""
        exhibit = self._parts.case.tree.current
        if exhibit is None:
            return
        suggestion = str(self._window.folder / exported_name(exhibit))
        path, _kind = QFileDialog.getSaveFileName(
            self._window, _("Export {id}").format(id=exhibit), suggestion, _("PNG (*.png)")
        )
        if path:
            out = Path(path)
            self._desk.export(exhibit, out if out.suffix.lower() == ".png" else out.with_name(out.name + ".png"))

    def ask_export_all(self) -> None:
        """Ask what shall leave the case, then write it."""
        path = self._window.case.path
        if path is not None:
            dialog = ExportDialog(path, self._window)
            dialog.accepted.connect(lambda: self._desk.export_whole(dialog.wanted))
            dialog.open()

    def ask_report(self) -> None:
        """Ask for language and file, then write the report."""
        path = self._window.case.path
        if path is not None:
            key = self._window.seal_wiring.key
            sealing = self._window.bench.settings.seal_key and key.is_file() and self._window.case.current
            dialog = ReportDialog(path.with_suffix(".pdf"), key if sealing else None, self._window)
            dialog.accepted.connect(
                lambda: self._desk.report(dialog.out, str(dialog.language.currentData()), dialog.key)
            )
            dialog.open()

    def choose_to_relink(self) -> None:
        """Ask where the footage of the chosen exhibit lies now."""
        chosen = self._parts.case.tree.current
        if chosen is not None:
            self._window.case.look_up(footage_of(chosen), self._ask_relink)

    def ask_relink(self, footage: FootageRow) -> None:
        """Ask where some footage lies now, and look whether it is that."""
        dialog = RelinkDialog(footage, self._window.folder, self._window)
        dialog.accepted.connect(lambda: self._desk.relink(footage.id, dialog.place))
        dialog.open()

    def _ask_relink(self, rows: Sequence[ExhibitRow]) -> None:
        if isinstance(rows[0], FootageRow):
            self.ask_relink(rows[0])

    def _relinked(self, footage: str, path: Path) -> None:
        self._parts.messages.success(
            _("Footage {id} was found by its digest: {path}").format(id=footage, path=path),
            _("Open it"),
            lambda: self._window.case_wiring.visit(footage),
        )
        self._window.case.refresh(footage)

    def _ask_witnesses(self, path: Path) -> None:
        dialog = VerifyDialog(path.name, self._window.folder, self._window)
        dialog.accepted.connect(lambda: self._desk.verify(path, dialog.witnesses))
        dialog.open()

    def _ask_passphrase(self, path: Path, witnesses: Witnesses, wrong: bool) -> None:
        dialog = open_dialog(path.name, wrong=wrong, parent=self._window)
        dialog.accepted.connect(lambda: self._desk.verify(path, witnesses, dialog.passphrase))
        dialog.open()

    def _stands(self, standing: Standing | None) -> None:
        answer, case = self._desk.answer, self._window.case
        more = ""
        if answer is not None and standing in (Standing.SOUND, Standing.BROKEN):
            more = _("{count} checks, {failed} of them failed; journal head {head}").format(
                count=len(answer.rows), failed=len(answer.failed), head=answer.head
            )
        self._window.integrity.show_standing(standing, more)
        if standing is not None:
            entry = None if answer is None or answer.head is None else answer.head.seq
            self._parts.case.show_standing(standing, case.examiner, writable=case.writable, entry=entry)

    def _checked(self, answer: Verification) -> None:
        if not answer.ok:
            self._parts.messages.warning(
                _("The case or its footage is NOT what was recorded."), _("Show it"), self.show_answer
            )

    def _told(self, name: str, answer: Verification) -> None:
        AnswersDialog(
            _("Verification of {name}").format(name=name),
            _("The case is sound: every digest holds.") if answer.ok else _("The case is NOT what was recorded."),
            (_("Exhibit"), _("Check"), _("What was found")),
            [
                Answer(ok=row.ok, cells=(row.exhibit or _("case"), check_name(row.check), row.message))
                for row in answer.rows
            ],
            ok=answer.ok,
            remarks=told_beside(answer),
            parent=self._window,
        ).open()

    def _reproduced(self, rows: Sequence[Repetition]) -> None:
        answers = [
            Answer(
                ok=OK[row.verdict],
                word=_(VERDICTS[row.verdict]),
                cells=(row.enhancement, row.backend, *apart(row), row.message),
            )
            for row in rows
        ]
        worst = {answer.ok for answer in answers}
        AnswersDialog(
            _("Reproduction"),
            counted(rows),
            (_("Output"), _("Backend"), _("Largest difference"), _("Mean difference"), _("What was found")),
            answers,
            ok=False if False in worst else None if None in worst else True,
            remarks=[_("Differences are in levels of 255, over all pictures of an output.")],
            parent=self._window,
        ).open()

    def _written(self, path: Path) -> None:
        self._parts.messages.success(
            _("Written: {path}").format(path=path),
            _("Show it"),
            lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))),
        )
