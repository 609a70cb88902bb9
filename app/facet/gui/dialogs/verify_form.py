"""What a case is to be compared with when it is verified."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtWidgets import QWidget

from facet.core.i18n import _
from facet.gui.dialogs.form import FormDialog
from facet.gui.dialogs.place import PlaceField, a_file, a_folder
from facet.workbench.sealing import Trusted


@dataclass(frozen=True, kw_only=True, slots=True)
class Witnesses:
    """What lies outside the case: a journal head (or a report or seal that has one), the examiner's public key (a file
    or a fingerprint), the certificates of time-stamping authorities, and the folder of the footage."""

    against: str | None = None
    key: str = ""
    authorities: Path | None = None
    footage: Path | None = None

    @property
    def trusted(self) -> Trusted:
        """What the seals are held against."""
        return Trusted(keys=(self.key,) if self.key else (), authorities=self.authorities)


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
            a_file(_("Choose a report or a seal"), _("Reports and seals (*.pdf *.json)"), folder),
            _("12:9f86d0…, a report, or a seal"),
        )
        self.key = PlaceField(
            "",
            a_file(_("Choose the public key"), _("Public keys and certificates (*.pub *.pem *.cer *.crt)"), folder),
            _("a file, or the fingerprint"),
        )
        self.authorities = PlaceField(
            "", a_file(_("Choose the certificates"), _("Certificates (*.pem *.cer *.crt)"), folder), _("none")
        )
        self.footage = PlaceField("", a_folder(_("Folder with the footage"), folder), _("where the case says it is"))
        self.add(_("Compare with (optional)"), self.against)
        self.add(_("Public key of the examiner (optional)"), self.key)
        self.add(_("Certificates of time stamps (optional)"), self.authorities)
        self.add(_("Folder with the footage (optional)"), self.footage)
        self.finish(_("Verify"))
        self.against.line.setFocus()

    @property
    def witnesses(self) -> Witnesses:
        """What was entered."""
        return Witnesses(
            against=self.against.text or None,
            key=self.key.text,
            authorities=self.authorities.path,
            footage=self.footage.path,
        )
