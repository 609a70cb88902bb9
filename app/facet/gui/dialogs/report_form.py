"""Where the report goes and in which language."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QWidget

from facet.core.i18n import _, current_language
from facet.gui.dialogs.form import FormDialog
from facet.gui.dialogs.place import PlaceField, a_new_file


class ReportDialog(FormDialog):
    """Language and file of a PDF report."""

    def __init__(self, suggestion: Path, parent: QWidget | None = None) -> None:
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
        self.finish(_("Write report"))
        self.path.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))

    @property
    def out(self) -> Path:
        """The file to write."""
        path = Path(self.path.text().strip()).expanduser()
        return path if path.suffix.lower() == ".pdf" else path.with_name(path.name + ".pdf")
