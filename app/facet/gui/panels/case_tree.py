"""What the case holds: footage, frames, crops, outputs; what was withdrawn is struck out, never gone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from facet.case import Branch, CropRow, FootageRow, FrameRow, OutputRow
from facet.core.i18n import _
from facet.gui.families import word
from facet.gui.theme import colour, icon
from facet.gui.view.transport import clock_text

ID = Qt.ItemDataRole.UserRole


def describe(row: object) -> str:
    """One line for an exhibit."""
    if isinstance(row, FootageRow):
        return row.name
    if isinstance(row, FrameRow):
        return _("Frame {index} at {time}").format(index=row.index, time=clock_text(row.seconds))
    if isinstance(row, CropRow):
        return _("Box {width}×{height} px at {x}, {y}").format(
            width=row.box.w, height=row.box.h, x=row.box.x, y=row.box.y
        )
    if isinstance(row, OutputRow):
        return _("{family}: {backend}").format(family=word(row.family), backend=row.backend)
    return ""


class CaseTree(QTreeWidget):
    """The exhibits as a tree. A choice shows the exhibit; Enter or a double click goes to it."""

    chosen = Signal(str)
    visited = Signal(str)
    menu_asked = Signal(str, object)
    """An exhibit's own menu (id, QMenu to fill)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setColumnCount(2)
        self.setHeaderLabels([_("Exhibit"), _("What it is")])
        self.setIndentation(14)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(_("Case"))
        self.currentItemChanged.connect(self._choose)
        self.itemActivated.connect(lambda item, _column: self.visited.emit(item.data(0, ID)))
        self.customContextMenuRequested.connect(self._menu)

    @property
    def current(self) -> str | None:
        """The chosen exhibit's id."""
        item = self.currentItem()
        return None if item is None else str(item.data(0, ID))

    def show_tree(self, branches: Sequence[Branch], choose: str | None = None) -> None:
        """Show these exhibits, and choose one; without ``choose`` the one chosen before."""
        wanted = choose or self.current
        self.blockSignals(True)  # noqa: FBT003  # Qt's own signature
        self.clear()
        for branch in branches:
            self.addTopLevelItem(self._item(branch))
        self.expandAll()
        self.blockSignals(False)  # noqa: FBT003
        if wanted is not None:
            self.choose(wanted)

    def choose(self, exhibit: str) -> None:
        """Make an exhibit the current one."""
        for item in self.findItems("*", Qt.MatchFlag.MatchWildcard | Qt.MatchFlag.MatchRecursive, 0):
            if item.data(0, ID) == exhibit:
                self.setCurrentItem(item)
                self.scrollToItem(item)
                return

    def _item(self, branch: Branch) -> QTreeWidgetItem:
        row = branch.row
        text = describe(row)
        alias = f" ({', '.join(row.aliases)})" if row.aliases else ""
        item = QTreeWidgetItem([f"{row.id.rpartition('/')[2]}{alias}", text])
        item.setToolTip(0, row.id)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, row.id)
        item.setData(0, ID, row.id)
        drawing = {FootageRow: "footage", FrameRow: "frame", CropRow: "crop", OutputRow: "output"}[type(row)]
        item.setIcon(0, icon(drawing))
        item.setToolTip(1, text)
        if row.withdrawal is not None:
            for column in range(2):
                font = item.font(column)
                font.setStrikeOut(True)
                item.setFont(column, font)
                item.setForeground(column, QBrush(colour("quiet")))
            item.setText(1, _("{what} (withdrawn)").format(what=text))
            item.setToolTip(1, _("Withdrawn by {examiner}: {reason}").format(
                examiner=row.withdrawal.examiner, reason=row.withdrawal.text))  # fmt: skip
        for twig in branch.branches:
            item.addChild(self._item(twig))
        return item

    def _choose(self, item: QTreeWidgetItem | None, _before: object) -> None:
        if item is not None:
            self.chosen.emit(item.data(0, ID))

    def _menu(self, at: QPoint) -> None:
        item = self.itemAt(at)
        if item is None:
            return
        self.setCurrentItem(item)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_asked.emit(item.data(0, ID), menu)
        menu.popup(self.viewport().mapToGlobal(at))
