"""How far the survey of the footage is, in a few quiet words, with a way to stop it or to begin again."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from facet.core.i18n import _
from facet.gui.theme import icon


class SurveyState(QWidget):
    """One line; hidden while there is nothing to tell."""

    stop_asked = Signal()
    again_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self.words = QLabel()
        self.words.setProperty("role", "quiet")
        self.button = QToolButton()
        self.button.setProperty("role", "small")
        self.button.setIconSize(QSize(12, 12))
        self.button.clicked.connect(self._pressed)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2)
        line.addWidget(self.words)
        line.addWidget(self.button)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.hide()

    def tell_running(self, percent: int) -> None:
        """The survey is under way."""
        self._show(_("Survey {percent} %").format(percent=percent), "cancel", _("Stop the survey"))
        self.words.setToolTip(_("Thumbnails, motion and scene changes are being found in the background."))
        self._running = True

    def tell_stopped(self, why: str = "") -> None:
        """It ended before it had seen everything; ``why`` where that was not the user's wish."""
        self._show(_("Survey stopped"), "reproduce", _("Survey this footage again"))
        self.words.setToolTip(why or _("Where it did not get, only the coded size of the pictures is known."))
        self._running = False

    def tell_done(self, *, thorough: bool) -> None:
        """Everything was seen; of long footage only the keyframes, which stays to be read."""
        self._running = False
        self.hide()
        if not thorough:
            self._show(_("Keyframes surveyed"), "", "")
            self.words.setToolTip(
                _("The survey of long footage looks at keyframes only. What happens between two of them may be missed.")
            )

    def clear(self) -> None:
        """No footage."""
        self._running = False
        self.hide()

    def _pressed(self) -> None:
        if self._running:
            self.stop_asked.emit()
        else:
            self.again_asked.emit()

    def _show(self, text: str, drawing: str, tip: str) -> None:
        self.words.setText(text)
        self.button.setVisible(bool(drawing))
        if drawing:
            self.button.setIcon(icon(drawing))
        self.button.setToolTip(tip)
        self.button.setAccessibleName(tip)
        self.show()
