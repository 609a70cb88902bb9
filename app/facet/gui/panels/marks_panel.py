"""The marks of the open footage as a list: to go to, to correct, to withdraw, to record."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from facet.core.i18n import _
from facet.gui.as_typed import as_typed, tip
from facet.gui.theme import colour, icon
from facet.gui.view.timeline_signs import DRAFT, WITHDRAWN, ShownMark

MARK = Qt.ItemDataRole.UserRole


class MarksPanel(QWidget):
    """Enter or a double click goes to a mark. What is withdrawn stays, struck out; a draft says that it is one."""

    visited = Signal(int)
    """Go to this frame."""
    note_asked = Signal()
    """Mark the current frame, with a note."""
    edit_asked = Signal(object)
    """Correct this ``ShownMark``."""
    removal_asked = Signal(object)
    """Withdraw this ``ShownMark``, or take the draft away."""
    recording_asked = Signal()
    """Record the drafts in the case."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = QTreeWidget()
        self.list.setColumnCount(3)
        self.list.setHeaderLabels([_("Frame"), _("File time"), _("Note")])
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for number in (0, 1):
            self.list.header().setSectionResizeMode(number, QHeaderView.ResizeMode.ResizeToContents)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(_("Marks"))
        self.list.itemActivated.connect(lambda item, _column: self.visited.emit(item.data(0, MARK).first))
        self.list.currentItemChanged.connect(lambda _now, _before: self._enable())
        self.words = QLabel()
        as_typed(self.words)
        self.words.setWordWrap(True)
        self.words.setProperty("role", "quiet")
        self.note = QPushButton(icon("mark-note"), _("Mark …"))
        self.note.setToolTip(_("Mark this frame with a note  (Shift+M)"))
        self.note.clicked.connect(self.note_asked)
        self.edit = QPushButton(_("Edit …"))
        self.edit.clicked.connect(lambda: self._with_current(self.edit_asked.emit))
        self.remove = QPushButton(_("Withdraw …"))
        self.remove.clicked.connect(lambda: self._with_current(self.removal_asked.emit))
        self.record = QPushButton(icon("case-new"), _("Record the drafts"))
        self.record.setToolTip(_("Record every draft in the case"))
        self.record.clicked.connect(self.recording_asked)
        buttons = QGridLayout()
        buttons.setSpacing(4)
        buttons.addWidget(self.note, 0, 0)
        buttons.addWidget(self.edit, 0, 1)
        buttons.addWidget(self.remove, 1, 0)
        buttons.addWidget(self.record, 1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.list, 1)
        column.addWidget(self.words)
        column.addLayout(buttons)
        self._writable = False
        self.show_marks([], lambda _index: "", recording=False, open_=False)

    def show_marks(
        self, marks: Sequence[ShownMark], time_of: Callable[[int], str], *, recording: bool, open_: bool
    ) -> None:
        """List these marks. ``recording``: new ones go into the case; ``open_``: there is footage to be marked."""
        chosen = self.current
        self._writable = recording
        self.list.clear()
        for mark in marks:
            item = _item(mark, time_of)
            self.list.addTopLevelItem(item)
            if chosen is not None and mark.id == chosen.id:
                self.list.setCurrentItem(item)
        drafts = any(mark.state == DRAFT for mark in marks)
        if not open_:
            words = _("Open footage to mark frames.")
        elif recording:
            words = _("Marks are recorded in the case.")
        else:
            words = _("Marks are kept as a draft: no case that can be written holds this footage.")
        self.words.setText(words)
        self.note.setEnabled(open_)
        self.record.setEnabled(drafts and recording)
        self._enable()

    @property
    def current(self) -> ShownMark | None:
        """The chosen mark."""
        item = self.list.currentItem()
        return None if item is None else item.data(0, MARK)

    def _with_current(self, do: Callable[[ShownMark], None]) -> None:
        mark = self.current
        if mark is not None:
            do(mark)

    def _enable(self) -> None:
        mark = self.current
        draft = mark is not None and mark.state == DRAFT
        able = mark is not None and mark.state != WITHDRAWN and (draft or self._writable)
        self.edit.setEnabled(able)
        self.remove.setEnabled(able)
        self.remove.setText(_("Remove") if draft else _("Withdraw …"))


def _item(mark: ShownMark, time_of: Callable[[int], str]) -> QTreeWidgetItem:
    frames = str(mark.first) if mark.last is None else f"{mark.first}–{mark.last}"
    text = " ".join(mark.text.split())
    if mark.state == DRAFT:
        text = _("{note} (draft)").format(note=text) if text else _("Draft")
    elif mark.state == WITHDRAWN:
        text = _("Withdrawn: {note}").format(note=text) if text else _("Withdrawn")
    item = QTreeWidgetItem([frames, time_of(mark.first), text])
    item.setData(0, MARK, mark)
    item.setIcon(0, icon("mark", "quiet" if mark.state != WITHDRAWN else "disabled"))
    said = "\n".join(part for part in (mark.text, mark.who) if part)
    for column in range(3):
        item.setToolTip(column, tip(said or text))
        if mark.state == WITHDRAWN:
            font = item.font(column)
            font.setStrikeOut(True)
            item.setFont(column, font)
            item.setForeground(column, QBrush(colour("quiet")))
    return item
