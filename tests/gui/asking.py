"""What a window says and asks, for tests."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QDialog

from facet.gui.main_window import MainWindow

DialogT = TypeVar("DialogT", bound=QDialog)


def texts(window: MainWindow) -> str:
    """What the messages of a window say."""
    return "\n".join(message.text for message in window.parts.messages.messages)


def dialog(window: MainWindow, kind: type[DialogT]) -> DialogT:
    """The one dialog of a kind that is open."""
    found = [one for one in window.findChildren(kind) if one.isVisible()]
    assert len(found) == 1, f"{len(found)} dialogs of {kind.__name__}"
    return found[0]
