"""Weights: fetched, brought on a medium, or the user's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from facet.core.errors import FacetError
from facet.core.i18n import _
from facet.core.progress import Progress
from facet.gui.dialogs.model_form import OwnModelDialog
from facet.gui.jobs import Lane

if TYPE_CHECKING:
    from facet.gui.main_window import MainWindow


class StoreWiring(QObject):
    """Connects the store of weights to the backends that are shown."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        window.parts.backends.install_asked.connect(self.install)
        window.actions_.on("import-weights", self.choose_weights)
        window.actions_.on("own-model", self.choose_model)

    def install(self, backend: str) -> None:
        """Fetch the weights of a backend; the only time the window goes to a network."""
        self._run(
            _("Installing the weights of {id}").format(id=backend),
            lambda progress: self._window.bench.install([backend], progress),
            lambda _none: _("The weights of {id} are installed and checked.").format(id=backend),
            Lane.NETWORK,
        )

    def choose_weights(self) -> None:
        """Install from a file that was brought; a network that no card names is asked about and becomes one's own."""
        path, _kind = QFileDialog.getOpenFileName(
            self._window, _("Install weights from a file"), str(self._window.folder), _("All files (*)")
        )
        if path:
            self.bring(Path(path))

    def bring(self, file: Path) -> None:
        """Install what ``file`` holds; where that is somebody's own network, ask about it."""

        def done(ids: list[str]) -> None:
            if not ids:
                self.ask_about(file)
                return
            self._window.parts.messages.success(_("Installed and checked: {ids}.").format(ids=", ".join(ids)))
            self._window.run_wiring.refresh_backends()

        self._window.parts.work.run(
            _("Installing weights from {name}").format(name=file.name),
            lambda progress: self._window.bench.store.bring(file, progress),
            done,
            self._window.parts.messages.error,
            lane=Lane.NETWORK,
        )

    def choose_model(self) -> None:
        """Take in the user's own model file, once it is said what kind of pixels it makes."""
        path, _kind = QFileDialog.getOpenFileName(
            self._window,
            _("Add your own model"),
            str(self._window.folder),
            _("Models ({suffixes})").format(suffixes="*.pth *.safetensors"),
        )
        if path:
            self.ask_about(Path(path))

    def ask_about(self, file: Path) -> None:
        """Ask what the user knows of a model file, then take it in."""
        dialog = OwnModelDialog(file, self._window)
        dialog.accepted.connect(lambda: self.add(file, dialog.backend, dialog.family, dialog.stated))
        dialog.open()

    def add(self, file: Path, backend: str, family: str, stated: Sequence[tuple[str, str]] = ()) -> None:
        """Read the file in the inference process and keep it in the store."""
        self._run(
            _("Reading {name}").format(name=file.name),
            lambda progress: self._window.bench.add_model(
                file, backend, family=family, stated=stated, progress=progress
            ),
            lambda _none: _("{id} is ready. Its card is at the backend.").format(id=backend),
            Lane.INFERENCE,
        )

    def _run(
        self, label: str, func: Callable[[Progress], object], said: Callable[[list[str]], str], lane: Lane
    ) -> None:
        messages, again = self._window.parts.messages, self._window.run_wiring.refresh_backends

        def done(answer: object) -> None:
            messages.success(said(answer if isinstance(answer, list) else []))
            again()

        def failed(error: FacetError) -> None:
            messages.error(error)
            again()

        self._window.parts.work.run(label, func, done, failed, lane=lane)
