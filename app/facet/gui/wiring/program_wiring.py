"""Settings, help, and the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from facet.core.errors import FacetError
from facet.core.i18n import _
from facet.gui.dialogs.profiles_form import ProfilesDialog
from facet.gui.dialogs.settings_form import SettingsDialog
from facet.gui.dialogs.texts import TextDialog, about_html, keys_html
from facet.gui.jobs import Lane
from facet.workbench import Policy, delete_profile, in_use, profiles, save_profile, use_profile

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
        on("profiles", self.show_profiles)
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
        self._use(language="language" in changes)

    def show_profiles(self) -> None:
        """Show the profiles, and do what is asked with them."""
        dialog = ProfilesDialog(self._window)
        bench = self._window.bench

        def show() -> None:
            known = profiles(bench.home)
            used = next((name for name, profile in known.items() if in_use(profile, bench.settings)), None)
            dialog.show_profiles(known, used)

        def told(do: Callable[[], object]) -> None:
            try:
                do()
                show()
            except FacetError as error:
                self._window.parts.messages.error(error)

        def use(name: str) -> None:
            before = bench.settings
            bench.settings = use_profile(bench.home, name, before)
            self._use(language=bench.settings.language != before.language)

        dialog.used.connect(lambda name: told(lambda: use(name)))
        dialog.kept.connect(lambda name: told(lambda: save_profile(bench.home, name, bench.settings, {})))
        dialog.deleted.connect(lambda name: told(lambda: delete_profile(bench.home, name)))
        told(show)
        dialog.open()

    def _use(self, *, language: bool) -> None:
        """Work with the settings as they are now."""
        self._window.case.use_settings()
        self._window.run_wiring.refresh_backends()
        if language:
            self._window.parts.messages.info(
                _("The language changes when Facet is opened next time."), _("Open again now"), self._window.reopen
            )

    def _found(self, devices: list[dict[str, Any]]) -> None:
        self._devices = [(str(one["id"]), f"{one['id']}: {one['name']}") for one in devices]

    def _read(self, title: str, html: str) -> None:
        dialog = TextDialog(title, html, self._window)
        dialog.open()
