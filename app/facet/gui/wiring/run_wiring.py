"""Backends, runs, and the comparison of what they made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from facet.case import ExhibitRow, FootageRow
from facet.core.descriptor import Descriptor
from facet.core.i18n import _
from facet.gui.desks.comparison import Comparison, compare
from facet.gui.desks.run_desk import Wanted, needs_reason
from facet.gui.dialogs.card import CardDialog
from facet.gui.dialogs.words import ReasonDialog
from facet.gui.jobs import Lane, Latest
from facet.gui.layout import COMPARE_TAB, FRAME_TAB
from facet.workbench import BackendState

if TYPE_CHECKING:
    from facet.gui.main_window import MainWindow


class RunWiring(QObject):
    """Connects the backends' side of the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._parts, self._desk = window, window.parts, window.runs
        self._latest = Latest(window.jobs, Lane.CASE)
        self._crop: str | None = None
        parts, desk, on = self._parts, self._desk, window.actions_.on
        parts.backends.changed.connect(self.check)
        parts.backends.card_asked.connect(self.show_card)
        parts.view.box_changed.connect(lambda _box: self.check())
        parts.tabs.currentChanged.connect(lambda _tab: self.check())
        parts.run.run_asked.connect(self.run)
        parts.run.strip.cancelled.connect(desk.cancel)
        desk.begun.connect(parts.run.begin)
        desk.begun.connect(lambda _label: self._lock_case(locked=True))
        desk.progressed.connect(parts.run.strip.report)
        desk.recorded.connect(self._recorded)
        desk.ended.connect(self._ended)
        on("run", self.run)
        on("stop", desk.cancel)
        window.actions_["stop"].setEnabled(False)  # Qt's own signature

    def refresh_backends(self) -> None:
        """Read again which backends there are, in the background."""

        def show(states: list[BackendState]) -> None:
            self._parts.backends.set_states(states)
            self.check()

        self._window.jobs.run_task(
            lambda _progress: self._window.bench.backends(), show, self._parts.messages.error, lane=Lane.NETWORK
        )

    def check(self) -> None:
        """Say whether a run is possible now, and if not what is missing."""
        choices = self._parts.backends.choices
        case = self._window.case
        comparing = self._parts.tabs.currentIndex() == COMPARE_TAB and self._crop is not None
        why = ""
        if self._window.footage.reader is None and not comparing:
            why = _("Open footage first.")
        elif (failed := self._window.footage.failed) is not None and not comparing:
            why = _("Frame {index} could not be had").format(index=failed)
        elif not self._window.sight_wiring.runnable and not comparing:
            why = _("Only an exact frame can be run. Halt, or let go of the timeline.")
        elif self._parts.view.box is None and not comparing:
            why = _("Draw a box around the face, or take a found one.")
        elif not choices:
            why = _("Tick one or several backends.")
        elif case.session is not None and not case.writable:
            why = _("The case is open for reading only.")
        chance = any(choice.descriptor.has_random_component for choice in choices)
        self._parts.run.set_ready(len(choices), chance=chance, why_not=why)
        self._window.actions_["run"].setEnabled(not why and not self._desk.running)

    def run(self) -> None:
        """Run the ticked backends; asks for a case and for a reason where they are needed."""
        if self._desk.running or not self._parts.run.run.isEnabled():
            return
        if self._window.case.session is None:
            self._window.ask_new_case(self.run)
            return
        generative = needs_reason(self._parts.backends.choices)
        if not generative:
            self._when_exact(None)
            return
        dialog = ReasonDialog([choice.descriptor for choice in generative], self._window)
        dialog.accepted.connect(lambda: self._when_exact(dialog.words.said))
        dialog.open()

    def show_crop(self, crop: str | None, *, turn: bool = False) -> None:
        """Compare what the case holds of a crop; ``turn`` to the comparison."""
        session = self._window.case.session
        self._crop = crop
        if crop is None or session is None:
            self._latest.drop()
            self._parts.compare.clear()
            self._parts.tabs.setCurrentIndex(FRAME_TAB)
            self._parts.tabs.setTabEnabled(COMPARE_TAB, False)  # noqa: FBT003
            return

        def show(comparison: Comparison) -> None:
            if comparison.crop == self._crop:
                self._parts.compare.show_pictures(comparison.crop, comparison.base, comparison.shown)
                self._parts.tabs.setTabEnabled(COMPARE_TAB, True)  # noqa: FBT003
                if turn:
                    self._parts.tabs.setCurrentIndex(COMPARE_TAB)

        self._latest.ask(lambda progress: compare(session, crop, progress), show, self._parts.messages.error)

    def show_recorded(self) -> None:
        """Mark the frames on the timeline that the case holds."""
        reader = self._window.footage.reader
        if reader is None:
            return
        timeline = self._parts.transport.timeline
        if any(isinstance(row, FootageRow) and row.sha256 == reader.sha256 for row in self._held()):
            self._window.case.read_recorded(reader.sha256, timeline.set_recorded)
        else:
            timeline.set_recorded([])

    def _held(self) -> Iterator[ExhibitRow]:
        return self._window.case_wiring.listing.rows()

    def show_card(self, card: Descriptor) -> None:
        """«About this method»."""
        CardDialog(card, self._window).open()

    def _when_exact(self, reason: str | None) -> None:
        """What is run is the evidence, which is here a moment after the picture stands still."""
        if self._parts.tabs.currentIndex() == COMPARE_TAB and self._crop is not None:
            self._start(reason)
        else:
            self._window.footage.when_exact(lambda: self._start(reason))

    def _start(self, reason: str | None) -> None:
        session = self._window.case.session
        if session is None:
            return
        parts, footage = self._parts, self._window.footage
        comparing = parts.tabs.currentIndex() == COMPARE_TAB and self._crop is not None
        self._window.actions_["run"].setEnabled(False)
        self._window.actions_["stop"].setEnabled(True)
        self._desk.run(
            session,
            Wanted(
                choices=tuple(parts.backends.choices),
                seed=parts.run.seed.value(),
                reason=reason,
                crop=self._crop if comparing else None,
                reader=footage.reader,
                frame=footage.frame,
                box=parts.view.box,
            ),
        )

    def _lock_case(self, *, locked: bool) -> None:
        """While a run writes to the case, no other case is opened."""
        for name in ("new-case", "open-case", "close-case"):
            self._window.actions_[name].setEnabled(not locked)

    def _recorded(self, crop: str, _output: str) -> None:
        self._window.case.refresh(crop)
        self.show_crop(crop, turn=True)

    def _ended(self, crop: str, count: int) -> None:
        self._parts.run.end()
        self._lock_case(locked=False)
        self._window.actions_["stop"].setEnabled(False)
        self.check()
        self._window.case.refresh(crop or None)
        if count:
            self._parts.messages.success(_("{count} outputs were recorded.").format(count=count))
