"""A new case: where, whose, which number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from facet.core.i18n import _
from facet.gui.dialogs.form import FormDialog

SUFFIX = ".facet"


@dataclass(frozen=True, kw_only=True, slots=True)
class NewCase:
    """What a new case is to be."""

    path: Path
    number: str
    examiner: str
    agency: str
    title: str


class NewCaseDialog(FormDialog):
    """Asks for what a case needs; the button waits until it has it."""

    def __init__(self, folder: Path, examiner: str, agency: str, parent: QWidget | None = None) -> None:
        super().__init__(
            _("New case"),
            _("Every entry in the case's journal bears the examiner's name. The case file is append-only."),
            parent,
        )
        self._folder, self._suggested = folder, ""
        self.number, self.title = QLineEdit(), QLineEdit()
        self.examiner, self.agency = QLineEdit(examiner), QLineEdit(agency)
        self.path = QLineEdit()
        self.add(_("Case number"), self.number)
        self.add(_("Examiner"), self.examiner)
        self.add(_("Agency (optional)"), self.agency)
        self.add(_("Title (optional)"), self.title)
        choose = QPushButton(_("Choose …"))
        choose.clicked.connect(self._choose)
        place = QWidget()
        line = QHBoxLayout(place)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.path, 1)
        line.addWidget(choose)
        self.add(_("Case file"), place)
        self.path.setAccessibleName(_("Case file"))
        place.setFocusProxy(self.path)
        self.finish(_("Create case"))
        for field in (self.number, self.examiner, self.path):
            field.textChanged.connect(self._check)
        self._check()

    @property
    def case(self) -> NewCase:
        """What was entered."""
        path = Path(self.path.text().strip()).expanduser()
        return NewCase(
            path=path if path.suffix == SUFFIX else path.with_name(path.name + SUFFIX),
            number=self.number.text().strip(),
            examiner=self.examiner.text().strip(),
            agency=self.agency.text().strip(),
            title=self.title.text().strip(),
        )

    def _check(self) -> None:
        plain = "".join(c if c.isalnum() or c in "-_." else "-" for c in self.number.text().strip())
        if self.path.text() == self._suggested:
            self._suggested = str(self._folder / f"{plain}{SUFFIX}") if plain else ""
            self.path.setText(self._suggested)
        filled = all(field.text().strip() for field in (self.number, self.examiner, self.path))
        self.ok.setEnabled(filled)

    def _choose(self) -> None:
        start = self.path.text() or str(self._folder)
        path, _kind = QFileDialog.getSaveFileName(
            self, _("New case file"), start, _("Facet case (*{suffix})").format(suffix=SUFFIX)
        )
        if path:
            self.path.setText(path)
