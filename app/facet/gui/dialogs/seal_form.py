"""Sealing a case with an examiner's key, and making such a key."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QWidget

from facet.core.i18n import _
from facet.gui.as_typed import as_typed
from facet.gui.dialogs.form import FormDialog
from facet.gui.dialogs.passphrase_form import NewPassphrase, SecretField
from facet.gui.dialogs.place import PlaceField, a_file, a_new_file

SHORTEST_PASSPHRASE = 8
"""Characters; the key itself holds to them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WantedSeal:
    """A key with its passphrase, the address of a time-stamping authority (empty for none), and where the seal is
    kept as a file besides, or None."""

    key: Path
    passphrase: str = field(repr=False)
    authority: str = ""
    out: Path | None = None


class SealDialog(FormDialog):
    """Which key, its passphrase, and whether an authority is asked for the time."""

    key_wanted = Signal(object)
    """There is no key yet: one shall be made at this path."""

    def __init__(
        self, key: Path, authority: str, *, trouble: str = "", suggestion: Path, parent: QWidget | None = None
    ) -> None:
        """``suggestion`` is where the seal could be kept; ``trouble`` why the last try did not seal."""
        super().__init__(
            _("Seal the case"),
            _(
                "Your key signs the journal's head, and with it everything recorded so far. Whoever has your public "
                "key can tell later that nothing of it was changed or written anew."
            ),
            parent,
        )
        if trouble:
            words = QLabel(trouble)
            as_typed(words)
            words.setWordWrap(True)
            words.setProperty("role", "trouble")
            self.column.insertWidget(0, words)
        self._key = PlaceField(str(key), a_file(_("Choose the key"), _("Keys (*.pem *.p12 *.pfx)"), key.parent))
        self._secret = SecretField()
        shown = QCheckBox(_("Show the passphrase"))
        shown.toggled.connect(self._secret.reveal)
        self._authority = QLineEdit(authority)
        self._authority.setPlaceholderText(_("none: the seal then has no time stamp"))
        self._out = PlaceField("", a_new_file(_("Keep the seal"), _("Seal (*.json)"), suggestion.parent))
        self._out.line.setPlaceholderText(_("a file outside the case, to verify against"))
        self._make = QPushButton(_("Make a key …"))
        self._make.clicked.connect(self._ask_key)
        self.add(_("Key"), self._key)
        self.rows.addRow("", self._make)
        self.add(_("Passphrase of the key"), self._secret)
        self.rows.addRow("", shown)
        self.add(_("Time-stamping authority (address)"), self._authority)
        self.add(_("Keep the seal as (optional)"), self._out)
        self.finish(_("Seal"))
        self._key.line.textChanged.connect(lambda _text: self._check())
        self._secret.textChanged.connect(lambda _text: self._check())
        self._check()
        self._secret.setFocus()

    @property
    def wanted(self) -> WantedSeal:
        """What was entered."""
        out = self._out.path
        return WantedSeal(
            key=self._key.path or Path(),
            passphrase=self._secret.text(),
            authority=self._authority.text().strip(),
            out=out if out is None or out.suffix.lower() == ".json" else out.with_name(out.name + ".json"),
        )

    def _check(self) -> None:
        there = self._key.path is not None and self._key.path.is_file()
        self._make.setVisible(not there)
        self._secret.setEnabled(there)
        self.ok.setEnabled(there and bool(self._secret.text()))

    def _ask_key(self) -> None:
        self.key_wanted.emit(self._key.path)
        self.reject()


class NewKeyDialog(FormDialog):
    """A passphrase for a new key, and where it is kept."""

    def __init__(self, place: Path, parent: QWidget | None = None) -> None:
        super().__init__(
            _("Make a key"),
            _(
                "An Ed25519 key that seals cases in your name. It is kept closed by the passphrase, never in a case. "
                "Give others its fingerprint by another way than the case."
            ),
            parent,
        )
        self._place = PlaceField(str(place), a_new_file(_("Make a key"), _("Keys (*.pem)"), place.parent))
        self._secret = NewPassphrase(
            SHORTEST_PASSPHRASE, _("Without the passphrase the key seals nothing more. Facet keeps no copy.")
        )
        self.add(_("Key"), self._place)
        self.rows.addRow(_("Passphrase"), self._secret)
        self.finish(_("Make the key"))
        self._place.line.textChanged.connect(lambda _text: self._check())
        self._secret.changed.connect(self._check)
        self._check()
        self._secret.setFocus()

    @property
    def place(self) -> Path:
        """Where the key is to be kept."""
        path = self._place.path or Path()
        return path if path.suffix else path.with_name(path.name + ".pem")

    @property
    def passphrase(self) -> str:
        """Its passphrase."""
        return self._secret.text or ""

    def _check(self) -> None:
        self.ok.setEnabled(self._place.path is not None and self._secret.text is not None)
