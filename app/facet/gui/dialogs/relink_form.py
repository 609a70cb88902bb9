"""Where moved footage lies now."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from facet.case import FootageRow
from facet.core.i18n import _
from facet.gui.dialogs.form import FormDialog
from facet.gui.dialogs.place import PlaceField, a_file, a_folder

WIDTH = 720
"""Screen pixels, in which a digest has room."""


class RelinkDialog(FormDialog):
    """A file, or a folder to look through. Only the digest decides whether it is the footage."""

    def __init__(self, footage: FootageRow, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Find moved footage"),
            _(
                "Where does footage {id} lie now? Whatever its name is there, it is taken only if it has the digest "
                "that it was ingested with; the new place is recorded in the journal."
            ).format(id=footage.id),
            parent,
        )
        self.setMinimumWidth(WIDTH)
        for name, value in (
            (_("Name at ingest"), footage.name),
            (_("Place known last"), footage.path),
            (_("SHA-256"), footage.sha256),
        ):
            words = QLabel(value)
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setWordWrap(True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.add(name, words)
        self._file = PlaceField("", a_file(_("Choose the footage"), _("All files (*)"), folder))
        self._folder = PlaceField("", a_folder(_("Folder with the footage"), folder))
        self.add(_("File"), self._file)
        self.add(_("or a folder to look through"), self._folder)
        self.finish(_("Compare and record"))
        for field in (self._file, self._folder):
            field.line.textChanged.connect(lambda _text: self._check())
        self._check()
        self._file.line.setFocus()

    @property
    def place(self) -> Path:
        """The file that was named, else the folder."""
        return self._file.path or self._folder.path or Path()

    def _check(self) -> None:
        self.ok.setEnabled(bool(self._file.text or self._folder.text))
