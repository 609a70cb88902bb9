"""The timeline with the survey, the marks, and the clock in the picture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from facet.core.camera_clock import CameraClock
from facet.core.errors import FacetError
from facet.core.i18n import _
from facet.footage import Reader
from facet.gui.dialogs.clock_form import ClockDialog
from facet.gui.dialogs.mark_form import MarkDialog
from facet.gui.dialogs.words import WithdrawDialog
from facet.gui.view.ruler import STEPS, short_time
from facet.gui.view.sight import Sight
from facet.gui.view.timeline_signs import DRAFT, ShownMark
from facet.gui.view.transport import clock_text

if TYPE_CHECKING:
    from facet.gui.main_window import MainWindow


class TimelineWiring(QObject):
    """Connects the timeline's side of the window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._parts = window, window.parts
        self._survey, self._marks = window.survey, window.marks
        self._draft_clock = True
        transport, panel = self._parts.transport, self._parts.case.marks
        survey, marks, timeline = self._survey, self._marks, self._parts.transport.timeline
        window.footage.opened.connect(self._opened)
        window.footage.seen.connect(self._seen)
        transport.cleared.connect(self._cleared)
        survey.begun.connect(self._begun)
        survey.learned.connect(timeline.add_batch)
        survey.progressed.connect(transport.survey.tell_running)
        survey.ended.connect(self._surveyed)
        survey.stopped.connect(self._stopped)
        transport.survey.stop_asked.connect(survey.stop)
        transport.survey.again_asked.connect(survey.begin)
        transport.activity_missing.connect(self._no_activity)
        transport.cut_missing.connect(self._no_cut)
        transport.mark_asked.connect(self.mark)
        transport.clock_asked.connect(self.ask_clock)
        timeline.in_out_changed.connect(self._keep_in_out)
        marks.changed.connect(self._show_marks)
        marks.clock_changed.connect(self._show_clock)
        marks.in_out_read.connect(timeline.set_in_out)
        marks.drafts_waiting.connect(self._offer)
        window.case.changed.connect(lambda listing, _choose: marks.know(listing.footage))
        window.case.closed.connect(lambda: marks.know(()))
        panel.visited.connect(transport.go)
        panel.note_asked.connect(self.ask_mark)
        panel.edit_asked.connect(self.ask_change)
        panel.removal_asked.connect(self._remove)
        panel.recording_asked.connect(marks.record_drafts)

    # footage

    def _opened(self, reader: Reader) -> None:
        recording = self._parts.transport.timeline.content.recording
        recording.know_index(reader.index, reader.probe.damaged, reader.probe.tainted)
        self._survey.use(reader)
        self._marks.use(reader)

    def _cleared(self) -> None:
        self._survey.use(None)
        self._marks.use(None)

    def _seen(self, sight: Sight) -> None:
        self._tell_clock(sight.index)

    # survey

    def _begun(self, thorough: bool) -> None:  # a Qt signal
        self._parts.transport.timeline.begin_survey(thorough=thorough)
        self._parts.transport.survey.tell_running(0)

    def _surveyed(self) -> None:
        thorough = self._parts.transport.timeline.content.recording.thorough
        self._parts.transport.survey.tell_done(thorough=thorough)

    def _stopped(self, error: FacetError | None) -> None:
        self._parts.transport.survey.tell_stopped("" if error is None else error.localised(_))

    def _no_activity(self, forward: bool) -> None:
        self._nothing_found(
            _("There is no more activity up to the end of the recording.")
            if forward
            else _("There is no activity before this frame.")
        )

    def _no_cut(self, forward: bool) -> None:
        self._nothing_found(
            _("No scene change is known after this frame.")
            if forward
            else _("No scene change is known before this frame.")
        )

    def _nothing_found(self, said: str) -> None:
        recording = self._parts.transport.timeline.content.recording
        if recording.looked < recording.count:
            said += " " + _("Not everything is surveyed yet.")
        self._parts.messages.info(said)

    # marks

    @property
    def _index(self) -> int:
        """The frame that is wanted, or where it could not be had the one that is seen instead."""
        desk = self._window.footage
        seen = desk.sight if desk.failed is not None else None
        return self._parts.transport.timeline.index if seen is None else seen.index

    def mark(self, with_note: bool) -> None:
        """Mark the frame at once; a mark that is there and says something, or is recorded, is opened instead."""
        if self._window.footage.reader is None:
            return
        index = self._index
        there = self._marks.at(index)
        if with_note:
            self.ask_mark()
        elif there is None:
            self._marks.add(index, None, "")
        elif there.state == DRAFT and not there.text:
            self._marks.remove(there)
        else:
            self.ask_change(there)

    def ask_mark(self) -> None:
        """Ask for a note to a new mark."""
        timeline, marks = self._parts.transport.timeline, self._marks
        if self._window.footage.reader is None:
            return
        self._parts.transport.shuttle.halt()
        dialog = MarkDialog(self._index, part=timeline.in_out, draft=not marks.recording, parent=self._window)
        dialog.accepted.connect(lambda: marks.add(dialog.first, dialog.last, dialog.words.said))
        dialog.open()

    def ask_change(self, mark: ShownMark) -> None:
        """Ask what a mark should say instead."""
        if mark.state != DRAFT and not self._marks.recording:
            return
        part = self._parts.transport.timeline.in_out if mark.last is None else (mark.first, mark.last)
        dialog = MarkDialog(
            mark.first, part=part, text=mark.text, whole=mark.last is not None, draft=mark.state == DRAFT,
            parent=self._window,
        )  # fmt: skip
        dialog.accepted.connect(lambda: self._marks.change(mark, dialog.first, dialog.last, dialog.words.said))
        dialog.open()

    def _remove(self, mark: ShownMark) -> None:
        if mark.state == DRAFT:
            self._marks.remove(mark)
            return
        dialog = WithdrawDialog(mark.id, self._window)
        dialog.accepted.connect(lambda: self._marks.remove(mark, dialog.words.said))
        dialog.open()

    def _offer(self, count: int) -> None:
        self._parts.messages.info(
            _("{count} drafts of this footage are not recorded in the case yet.").format(count=count),
            _("Record them"),
            self._marks.record_drafts,
        )

    def _keep_in_out(self, _part: object) -> None:
        content = self._parts.transport.timeline.content
        self._marks.keep_in_out(content.begin, content.end)

    def _show_marks(self, marks: Sequence[ShownMark]) -> None:
        reader = self._window.footage.reader
        self._parts.transport.timeline.set_marks(marks)
        self._parts.case.show_marks(
            marks,
            lambda index: "" if reader is None else short_time(reader.seconds(index), STEPS[0]),
            recording=self._marks.recording,
            open_=reader is not None,
        )

    # the clock in the picture

    def ask_clock(self) -> None:
        """Ask what the clock in the picture shows at this frame."""
        reader = self._window.footage.reader
        if reader is None:
            return
        self._parts.transport.shuttle.halt()
        index = self._index
        dialog = ClockDialog(
            index, reader.seconds(index), clock_text(reader.seconds(index)),
            known=self._marks.clock, draft=not self._marks.recording, parent=self._window,
        )  # fmt: skip

        def take() -> None:
            if dialog.clock is not None:
                self._marks.set_clock(dialog.clock)

        dialog.accepted.connect(take)
        dialog.open()

    def _show_clock(self, clock: CameraClock | None, draft: bool) -> None:
        self._draft_clock = draft
        self._parts.transport.timeline.set_clock(clock)
        sight = self._window.footage.sight
        if sight is not None:
            self._tell_clock(sight.index)

    def _tell_clock(self, index: int) -> None:
        clock, reader = self._marks.clock, self._window.footage.reader
        if clock is None or reader is None:
            self._parts.transport.show_camera("", "")
            return
        seconds = reader.seconds(index)
        shown, true = clock.shown_at(seconds), clock.true_at(seconds)
        said = _("Camera clock {time} (draft)") if self._draft_clock else _("Camera clock {time}")
        camera = "" if shown is None else said.format(time=_moment(shown))
        truly = "" if true is None else _("True time {time}").format(time=_moment(true))
        self._parts.transport.show_camera(camera, truly)


def _moment(moment: datetime) -> str:
    """Date, time to the millisecond, and offset."""
    text = moment.isoformat(sep=" ", timespec="milliseconds")
    return f"{text[:23]} {text[23:]}"
