"""The left side: the case's exhibits, the properties of the one that is chosen, and the marks of the footage."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from facet.core.i18n import N_, _
from facet.gui.as_typed import as_typed
from facet.gui.desks.listing import Found
from facet.gui.panels.case_tree import CaseTree
from facet.gui.panels.integrity import Standing
from facet.gui.panels.interpretation_panel import InterpretationPanel
from facet.gui.panels.marks_panel import MarksPanel
from facet.gui.panels.properties_panel import PropertiesPanel
from facet.gui.panels.search_field import SearchField
from facet.gui.theme import icon
from facet.gui.view.timeline_signs import WITHDRAWN, ShownMark

STATES = {
    Standing.UNKNOWN: N_("not yet verified"),
    Standing.CHECKING: N_("not yet verified"),
    Standing.SOUND: N_("verified up to entry {entry}"),
    Standing.BROKEN: N_("VERIFICATION FAILED"),
}


class CasePanel(QWidget):
    """Who the case belongs to, its tree, and facts."""

    new_case_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QLabel(_("No case"))
        self.heading.setProperty("role", "title")
        self.heading.setWordWrap(True)
        self.state = QLabel()
        self.state.setProperty("role", "quiet")
        self.state.setWordWrap(True)
        self.tree = CaseTree()
        self.properties = PropertiesPanel()
        self.interpretation = InterpretationPanel()
        self.leaves = QTabWidget()
        self.leaves.setObjectName("leaves")
        self.leaves.tabBar().setElideMode(Qt.TextElideMode.ElideRight)
        self.leaves.setUsesScrollButtons(False)
        self.leaves.addTab(self.properties, _("Properties"))
        self.leaves.addTab(self.interpretation, _("Interpretation"))
        self.marks = MarksPanel()
        self.leaves.addTab(self.marks, _("Marks"))
        self.leaves.setAccessibleName(_("Properties, interpretation or marks"))
        self.search = SearchField()
        self.counted = QLabel()
        self.counted.setProperty("role", "quiet")
        self.counted.hide()
        as_typed(self.heading, self.state, self.counted)
        self._tree_or_words = QStackedWidget()
        self._tree_or_words.addWidget(self._empty())
        self._tree_or_words.addWidget(stacked(self.search, self.counted, self.tree))
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self._tree_or_words)
        parts.addWidget(self.leaves)
        parts.setStretchFactor(0, 3)
        parts.setStretchFactor(1, 2)
        parts.setHandleWidth(4)
        parts.setSizes([300, 260])
        parts.setChildrenCollapsible(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(6, 6, 0, 0)
        rows.setSpacing(2)
        rows.addWidget(self.heading)
        rows.addWidget(self.state)
        rows.addWidget(parts, 1)
        self.show_case("", "", writable=False)

    def stop_searching(self) -> None:
        """What the case holds is shown again, not what was searched for."""
        self.counted.hide()
        self.search.forget()

    def show_found(self, found: Found) -> None:
        """Show what was searched for, and how much it is."""
        self.tree.show_found(found)
        said = _("{count} found") if found.total else _("Nothing found")
        self.counted.setText(said.format(count=found.total))
        self.counted.show()

    def show_interpretation(self) -> None:
        """Turn to how the footage is understood, by keyboard too."""
        self.leaves.setCurrentWidget(self.interpretation)
        self.interpretation.fields["matrix"].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_marks(
        self, marks: Sequence[ShownMark], time_of: Callable[[int], str], *, recording: bool, open_: bool
    ) -> None:
        """List the marks, and say on their tab how many stand."""
        self.marks.show_marks(marks, time_of, recording=recording, open_=open_)
        standing = sum(1 for mark in marks if mark.state != WITHDRAWN)
        name = _("Marks ({count})").format(count=standing) if standing else _("Marks")
        self.leaves.setTabText(self.leaves.indexOf(self.marks), name)

    def show_case(self, number: str, examiner: str, *, writable: bool) -> None:
        """Say which case is open; an empty number: none."""
        self._tree_or_words.setCurrentIndex(1 if number else 0)
        self.heading.setText(_("Case {number}").format(number=number) if number else _("Case"))
        self.state.setVisible(bool(number))
        self.show_standing(Standing.UNKNOWN, examiner, writable=writable)

    def show_standing(self, standing: Standing, examiner: str, *, writable: bool, entry: int | None = None) -> None:
        """Say who opened the case, whether it takes entries, and up to which entry it is known to be whole."""
        said = [_("Opened by {examiner}").format(examiner=examiner)]
        if not writable:
            said.append(_("read only"))
        said.append(_(STATES[standing]).format(entry="–" if entry is None else entry))
        self.state.setText(" · ".join(said))

    def _empty(self) -> QWidget:
        empty = QWidget()
        words = QLabel(
            _(
                "No case is open. You can look at footage without one. A case is made before the first run, so that "
                "everything that was done is recorded."
            )
        )
        words.setWordWrap(True)
        words.setProperty("role", "quiet")
        button = QPushButton(icon("case-new"), _("New case …"))
        button.clicked.connect(self.new_case_asked)
        column = QVBoxLayout(empty)
        column.addWidget(words)
        column.addWidget(button)
        column.addStretch(1)
        return empty


def stacked(*parts: QWidget) -> QWidget:
    """Parts one above the other, without a margin."""
    whole = QWidget()
    lines = QVBoxLayout(whole)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(2)
    for part in parts:
        lines.addWidget(part)
    return whole
