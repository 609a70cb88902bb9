"""Whether the open case is what was recorded: not yet verified, being verified, verified or broken; always seen."""

from __future__ import annotations

import time
from enum import StrEnum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from facet.core.i18n import N_, _
from facet.gui.as_typed import tip
from facet.gui.panels.run_panel import time_left
from facet.gui.theme import icon


class Standing(StrEnum):
    """What is known of the open case."""

    UNKNOWN = "unknown"
    CHECKING = "checking"
    SOUND = "sound"
    BROKEN = "broken"


WORDS = {
    Standing.UNKNOWN: N_("Not yet verified"),
    Standing.CHECKING: N_("Verifying …"),
    Standing.SOUND: N_("Verified"),
    Standing.BROKEN: N_("VERIFICATION FAILED"),
}
SIGNS = {
    Standing.UNKNOWN: "about",
    Standing.CHECKING: "verify",
    Standing.SOUND: "success",
    Standing.BROKEN: "error",
}
LONG = 1.0
"""Seconds of checking after which how far it is is told."""


class IntegrityButton(QToolButton):
    """The word in the status bar. A press asks for what was found; while the case is checked, to stop that."""

    answer_asked = Signal()
    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setProperty("role", "small")
        self.standing: Standing | None = None
        self._begun = 0.0
        self.clicked.connect(self._pressed)
        self.show_standing(None)

    def show_standing(self, standing: Standing | None, more: str = "") -> None:
        """Say how the case stands; ``more`` is told when it is pointed at. None: no case is open."""
        if standing is Standing.CHECKING and self.standing is not Standing.CHECKING:
            self._begun = time.monotonic()
        self.standing = standing
        self.setVisible(standing is not None)
        if standing is not None:
            self.setIcon(icon(SIGNS[standing]))
            self._say(_(WORDS[standing]), more)
            broken = standing is Standing.BROKEN
            if self.property("broken") is not broken:
                self.setProperty("broken", broken)
                self.style().unpolish(self)
                self.style().polish(self)

    def report(self, done: int, total: int) -> None:
        """How far the checking is."""
        now = time.monotonic()
        if self.standing is not Standing.CHECKING or total <= 0 or now - self._begun < LONG:
            return
        said = _("Verifying … {percent} %").format(percent=min(100, done * 100 // total))
        left = time_left(self._begun, now, done, total)
        about = _("about {time} left").format(time=left) if left else ""
        self._say(" · ".join(part for part in (said, about) if part), _("Press to stop the verification."))

    def _say(self, words: str, more: str) -> None:
        self.setText(words)
        self.setToolTip(tip(more))
        self.setAccessibleName(_("Integrity of the case: {state}").format(state=words))

    def _pressed(self) -> None:
        if self.standing is Standing.CHECKING:
            self.stop_asked.emit()
        else:
            self.answer_asked.emit()
