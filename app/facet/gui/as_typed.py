"""Names and words out of a case or a file, shown as they were typed: Qt takes what looks like markup for markup."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel


def as_typed(*labels: QLabel) -> None:
    """Let labels show their text letter for letter, now and later."""
    for label in labels:
        label.setTextFormat(Qt.TextFormat.PlainText)


def tip(text: str) -> str:
    """A tool tip that shows ``text`` letter for letter."""
    return f"<qt>{escape(text).replace(chr(10), '<br>')}</qt>" if Qt.mightBeRichText(text) else text
