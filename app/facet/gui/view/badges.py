"""What must be known of a picture to look at it rightly, written on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

QUIET, LOUD = "quiet", "loud"
MARGIN = 8
"""Screen pixels from the view's corner."""


class Badges(QWidget):
    """Lines in the upper left corner of a view; the mouse goes through them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.move(MARGIN, MARGIN)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(4)
        self._labels: list[QLabel] = []
        self._said: tuple[tuple[str, str], ...] = ()
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What is written, from above."""
        return [text for text, _loudness in self._said]

    def clear(self) -> None:
        """Write nothing."""
        self.say(())

    def say(self, lines: Sequence[tuple[str, str]]) -> None:
        """Write these lines, each ``QUIET`` (worth knowing) or ``LOUD`` (a warning)."""
        if tuple(lines) == self._said:
            return
        self._said = tuple(lines)
        while len(self._labels) < len(lines):
            label = QLabel(self)
            label.setTextFormat(Qt.TextFormat.PlainText)
            self._rows.addWidget(label, 0, Qt.AlignmentFlag.AlignLeft)
            self._labels.append(label)
        for label, (text, loudness) in zip(self._labels, [*lines, *[("", QUIET)] * len(self._labels)], strict=False):
            label.setText(text)
            label.setAccessibleName(text)
            if label.property("badge") != loudness:
                label.setProperty("badge", loudness)
                label.style().unpolish(label)
                label.style().polish(label)
            label.setVisible(bool(text))
        self.setVisible(bool(lines))
        self.fit()
        self.raise_()

    def dodge(self, at: QPoint) -> None:
        """Get out of the way of the pointer: below may be a face, or the camera's clock."""
        self.setVisible(bool(self._said) and not self.geometry().contains(at))

    def fit(self) -> None:
        """Break lines that are longer than the view is wide."""
        parent = self.parentWidget()
        room = max(1, (parent.width() if parent is not None else 0) - 2 * MARGIN)
        for label in self._labels:
            label.setWordWrap(False)
            label.setMinimumWidth(0)
            if label.sizeHint().width() > room:
                label.setWordWrap(True)
                label.setMinimumWidth(room)
        self.setMaximumWidth(room)
        self.adjustSize()
