"""A line for a file or a folder, with a button that chooses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from facet.core.i18n import _

Choose = Callable[[QWidget, str], str]
"""Asks for a place, beginning at another; empty where none was chosen."""


class PlaceField(QWidget):
    """The line is :attr:`line`; its focus and name are the field's own."""

    def __init__(self, text: str, choose: Choose, hint: str = "") -> None:
        super().__init__()
        self.line = QLineEdit(text)
        self.line.setPlaceholderText(hint)
        button = QPushButton(_("Choose …"))
        button.clicked.connect(lambda: self._take(choose(self, self.line.text())))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(button)
        self.setFocusProxy(self.line)

    @property
    def text(self) -> str:
        """What stands there, without space around it."""
        return self.line.text().strip()

    @property
    def path(self) -> Path | None:
        """What stands there as a place, None where nothing does."""
        return Path(self.text).expanduser() if self.text else None

    def _take(self, chosen: str) -> None:
        if chosen:
            self.line.setText(chosen)


def a_file(title: str, kinds: str, folder: Path | None = None) -> Choose:
    """Asks for a file that is there."""

    def choose(parent: QWidget, start: str) -> str:
        path, _kind = QFileDialog.getOpenFileName(parent, title, start or str(folder or Path.home()), kinds)
        return path

    return choose


def a_folder(title: str, folder: Path | None = None) -> Choose:
    """Asks for a folder."""

    def choose(parent: QWidget, start: str) -> str:
        return QFileDialog.getExistingDirectory(parent, title, start or str(folder or Path.home()))

    return choose


def a_new_file(title: str, kinds: str, folder: Path | None = None) -> Choose:
    """Asks for a file to be written."""

    def choose(parent: QWidget, start: str) -> str:
        path, _kind = QFileDialog.getSaveFileName(parent, title, start or str(folder or Path.home()), kinds)
        return path

    return choose
