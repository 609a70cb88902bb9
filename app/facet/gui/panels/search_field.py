"""The line in which exhibits of the case are searched for."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from facet.case.finding import FIELDS
from facet.core.i18n import _
from facet.gui.theme import icon

PAUSE = 300
"""Milliseconds without another letter, after which a search begins."""


class SearchField(QLineEdit):
    """Words; nothing shows the whole case again."""

    asked = Signal()
    """Other words stand there, and nobody goes on writing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setClearButtonEnabled(True)
        self.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.setPlaceholderText(_("Search: id, footage, backend, tag, note"))
        self.setAccessibleName(_("Search in the case"))
        self.setToolTip(
            _("Every word must belong to an exhibit. tag:hood looks among tags alone; so do {fields}.").format(
                fields=", ".join(f"{field}:" for field in FIELDS if field != "tag")
            )
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.asked)
        self.textChanged.connect(lambda _text: self._pause.start())

    def begin(self) -> None:
        """Take the keys."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def forget(self) -> None:
        """Let nothing stand there, without asking for anything."""
        self._pause.stop()
        if self.text():
            self.blockSignals(True)  # noqa: FBT003  # Qt's own signature
            self.clear()
            self.blockSignals(False)  # noqa: FBT003
