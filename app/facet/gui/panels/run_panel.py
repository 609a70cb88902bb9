"""The button that runs, how far it is, how long it still takes, and the one that stops it."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QSpinBox, QVBoxLayout, QWidget

from facet.core.i18n import _
from facet.gui.as_typed import as_typed
from facet.gui.theme import icon

UNITS = 1000
"""Steps of the progress bar."""


def time_left(begun: float, now: float, done: int, total: int) -> str:
    """``0:42`` from monotonic seconds and work units; empty while nothing can be said."""
    if done <= 0 or total <= 0 or now - begun < 1.0:
        return ""
    left = round((now - begun) / done * (total - done))
    return f"{left // 60}:{left % 60:02}" if left > 0 else ""


class WorkStrip(QWidget):
    """Progress of one piece of long work, with time left and a way to stop it."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._begun = 0.0
        self._label = ""
        self.words = QLabel()
        as_typed(self.words)
        self.words.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(_("Progress"))
        self.stop = QPushButton(icon("cancel"), _("Stop"))
        self.stop.setToolTip(_("Stop this work; nothing half done is kept"))
        self.stop.clicked.connect(self._stop)
        line = QHBoxLayout()
        line.addWidget(self.bar, 1)
        line.addWidget(self.stop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.words)
        column.addLayout(line)
        self.hide()

    def begin(self, label: str) -> None:
        """Work begins; how much is not known yet."""
        self._begun, self._label = time.monotonic(), label
        self.words.setText(label)
        self.bar.setRange(0, 0)
        self.stop.setEnabled(True)
        self.show()

    def report(self, done: int, total: int, step: str = "") -> None:
        """So much of ``total`` is done; ``step`` names what is being done."""
        if total > 0:
            self.bar.setRange(0, UNITS)
            self.bar.setValue(min(UNITS, done * UNITS // total))
        left = time_left(self._begun, time.monotonic(), done, total)
        parts = [self._label, step, _("about {time} left").format(time=left) if left else ""]
        self.words.setText(" · ".join(part for part in parts if part))

    def end(self) -> None:
        """It is over."""
        self.hide()

    def _stop(self) -> None:
        self.stop.setEnabled(False)
        self.words.setText(_("Stopping …"))
        self.cancelled.emit()


class RunPanel(QWidget):
    """Seed where chance is involved, the run button with what it will do, and the work strip."""

    run_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seed = QSpinBox()
        self.seed.setRange(0, 2_147_483_647)
        self.seed.setAccessibleName(_("Seed"))
        self._seed_label = QLabel(_("Seed"))
        self._seed_label.setToolTip(_("Where a backend uses chance, the same seed gives the same picture."))
        seed_line = QHBoxLayout()
        seed_line.addWidget(self._seed_label)
        seed_line.addWidget(self.seed, 1)
        self.run = QPushButton(icon("run", "accent_text"), _("Run"))
        self.run.setProperty("main", True)  # noqa: FBT003
        self.run.setMinimumHeight(34)
        self.run.clicked.connect(self.run_asked)
        self.hint = QLabel()
        self.hint.setWordWrap(True)
        self.hint.setProperty("role", "quiet")
        self.strip = WorkStrip()
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addLayout(seed_line)
        column.addWidget(self.hint)
        column.addWidget(self.run)
        column.addWidget(self.strip)
        self.set_ready(0, chance=False, why_not="")

    def set_ready(self, backends: int, *, chance: bool, why_not: str) -> None:
        """How many backends are ticked, whether any uses chance, and what is still missing (or empty)."""
        for widget in (self._seed_label, self.seed):
            widget.setVisible(chance)
        self.run.setEnabled(not why_not)
        self.run.setText(_("Run {count} backends").format(count=backends) if backends > 1 else _("Run"))
        self.hint.setText(why_not)
        self.hint.setVisible(bool(why_not))

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return not self.strip.isHidden()

    def begin(self, label: str) -> None:
        """A run begins."""
        self.run.hide()
        self.hint.hide()
        self.strip.begin(label)

    def end(self) -> None:
        """The run is over."""
        self.strip.end()
        self.run.show()
