"""The strip below the picture: buttons, timeline, and exactly where we are."""

from __future__ import annotations

from fractions import Fraction

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QToolButton, QWidget

from facet.core.i18n import _
from facet.gui.theme import icon
from facet.gui.view.shuttle import Shuttle
from facet.gui.view.timeline import Timeline

HERE_ONLY = ("Space", "Home", "End")
"""Keys that mean something else to buttons and lists: they count only where the action was added."""


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

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.timeline = Timeline()
        self.shuttle = Shuttle(self)
        self.play = self._action("play", _("Play or halt"), "Space", self.shuttle.toggle)
        self.moves = [
            self._action("first", _("First frame"), "Home", lambda: self.timeline.ask(0)),
            self._action("step-back", _("One frame back"), ",", lambda: self.step(-1)),
            self.play,
            self._action("step-forward", _("One frame on"), ".", lambda: self.step(1)),
            self._action("last", _("Last frame"), "End", lambda: self.timeline.ask(self.timeline.count - 1)),
        ]
        self.keys = [
            self._action("step-back", _("Play backwards, again for faster"), "J", self.shuttle.backward),
            self._action("pause", _("Halt"), "K", self.shuttle.halt),
            self._action("step-forward", _("Play forwards, again for faster"), "L", self.shuttle.forward),
            self._action("mark", _("Mark this frame"), "M", self.timeline.toggle_mark),
            self._action("step-back", _("Previous mark"), "[", lambda: self._to_mark(forward=False)),
            self._action("step-forward", _("Next mark"), "]", lambda: self._to_mark(forward=True)),
        ]
        buttons = QHBoxLayout()
        buttons.setSpacing(1)
        for action in (*self.moves, self.keys[3]):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setIconSize(QSize(20, 20))
            button.setAccessibleName(action.text())
            buttons.addWidget(button)
        self.where = QLabel()
        self.where.setProperty("role", "readout")
        self.where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.where.setAccessibleName(_("Frame, presentation time stamp and time"))
        self.state = QLabel()
        self.state.setProperty("role", "quiet")
        grid = QGridLayout(self)
        grid.setContentsMargins(6, 2, 6, 4)
        grid.setVerticalSpacing(0)
        grid.addWidget(self.timeline, 0, 0, 1, 3)
        grid.addLayout(buttons, 1, 0)
        grid.addWidget(self.where, 1, 1)
        grid.addWidget(self.state, 1, 2, Qt.AlignmentFlag.AlignRight)
        grid.setColumnStretch(1, 1)
        grid.setHorizontalSpacing(12)
        self.shuttle.speed_changed.connect(self._speed)
        self.clear()

    def clear(self) -> None:
        """No footage."""
        self.shuttle.use(None)
        self.timeline.set_count(0)
        self.where.setText(_("No footage"))
        self.state.clear()
        self.setEnabled(False)
        for action in (*self.moves, *self.keys):
            action.setEnabled(False)

    def begin(self, clock: object, count: int) -> None:
        """Footage with ``count`` frames; ``clock`` is a :class:`~facet.gui.view.shuttle.Clock`."""
        self.setEnabled(True)
        for action in (*self.moves, *self.keys):
            action.setEnabled(True)
        self.timeline.set_count(count)
        self.shuttle.use(clock)  # type: ignore[arg-type]

    def show_position(
        self, index: int, pts: int | None, time_base: Fraction, seconds: Fraction, field: str = ""
    ) -> None:
        """The frame that is seen (not merely wanted); ``field`` names the one of its fields that is seen alone."""
        stamp = _("none") if pts is None else str(pts)
        frame = _("Frame {index}, {field}") if field else _("Frame {index}")
        self.where.setText(
            _("{frame} of {last}  {time}\nPTS {pts} × {base} s").format(
                frame=frame.format(index=index, field=field), last=self.timeline.count - 1,
                pts=stamp, base=time_base, time=clock_text(seconds),
            )
        )  # fmt: skip

    def step(self, by: int) -> None:
        """Halt and go some pictures on or back."""
        self.shuttle.halt()
        self.step_asked.emit(by)

    def _to_mark(self, *, forward: bool) -> None:
        wanted = self.timeline.next_mark(forward=forward)
        if wanted is not None:
            self.shuttle.halt()
            self.timeline.ask(wanted)

    def _speed(self, speed: float) -> None:
        self.play.setIcon(icon("pause" if speed else "play"))

    def _action(self, drawing: str, text: str, keys: str, do: object) -> QAction:
        action = QAction(icon(drawing), text, self)
        action.setShortcut(keys)
        if keys in HERE_ONLY:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        action.setToolTip(f"{text}  ({keys})")
        action.triggered.connect(lambda _checked=False: do())  # type: ignore[operator]
        return action
