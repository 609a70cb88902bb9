"""A new case: where, whose, which number."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QLineEdit, QWidget

from facet.core.i18n import _
from facet.gui.dialogs.form import FormDialog
from facet.gui.dialogs.passphrase_form import NewPassphrase
from facet.gui.dialogs.place import PlaceField, a_new_file

SUFFIX = ".facet"
SHORTEST_PASSPHRASE = 8
"""Characters; the case itself holds to them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewCase:
    """What a new case is to be."""

    path: Path
    number: str
    examiner: str
    agency: str
    title: str
    passphrase: str | None = field(default=None, repr=False)
    """With one the case file is encrypted."""


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
        kinds = _("Facet case (*{suffix})").format(suffix=SUFFIX)
        place = PlaceField("", a_new_file(_("New case file"), kinds, folder))
        self.path = place.line
        self.encrypted = QCheckBox(_("Encrypt the case file with a passphrase"))
        self.secret = NewPassphrase(
            SHORTEST_PASSPHRASE,
            _("Without the passphrase nobody can open the case, not even Facet. Keep it where it is not lost."),
        )
        self.add(_("Case number"), self.number)
        self.add(_("Examiner"), self.examiner)
        self.add(_("Agency (optional)"), self.agency)
        self.add(_("Title (optional)"), self.title)
        self.add(_("Case file"), place)
        self.rows.addRow("", self.encrypted)
        self.rows.addRow("", self.secret)
        self.secret.hide()
        self.finish(_("Create case"))
        for field_ in (self.number, self.examiner, self.path):
            field_.textChanged.connect(self._check)
        self.encrypted.toggled.connect(self._encrypt)
        self.secret.changed.connect(self._check)
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
            passphrase=self.secret.text if self.encrypted.isChecked() else None,
        )

    def _check(self) -> None:
        plain = "".join(c if c.isalnum() or c in "-_." else "-" for c in self.number.text().strip())
        if self.path.text() == self._suggested:
            self._suggested = str(self._folder / f"{plain}{SUFFIX}") if plain else ""
            self.path.setText(self._suggested)
        filled = all(each.text().strip() for each in (self.number, self.examiner, self.path))
        self.ok.setEnabled(filled and (not self.encrypted.isChecked() or self.secret.text is not None))

    def _encrypt(self, wanted: bool) -> None:
        self.secret.setVisible(wanted)
        if wanted:
            self.secret.setFocus()
        self.adjustSize()
        self._check()
