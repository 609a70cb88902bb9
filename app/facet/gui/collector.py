"""Garbage is collected in the window's own thread, between events.

Python collects whenever any thread has allocated enough: in a worker's thread, or while Qt is taking a widget apart.
Widgets that are part of a cycle would then be destroyed from there, which Qt does not survive.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

BEAT = 500
"""Milliseconds between two looks."""


class Collector(QObject):
    """Does what Python's own collector does, at moments that are safe for Qt."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Take over from Python."""
        gc.disable()
        self._timer.start()

    def stop(self) -> None:
        """Give it back."""
        self._timer.stop()
        gc.enable()

    def look(self) -> None:
        """Collect the oldest generation that is due."""
        for generation, (count, limit) in reversed(
            list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))
        ):
            if count > limit:
                gc.collect(generation)
                return
