"""Seals, the keys that make them, and older cases copied into a format that has room for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from facet.core.errors import FacetError
from facet.core.i18n import _
from facet.gui.dialogs.migrate_form import MigrateDialog
from facet.gui.dialogs.seal_form import NewKeyDialog, SealDialog, WantedSeal
from facet.workbench.sealing import Sealed

if TYPE_CHECKING:
    from facet.gui.main_window import MainWindow

OWN_KEY = Path("keys") / "seal.pem"
"""In the folder of the settings, where ``facet key new`` puts it too."""


class SealWiring(QObject):
    """Connects what an examiner signs."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._messages, self._desk = window, window.parts.messages, window.evidence
        self._told = ""
        self._desk.sealed.connect(self._sealed)
        self._desk.not_sealed.connect(self._not_sealed)
        self._desk.key_made.connect(self._key_made)
        self._desk.migrated.connect(self._migrated)
        window.case.opened.connect(self._offer)
        window.case.closed.connect(self._withdraw)
        window.actions_.on("seal", self.ask_seal)
        window.actions_.on("new-key", lambda: self.ask_key(self.key))
        window.actions_.on("migrate", self.ask_migrate)

    @property
    def key(self) -> Path:
        """The examiner's key: the one of the settings, else where one is made."""
        settings = self._window.bench.settings
        return Path(settings.seal_key) if settings.seal_key else self._window.bench.home / OWN_KEY

    def ask_seal(self) -> None:
        """Ask for key and passphrase, then seal the open case."""
        self._ask(self.key, self._window.bench.settings.time_stamp)

    def ask_key(self, place: Path) -> None:
        """Ask for the passphrase of a new key, then make it; one that is there stays."""
        number = 2
        free = place
        while free.exists():
            free = place.with_name(f"{place.stem}-{number}{place.suffix}")
            number += 1
        dialog = NewKeyDialog(free, self._window)
        dialog.accepted.connect(lambda: self._desk.make_key(dialog.place, dialog.passphrase))
        dialog.open()

    def ask_migrate(self) -> None:
        """Ask where a copy of the open case in the present format shall be."""
        case = self._window.case
        if case.path is not None:
            dialog = MigrateDialog(case.path, case.version, self._window)
            dialog.accepted.connect(lambda: self._desk.migrate(dialog.out))
            dialog.open()

    def _ask(self, key: Path, authority: str, trouble: str = "") -> None:
        path = self._window.case.path
        if path is None:
            return
        dialog = SealDialog(
            key, authority, trouble=trouble, suggestion=path.with_suffix(".seal.json"), parent=self._window
        )
        dialog.accepted.connect(lambda: self._desk.seal(dialog.wanted))
        dialog.key_wanted.connect(self.ask_key)
        dialog.open()

    def _sealed(self, sealed: Sealed) -> None:
        said = _("Sealed up to entry {seq} with the key {fingerprint}.").format(
            seq=sealed.statement.head_seq, fingerprint=sealed.signature.fingerprint
        )
        if sealed.time_stamp is None:
            self._messages.warning(f"{said} {_('No time stamp.')} {sealed.no_stamp or ''}".strip())
        else:
            stamped = _("Time stamp by {authority}.").format(authority=sealed.time_stamp.authority)
            self._messages.success(f"{said} {stamped}")
        self._window.case.refresh()

    def _not_sealed(self, wanted: WantedSeal, error: FacetError) -> None:
        self._ask(wanted.key, wanted.authority, error.localised(_))

    def _key_made(self, place: Path, fingerprint: str) -> None:
        said = _("A new key lies at {path}. Give others its fingerprint by another way than the case: {fingerprint}")
        offer = self._window.case.writable
        self._messages.info(
            said.format(path=place, fingerprint=fingerprint),
            _("Seal the case …"),
            (lambda: self._ask(place, self._window.bench.settings.time_stamp)) if offer else None,
        )

    def _offer(self) -> None:
        """An older case works as it did; what it has no room for is told, with a way out."""
        case = self._window.case
        self._withdraw()
        if not case.current and case.path is not None:
            said = _(
                "{name} has the older format {version}. It can be worked with; seals and tags need a copy of it in the "
                "present format."
            )
            self._told = said.format(name=case.path.name, version=case.version)
            self._messages.info(self._told, _("Copy …"), self.ask_migrate)

    def _withdraw(self) -> None:
        self._messages.withdraw(self._told)

    def _migrated(self, path: Path, passphrase: str | None) -> None:
        self._messages.success(_("Written: {path}").format(path=path))
        self._window.case.open(path, passphrase=passphrase)
