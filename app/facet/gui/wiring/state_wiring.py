"""What is open is kept every few seconds, and put back when that is wanted."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLockFile, QObject, QTimer

from facet.core.geometry import Box
from facet.core.i18n import _
from facet.gui.window_state import WindowState, read_state, write_state

if TYPE_CHECKING:
    from facet.gui.main_window import MainWindow

BEAT = 2000
"""Milliseconds between two looks at what is open."""
LOCK = "window.lock"


class StateWiring(QObject):
    """Keeps the state of one window; of several on the same settings only the first."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._home = window, window.bench.home
        self._lock: QLockFile | None = None
        self._kept: WindowState | None = None
        self._told = ""
        self._timer = QTimer(self)
        self._timer.setInterval(BEAT)
        self._timer.timeout.connect(self.keep)
        self.before = read_state(self._home) if self._is_ours() else WindowState()
        """What was open the last time."""
        window.parts.welcome.continue_asked.connect(self.put_back)
        window.parts.welcome.offer(self.before.names)

    def start(self) -> None:
        """Look from now on; where the window ended without a farewell, offer to put back what was open."""
        self._timer.start()
        if not self.before.empty and not self.before.closed:
            self._told = _("Facet ended unexpectedly. What was recorded is in the case. What was open can be put back.")
            self._window.parts.messages.info(self._told, _("Put it back"), self.put_back)

    def put_back(self) -> None:
        """Open what was open the last time."""
        state, window = self.before, self._window
        window.parts.messages.withdraw(self._told)
        known = {row.state.descriptor.id for row in window.parts.backends.rows if row.tick.isEnabled()}
        for backend, parameters in state.ticked.items():
            if backend in known:
                window.parts.backends.tick(backend, parameters)
        window.parts.run.seed.setValue(min(state.seed, window.parts.run.seed.maximum()))
        if state.case:
            window.open_path(Path(state.case))
        if not state.footage:
            return
        path = Path(state.footage)

        def arrive() -> None:
            shown = window.parts.view.size_px
            if state.box is not None and shown is not None:
                x, y, w, h = state.box
                if 0 <= x <= x + w <= shown[0] and 0 <= y <= y + h <= shown[1] and w > 0 and h > 0:
                    window.parts.view.set_box(Box(x=x, y=y, w=w, h=h), hold=True)

        window.footage.open_by(
            path.name, lambda progress: window.bench.open_footage(path, progress), state.frame, arrive
        )

    def keep(self) -> None:
        """Write down what is open, if that is not what was written last."""
        self._write(self._now())

    def stop(self) -> None:
        """The window is closed: say so, and look no more."""
        self._timer.stop()
        self._write(replace(self._now(), closed=True))
        if self._lock is not None:
            self._lock.unlock()

    def _now(self) -> WindowState:
        window = self._window
        reader, wish = window.footage.reader, window.footage.pictures.wish
        box = window.parts.view.box
        return WindowState(
            case="" if window.case.path is None else str(window.case.path),
            footage="" if reader is None else str(reader.path.absolute()),
            frame=0 if reader is None or wish is None else wish.index,
            box=None if reader is None or box is None else (box.x, box.y, box.w, box.h),
            ticked={choice.descriptor.id: dict(choice.parameters) for choice in window.parts.backends.choices},
            seed=window.parts.run.seed.value(),
        )

    def _write(self, state: WindowState) -> None:
        if state == self._kept or (state.empty and self._kept is None) or not self._is_ours():
            return
        self._kept = state
        with contextlib.suppress(OSError):  # it is only a convenience
            write_state(self._home, state)

    def _is_ours(self) -> bool:
        """Whether no other window keeps its state here."""
        if self._lock is None:
            if not self._home.is_dir():
                return True
            self._lock = QLockFile(str(self._home / LOCK))
            self._lock.setStaleLockTime(0)
            self._lock.tryLock(0)
        return self._lock.isLocked()
