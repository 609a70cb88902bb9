"""Where the report goes and in which language."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from facet.core.i18n import _, current_language
from facet.gui.dialogs.form import FormDialog
from facet.gui.dialogs.passphrase_form import SecretField
from facet.gui.dialogs.place import PlaceField, a_new_file


class ReportDialog(FormDialog):
    """Language and file of a PDF report."""

    def __init__(self, suggestion: Path, key: Path | None = None, parent: QWidget | None = None) -> None:
        """``key`` is the one that can seal the case with the report, None where there is none."""
        super().__init__(
            _("Write report"),
            _("An A4 PDF with every exhibit, original and bicubic beside every output; full pictures are attached."),
            parent,
        )
        self.language = QComboBox()
        self.language.addItem("English", "en")
        self.language.addItem("한국어", "ko")
        self.language.setCurrentIndex(max(0, self.language.findData(current_language())))
        place = PlaceField(str(suggestion), a_new_file(_("Write report"), _("PDF (*.pdf)")))
        self.path = place.line
        self.add(_("Language"), self.language)
        self.add(_("PDF file"), place)
        self._key = key
        self.sealed = QCheckBox(_("Seal the case first, and print the seal"))
        self.sealed.setChecked(key is not None)
        self.secret = SecretField()
        if key is not None:
            self.rows.addRow("", self.sealed)
            self.add(_("Passphrase of the key {name}").format(name=key.name), self.secret)
        self.finish(_("Write report"))
        self.path.textChanged.connect(lambda _text: self._check())
        self.sealed.toggled.connect(self.secret.setEnabled)
        self.sealed.toggled.connect(lambda _on: self._check())
        self.secret.textChanged.connect(lambda _text: self._check())
        self._check()

    @property
    def out(self) -> Path:
        """The file to write."""
        path = Path(self.path.text().strip()).expanduser()
        return path if path.suffix.lower() == ".pdf" else path.with_name(path.name + ".pdf")

    @property
    def key(self) -> tuple[Path, str] | None:
        """The key that seals, and its passphrase; None where the case is not sealed with the report."""
        return (self._key, self.secret.text()) if self._key is not None and self.sealed.isChecked() else None

    def _check(self) -> None:
        opened = self.key is None or bool(self.secret.text())
        self.ok.setEnabled(bool(self.path.text().strip()) and opened)
