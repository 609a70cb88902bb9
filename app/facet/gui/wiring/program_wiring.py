"""Settings, help, and the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from facet.core.errors import FacetError
from facet.core.i18n import _
from facet.gui.dialogs.settings_form import SettingsDialog
from facet.gui.dialogs.texts import TextDialog, about_html, keys_html
from facet.gui.jobs import Lane
from facet.workbench import Policy

if TYPE_CHECKING:
    from facet.gui.main_window import MainWindow


class ProgramWiring(QObject):
    """Connects what belongs to no footage and no case."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._devices: list[tuple[str, str]] = [("cpu", "CPU")]
        on = window.actions_.on
        on("settings", self.ask_settings)
        on("keys", lambda: self._read(_("Keys"), keys_html()))
        on("about", lambda: self._read(_("About Facet"), about_html(str(window.bench.home))))
        on("quit", window.close)

    def ask_settings(self) -> None:
        """Show the settings; the machine's devices are asked of the inference process meanwhile."""
        policy, words = Policy.load(), ""
        if not policy.ai:
            words = _("This machine's policy forbids learned (AI) backends.")
        elif not policy.generative:
            words = _("This machine's policy forbids generative backends.")
        dialog = SettingsDialog(self._window.bench.settings, words, self._devices, self._window)
        dialog.accepted.connect(lambda: self.change(dialog.changes))
        dialog.open()
        if len(self._devices) == 1:
            self._window.jobs.run_task(
                lambda progress: self._window.bench.inference.devices(progress=progress),
                self._found,
                lane=Lane.INFERENCE,
            )

    def change(self, changes: dict[str, str]) -> None:
        """Save changed settings and use them."""
        if not changes:
            return
        try:
            self._window.bench.change_settings(changes)
        except FacetError as error:
            self._window.parts.messages.error(error)
            return
        self._window.case.use_settings()
        self._window.run_wiring.refresh_backends()
        if "language" in changes:
            self._window.parts.messages.info(
                _("The language changes when Facet is opened next time."), _("Open again now"), self._window.reopen
            )

    def _found(self, devices: list[dict[str, Any]]) -> None:
        self._devices = [(str(one["id"]), f"{one['id']}: {one['name']}") for one in devices]

    def _read(self, title: str, html: str) -> None:
        dialog = TextDialog(title, html, self._window)
        dialog.open()
