"""What an empty window says: what to do first, and what this program is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from facet.core.i18n import _
from facet.gui.as_typed import tip
from facet.gui.theme import icon, pixmap

WIDTH = 440
"""Screen pixels of the text: lines of a length that reads well."""


class Welcome(QWidget):
    """Three ways to begin, and one to go on."""

    footage_asked = Signal()
    new_case_asked = Signal()
    open_case_asked = Signal()
    continue_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        sign = QLabel()
        sign.setPixmap(pixmap("facet", 96))
        sign.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        headline = QLabel(_("Open footage to begin"))
        headline.setProperty("role", "headline")
        headline.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        words = QLabel(
            _(
                "Drop a video or a still picture here, or choose one. Go to the exact frame, draw a box around a face, "
                "choose backends, and run. Every result is recorded in a case file with the receipt that repeats it."
            )
        )
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        caution = QLabel(
            _(
                "Facet is an instrument, not a face revealer: enhanced pictures often do not help identification and "
                "can mislead. The original stays beside every output."
            )
        )
        caution.setWordWrap(True)
        caution.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        caution.setProperty("role", "quiet")
        prose = QWidget()
        lines = QVBoxLayout(prose)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(10)
        for label in (words, caution):
            label.setFixedWidth(WIDTH)
            label.setMinimumHeight(label.heightForWidth(WIDTH))
            lines.addWidget(label)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for drawing, text, signal, main in (
            ("footage", _("Open footage …"), self.footage_asked, True),
            ("case-new", _("New case …"), self.new_case_asked, False),
            ("case-open", _("Open case …"), self.open_case_asked, False),
        ):
            button = QPushButton(icon(drawing), text)
            if main:
                self.first = button
            button.setMinimumHeight(36)
            button.clicked.connect(signal)
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.again = QPushButton(icon("reproduce"), "")
        self.again.setMinimumHeight(36)
        self.again.clicked.connect(self.continue_asked)
        self.again.hide()
        column = QVBoxLayout(self)
        column.addStretch(2)
        for widget in (sign, headline):
            column.addWidget(widget)
        column.addWidget(prose, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(14)
        column.addLayout(buttons)
        column.addSpacing(6)
        column.addWidget(self.again, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def offer(self, names: str) -> None:
        """Offer to go on with what was open the last time; nothing is offered without names."""
        self.again.setVisible(bool(names))
        shown = self.again.fontMetrics().elidedText(names, Qt.TextElideMode.ElideMiddle, WIDTH)
        self.again.setText(_("Go on with {names}").format(names=shown))
        self.again.setToolTip(tip(names))
