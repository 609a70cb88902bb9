"""Undo and redo of what is not yet evidence: the box, and draft marks. What is recorded is withdrawn, never undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QUndoCommand, QUndoStack

from facet.core.errors import FacetError
from facet.core.geometry import Box
from facet.core.i18n import _
from facet.gui.drafts import Draft

if TYPE_CHECKING:
    from facet.gui.main_window import MainWindow

SETTLED = 400
"""Milliseconds of rest after which a drag, or a row of nudges, is one step."""
MOST = 200
"""Steps that are kept."""


class Step(QUndoCommand):
    """A change that was made already, and how to put either state."""

    def __init__(self, words: str, back: Callable[[], None], again: Callable[[], None]) -> None:
        super().__init__(words)
        self._back, self._again = back, again
        self._made = True

    def undo(self) -> None:
        """Put what was before."""
        self._back()

    def redo(self) -> None:
        """Put what came after; when the step is put on the stack it is there already."""
        if not self._made:
            self._again()
        self._made = False


class UndoWiring(QObject):
    """Takes down each step on the open footage, and forgets all of them with it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._view, self._marks = window.parts.view, window.marks
        self._stack = QUndoStack(self)
        self._stack.setUndoLimit(MOST)
        self._box: Box | None = None
        self._putting = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(SETTLED)
        self._rest.timeout.connect(self._take_box)
        self._view.box_changed.connect(self._moved)
        self._marks.drafted.connect(self._take_draft)
        self._marks.drafts_recorded.connect(self.forget)
        window.footage.opened.connect(lambda _reader: self.forget())
        for name, do, can in (
            ("undo", self.undo, self._stack.canUndoChanged),
            ("redo", self.redo, self._stack.canRedoChanged),
        ):
            action = window.actions_[name]
            action.setEnabled(False)
            can.connect(action.setEnabled)  # Qt's own slot: the stack still signals when it is taken down
            window.actions_.on(name, do)

    def undo(self) -> None:
        """Put what was before the last step."""
        self._take_box()
        self._stack.undo()

    def redo(self) -> None:
        """Put again what was undone."""
        self._take_box()
        self._stack.redo()

    def forget(self) -> None:
        """Other footage, or the drafts have become evidence."""
        self._rest.stop()
        self._stack.clear()
        self._box = self._view.box

    def _moved(self, _box: object) -> None:
        if not self._putting:
            self._rest.start()

    def _take_box(self) -> None:
        self._rest.stop()
        before, after = self._box, self._view.box
        if before != after:
            self._box = after
            self._stack.push(Step(_("box"), lambda: self._put_box(before), lambda: self._put_box(after)))

    def _take_draft(self, before: Draft, after: Draft) -> None:
        if not self._putting:
            self._stack.push(Step(_("draft"), lambda: self._put_draft(before), lambda: self._put_draft(after)))

    def _put_box(self, box: Box | None) -> None:
        self._putting = True
        try:
            if box is not None:
                box.within(*self._view.size_px)
            self._view.set_box(box, hold=True)
        except FacetError:  # another picture is shown since, and smaller
            return
        finally:
            self._box, self._putting = self._view.box, False

    def _put_draft(self, draft: Draft) -> None:
        self._putting = True
        try:
            self._marks.put_draft(draft)
        finally:
            self._putting = False
