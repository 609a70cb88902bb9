"""The strip below the picture: timeline, overview, buttons, and exactly where we are."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from facet.core.i18n import _
from facet.gui.panels.elided import ElidedLabel, Whisper
from facet.gui.theme import icon
from facet.gui.view.legend import Legend
from facet.gui.view.overview import Overview
from facet.gui.view.recording import Recording
from facet.gui.view.shuttle import Shuttle
from facet.gui.view.survey_state import SurveyState
from facet.gui.view.timeline import Timeline
from facet.gui.view.timeline_scale import STEP

HERE_ONLY = ("Space", "Home", "End")
"""Keys that mean something else to buttons and lists: they count only where the action was added."""


class Times(Protocol):
    """What is asked of footage here; answered at once, from the index."""

    @property
    def count(self) -> int:
        """Pictures."""

    def seconds(self, index: int) -> Fraction:
        """Seconds of a frame after the first."""

    def index_at(self, seconds: Fraction) -> int:
        """The last frame not later."""


def clock_text(seconds: Fraction) -> str:
    """``0:00:12.345678``: hours, minutes, seconds, microseconds (cut, not rounded)."""
    micros = int(abs(seconds) * 1_000_000)
    whole, micros = divmod(micros, 1_000_000)
    sign = "-" if seconds < 0 else ""
    return f"{sign}{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}.{micros:06}"


class Transport(QWidget):
    """Timeline, shuttle and read-out of one footage."""

    step_asked = Signal(int)
    """So many pictures on, or back; of fields shown one by one, so many fields."""
    cleared = Signal()
    """There is no footage any more."""
    clock_asked = Signal()
    """The reading of the clock in the picture is to be given."""
    mark_asked = Signal(bool)
    """The frame is to be marked; True: with a note that is typed."""
    activity_missing = Signal(bool)
    """There is no activity on (True) or back."""
    cut_missing = Signal(bool)
    """There is no scene change on (True) or back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = Timeline()
        self.overview = Overview(self.timeline)
        self.legend = Legend(self.timeline)
        self.survey = SurveyState()
        self.shuttle = Shuttle(self)
        self._position: tuple[int, int | None, Fraction, Fraction, str] | None = None
        self._make_actions()
        self.where = QLabel()
        self.where.setProperty("role", "readout")
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.where.setAccessibleName(_("Frame, presentation time stamp and time"))
        self.camera, self.true, self.state = ElidedLabel(""), ElidedLabel(""), Whisper()
        for label in (self.camera, self.true):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.state.setProperty("role", "quiet")
        self._place()
        self.timeline.in_out_changed.connect(self.shuttle.set_range)
        self.shuttle.speed_changed.connect(self._speed)
        self.clear()

    def clear(self) -> None:
        """No footage."""
        self.shuttle.use(None)
        self.timeline.set_count(0)
        self.survey.clear()
        self._position = None
        self.where.setText(_("No footage"))
        self.state.clear()
        self.show_camera("", "")
        self.setEnabled(False)
        for action in self.all_actions:
            action.setEnabled(False)
        self.cleared.emit()

    def begin(self, clock: Times, count: int) -> None:
        """Footage with ``count`` frames; ``clock`` is usually a :class:`~facet.footage.Reader`."""
        self.setEnabled(True)
        for action in self.all_actions:
            action.setEnabled(True)
        self.timeline.set_recording(Recording(count, clock.seconds, clock.index_at))
        self.survey.clear()
        self._position = None
        self.show_camera("", "")
        self.shuttle.use(clock)

    def show_position(
        self, index: int, pts: int | None, time_base: Fraction, seconds: Fraction, field: str = ""
    ) -> None:
        """The frame that is seen (not merely wanted); ``field`` names the one of its fields that is seen alone."""
        self._position = (index, pts, time_base, seconds, field)
        self._tell_position()

    def _tell_position(self) -> None:
        if self._position is None:
            return
        index, pts, time_base, seconds, field = self._position
        stamp = _("none") if pts is None else str(pts)
        frame = _("Frame {index} of {last}, {field}") if field else _("Frame {index} of {last}")
        told = (
            _("{frame}  {time}\nPTS {pts} × {base} s")
            if self.timeline.content.clock is None
            else _("{frame}  file time {time}\nPTS {pts} × {base} s")
        )
        self.where.setText(
            told.format(
                frame=frame.format(index=index, last=self.timeline.count - 1, field=field),
                pts=stamp, base=time_base, time=clock_text(seconds),
            )
        )  # fmt: skip
        lowest = self.where.text().rpartition("\n")[2]
        self.state.beside = self.where.fontMetrics().horizontalAdvance(lowest) + 12

    def show_camera(self, camera: str, true: str) -> None:
        """What the clock in the picture shows, and the true time; empty where it is not known."""
        for label, text in ((self.camera, camera), (self.true, true)):
            label.say(text)
            label.setVisible(bool(text))
        self._tell_position()

    def step(self, by: int) -> None:
        """Halt and go some pictures on or back."""
        self.shuttle.halt()
        self.step_asked.emit(by)

    def go(self, index: int) -> None:
        """Halt and go to a frame."""
        self.shuttle.halt()
        self.timeline.ask(index)

    # parts

    @property
    def all_actions(self) -> list[QAction]:
        """Every action, in the order of the menu."""
        return [action for group in self.groups for action in group]

    def _make_actions(self) -> None:
        add, timeline = self._action, self.timeline
        self.play = add("play", _("Play or halt"), "Space", self.shuttle.toggle)
        self.moves = [
            add("first", _("First frame"), "Home", lambda: timeline.ask(0)),
            add("step-back", _("One frame back"), ",", lambda: self.step(-1)),
            self.play,
            add("step-forward", _("One frame on"), ".", lambda: self.step(1)),
            add("last", _("Last frame"), "End", lambda: timeline.ask(timeline.count - 1)),
        ]
        self.keys = [
            add("step-back", _("Play backwards, again for faster"), "J", self.shuttle.backward),
            add("pause", _("Halt"), "K", self.shuttle.halt),
            add("step-forward", _("Play forwards, again for faster"), "L", self.shuttle.forward),
        ]
        self.mark = add("mark", _("Mark this frame"), "M", lambda: self.mark_asked.emit(False))  # noqa: FBT003
        note = add("mark-note", _("Mark with a note …"), "Shift+M", lambda: self.mark_asked.emit(True))  # noqa: FBT003
        clock = add("clock", _("Camera clock …"), "Ctrl+K", self.clock_asked.emit)
        marks = [
            self.mark, note, clock,
            add("step-back", _("Previous mark"), "[", lambda: self._to_mark(forward=False)),
            add("step-forward", _("Next mark"), "]", lambda: self._to_mark(forward=True)),
        ]  # fmt: skip
        self.in_out = [
            add("mark-in", _("In: the part begins with this frame"), "I", lambda: self._set_in(timeline.index)),
            add("mark-out", _("Out: the part ends with this frame"), "O", lambda: self._set_out(timeline.index)),
        ]
        clear = [
            add("close", _("Clear the in mark"), "Shift+I", lambda: self._set_in(None)),
            add("close", _("Clear the out mark"), "Shift+O", lambda: self._set_out(None)),
        ]
        self.finds = [
            add("activity-back", _("Previous activity"), "Shift+A", lambda: self._to_activity(forward=False)),
            add("activity-on", _("Next activity"), "A", lambda: self._to_activity(forward=True)),
        ]
        cuts = [
            add("step-back", _("Previous scene change"), "Shift+C", lambda: self._to_cut(forward=False)),
            add("step-forward", _("Next scene change"), "C", lambda: self._to_cut(forward=True)),
        ]
        self.zooms = [
            add("zoom-out", _("Timeline: show more"), "-", lambda: timeline.zoom(1 / STEP)),
            add("whole", _("Timeline: the whole recording"), "0", timeline.show_whole),
            add("zoom-in", _("Timeline: show less, in more detail"), "=", lambda: timeline.zoom(STEP)),
        ]
        self.zooms[2].setShortcuts([QKeySequence("="), QKeySequence("+")])
        self.groups = [self.moves, self.keys, marks, [*self.in_out, *clear], [*self.finds, *cuts], self.zooms]

    def _place(self) -> None:
        head, middle, foot = _line(8), _line(1), _line(12)
        head.addWidget(self.legend, 1)
        head.addWidget(self.survey)
        middle.addWidget(self.overview, 1)
        for group in (self.in_out, self.finds, self.zooms):
            for action in group:
                middle.addWidget(_button(action, 16))
            middle.addSpacing(4)
        buttons = _line(1)
        for action in (*self.moves, self.mark):
            buttons.addWidget(_button(action, 20))
        times = QGridLayout()
        times.setSpacing(0)
        for row, label in enumerate((self.where, self.camera, self.true)):
            times.addWidget(label, row, 0)
        times.addWidget(self.state, 0, 0)
        foot.addLayout(buttons)
        foot.addLayout(times, 1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(6, 2, 6, 4)
        rows.setSpacing(2)
        rows.addLayout(head)
        rows.addWidget(self.timeline, 1)
        rows.addLayout(middle)
        rows.addLayout(foot)

    def _set_in(self, index: int | None) -> None:
        self.timeline.set_in_out(index, self.timeline.content.end)

    def _set_out(self, index: int | None) -> None:
        self.timeline.set_in_out(self.timeline.content.begin, index)

    def _to_mark(self, *, forward: bool) -> None:
        wanted = self.timeline.next_mark(forward=forward)
        if wanted is not None:
            self.go(wanted)

    def _to_activity(self, *, forward: bool) -> None:
        wanted = self.timeline.content.recording.next_activity(self.timeline.index, forward=forward)
        if wanted is None:
            self.activity_missing.emit(forward)
        else:
            self.go(wanted)

    def _to_cut(self, *, forward: bool) -> None:
        wanted = self.timeline.content.recording.next_cut(self.timeline.index, forward=forward)
        if wanted is None:
            self.cut_missing.emit(forward)
        else:
            self.go(wanted)

    def _speed(self, speed: float) -> None:
        self.play.setIcon(icon("pause" if speed else "play"))

    def _action(self, drawing: str, text: str, keys: str, do: Callable[[], object]) -> QAction:
        action = QAction(icon(drawing), text, self)
        action.setShortcut(keys)
        if keys in HERE_ONLY:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setToolTip(f"{text}  ({keys})")
        action.triggered.connect(lambda _checked=False: do())
        return action


def _line(spacing: int) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(spacing)
    return line


def _button(action: QAction, size: int) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setIconSize(QSize(size, size))
    button.setAccessibleName(action.text())
    return button
