"""What stands beside an output of several samples: the scale of their spread, and a way through them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from facet.core.i18n import _
from facet.core.spread import CEILING, COLOURS
from facet.gui.as_typed import tip
from facet.gui.compare.lens import Shown
from facet.gui.panels.elided import ElidedLabel
from facet.gui.theme import colour, icon
from facet.report.spread_scale import MEANING, TICKS, tick_label

BAR = 9
"""Widget pixels of the colours."""


class SpreadScale(QWidget):
    """The colours of a spread from 0 to the ceiling with their levels: the same for every output."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(_(MEANING))
        self.setAccessibleName(_("Scale of the spread: black 0, lightest {ceiling} levels of 255 or more").format(
            ceiling=CEILING))  # fmt: skip

    def sizeHint(self) -> QSize:
        """The colours and a line of numbers."""
        return QSize(120, BAR + self.fontMetrics().height() + 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Colours, ticks, levels."""
        painter = QPainter(self)
        metrics = painter.fontMetrics()
        left, right = 4.0, self.width() - 4.0
        gradient = QLinearGradient(left, 0, right, 0)
        for number in range(0, 256, 15):
            red, green, blue = (int(part) for part in COLOURS[number])
            gradient.setColorAt(number / 255, QColor(red, green, blue))
        painter.fillRect(QRectF(left, 0, right - left, BAR), gradient)
        painter.setPen(QPen(colour("quiet"), 1))
        room = 0.0
        for tick in TICKS:
            x, label = left + (right - left) * tick / CEILING, tick_label(tick)
            wide = metrics.horizontalAdvance(label)
            at = min(max(left, x - wide / 2), right - wide)
            painter.drawLine(QPointF(min(x, right - 1), BAR), QPointF(min(x, right - 1), BAR + 2))
            if at >= room:
                painter.drawText(QPointF(at, BAR + 1 + metrics.ascent()), label)
                room = at + wide + 4


class Caption(QWidget):
    """What a picture is, and its figures, in two lines; a pointer that rests on them tells more."""

    def __init__(
        self, title: str, figures: str, exhibit: str = "", explanation: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for role, words, more, margins in (
            ("title", title, exhibit, (4, 2, 4, 0)),
            ("quiet", figures or " ", explanation, (4, 0, 4, 2)),
        ):
            line = ElidedLabel(words)
            line.setProperty("role", role)
            line.setToolTip(tip(f"{words}\n{more}".strip()))
            line.setContentsMargins(*margins)
            column.addWidget(line)


class Pager(QWidget):
    """From the output to its samples, one after another, and back: what is shown, and two buttons."""

    turned = Signal(int)
    """Which is shown now: 0 the output itself, then the samples from 1."""

    def __init__(self, shown: Shown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._titles = [shown.whole, *(f"{one.title} / {len(shown.samples)}" for one in shown.samples)]
        self.place = 0
        self.back = self._button("step-back", _("Sample before"), -1)
        self.forth = self._button("step-forward", _("Next sample"), 1)
        self.words = ElidedLabel("")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(2)
        row.addWidget(self.back)
        row.addWidget(self.words, 1)
        row.addWidget(self.forth)
        self.turn(0)

    def turn(self, by: int) -> None:
        """Go on by so many, round and round."""
        self.place = (self.place + by) % len(self._titles)
        self.words.say(self._titles[self.place])
        keys = _("Page Up and Page Down show the samples one after another.")
        self.words.setToolTip(tip(f"{self._titles[self.place]}\n{keys}"))
        self.turned.emit(self.place)

    def _button(self, drawing: str, text: str, by: int) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(drawing))
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setAutoRepeat(True)
        button.clicked.connect(lambda: self.turn(by))
        return button
