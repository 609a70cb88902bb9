"""Where the window was and how wide its columns were, kept beside the settings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings
from PySide6.QtWidgets import QMainWindow, QSplitter

from facet.core.owner_only import close_to_others

FILE = "window.ini"
SMALL = 1400
"""Pixels of a screen's width that the window takes whole."""
LARGEST = (2400, 1400)


def first_size(window: QMainWindow) -> None:
    """Most of the screen, and all of a small one."""
    room = window.screen().availableSize()
    if room.width() <= SMALL:
        window.resize(room)
    else:
        window.resize(min(room.width() * 9 // 10, LARGEST[0]), min(room.height() * 9 // 10, LARGEST[1]))


def restore(window: QMainWindow, columns: QSplitter, home: Path) -> None:
    """Put the window where it was; nothing happens at the first time."""
    kept = QSettings(str(home / FILE), QSettings.Format.IniFormat)
    for name, put in (("geometry", window.restoreGeometry), ("columns", columns.restoreState)):
        value = kept.value(name)
        if isinstance(value, QByteArray):
            put(value)


def keep(window: QMainWindow, columns: QSplitter, home: Path) -> None:
    """Remember where the window is, if its home is there."""
    if home.is_dir():
        kept = QSettings(str(home / FILE), QSettings.Format.IniFormat)
        kept.setValue("geometry", window.saveGeometry())
        kept.setValue("columns", columns.saveState())
        kept.sync()
        close_to_others(home / FILE)
