"""What a case is to be compared with when it is verified."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from facet.core.i18n import _
from facet.gui.dialogs.form import FormDialog
from facet.gui.dialogs.place import PlaceField, a_file, a_folder


@dataclass(frozen=True, kw_only=True, slots=True)
class Witnesses:
    """What lies outside the case: a journal head (or a report or seal that has one), and the folder of the footage."""

    against: str | None = None
    footage: Path | None = None


class VerifyDialog(FormDialog):
    """Nothing has to be filled in; what is left open is not compared, and the answer says so."""

    def __init__(self, name: str, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Verify {name}").format(name=name),
            _(
                "Every digest, the journal's chain and the footage are checked. An older copy of the case is whole in "
                "itself: only a journal head that was kept elsewhere tells it from the case. Every report prints one."
            ),
            parent,
        )
        self.against = PlaceField(
            "",
            a_file(_("Choose a report"), _("Reports (*.pdf)") + ";;" + _("All files (*)"), folder),
            _("12:9f86d0… or a report"),
        )
        self.footage = PlaceField("", a_folder(_("Folder with the footage"), folder), _("where the case says it is"))
        self.add(_("Compare with (optional)"), self.against)
        self.add(_("Folder with the footage (optional)"), self.footage)
        self.finish(_("Verify"))
        self.against.line.setFocus()

    @property
    def witnesses(self) -> Witnesses:
        """What was entered."""
        return Witnesses(against=self.against.text or None, footage=self.footage.path)
