"""What the case holds: footage, frames, crops, outputs; what was withdrawn is struck out, never gone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTreeWidget, QTreeWidgetItem, QWidget

from facet.case import CropRow, ExhibitRow, FootageRow, FrameRow, OutputRow
from facet.core.i18n import _
from facet.gui.as_typed import tip
from facet.gui.desks.listing import Found, Listing, Twig
from facet.gui.families import word
from facet.gui.theme import colour, icon
from facet.gui.view.transport import clock_text

ID = Qt.ItemDataRole.UserRole
MORE_OF = Qt.ItemDataRole.UserRole + 1
"""Of a line that stands for further exhibits: under which they are."""
SIGNS = {FootageRow: "footage", FrameRow: "frame", CropRow: "crop", OutputRow: "output"}


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
    """The exhibits as a tree, or those that were found as a list. A choice shows the exhibit; Enter or a double click
    goes to it, and on the last line of a long list shows more of it."""

    chosen = Signal(str)
    visited = Signal(str)
    more_asked = Signal(str)
    """More is wanted under this exhibit; empty: of what was found."""
    menu_asked = Signal(str, object)
    """An exhibit's own menu (id, QMenu to fill)."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._shut: set[str] = set()
        self.setColumnCount(2)
        self.setHeaderLabels([_("Exhibit"), _("What it is")])
        self.setIndentation(14)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(_("Case"))
        self.currentItemChanged.connect(self._choose)
        self.itemActivated.connect(self._activated)
        self.itemExpanded.connect(self._expanded)
        self.itemCollapsed.connect(lambda item: self._shut.add(str(item.data(0, ID))))
        self.customContextMenuRequested.connect(self._menu)

    @property
    def current(self) -> str | None:
        """The chosen exhibit's id."""
        item = self.currentItem()
        return None if item is None or item.data(0, ID) is None else str(item.data(0, ID))

    def show_listing(self, listing: Listing, choose: str | None = None) -> None:
        """Show these exhibits, and choose one; without ``choose`` the one chosen before."""
        wanted = choose or self.current
        self._begin()
        for twig in listing.twigs:
            self.addTopLevelItem(self._branch(twig))
        for exhibit, item in self._items.items():
            item.setExpanded(item.childCount() > 0 and exhibit not in self._shut)
        self._end(wanted)

    def show_found(self, found: Found) -> None:
        """Show what was searched for, and in the tool tips why it was found."""
        wanted = self.current
        self._begin()
        for hit in found.hits:
            said = "\n".join(f"{match.field}: {match.text}" for match in hit.matches)
            if hit.row is not None:
                item = self._item(hit.row, whole=True)
                item.setToolTip(1, tip(f"{_told(hit.row)}\n{said}"))
            else:
                item = QTreeWidgetItem([_("case"), hit.matches[0].text if hit.matches else ""])
                item.setToolTip(1, tip(said))
            self.addTopLevelItem(item)
        if len(found.hits) < found.total:
            self.addTopLevelItem(_more("", found.total - len(found.hits)))
        self._end(wanted)

    def choose(self, exhibit: str) -> bool:
        """Make an exhibit the current one; whether it is in sight."""
        item = self._items.get(exhibit)
        if item is not None:
            self.setCurrentItem(item)
            self.scrollToItem(item)
        return item is not None

    def _begin(self) -> None:
        self.blockSignals(True)  # noqa: FBT003  # Qt's own signature
        self.clear()
        self._items = {}

    def _end(self, wanted: str | None) -> None:
        self.blockSignals(False)  # noqa: FBT003
        if wanted is not None:
            self.choose(wanted)

    def _branch(self, twig: Twig) -> QTreeWidgetItem:
        item = self._item(twig.row)
        for each in twig.twigs:
            item.addChild(self._branch(each))
        if twig.total is None:
            item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        elif twig.total > len(twig.twigs):
            item.addChild(_more(twig.row.id, twig.total - len(twig.twigs)))
        return item

    def _item(self, row: ExhibitRow, *, whole: bool = False) -> QTreeWidgetItem:
        text = describe(row)
        alias = f" ({', '.join(row.aliases)})" if row.aliases else ""
        text = f"{text}{_tags(row)}"
        item = QTreeWidgetItem([f"{row.id if whole else row.id.rpartition('/')[2]}{alias}", text])
        item.setToolTip(0, row.id)
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, row.id)
        item.setData(0, ID, row.id)
        item.setIcon(0, icon(SIGNS[type(row)]))
        item.setToolTip(1, tip(_told(row)))
        if row.withdrawal is not None:
            for column in range(2):
                font = item.font(column)
                font.setStrikeOut(True)
                item.setFont(column, font)
                item.setForeground(column, QBrush(colour("quiet")))
            item.setText(1, _("{what} (withdrawn)").format(what=text))
        self._items[row.id] = item
        return item

    def _choose(self, item: QTreeWidgetItem | None, _before: object) -> None:
        if item is not None and item.data(0, ID) is not None:
            self.chosen.emit(item.data(0, ID))

    def _activated(self, item: QTreeWidgetItem, _column: int) -> None:
        if item.data(0, ID) is not None:
            self.visited.emit(item.data(0, ID))
        elif item.data(0, MORE_OF) is not None:
            self.more_asked.emit(item.data(0, MORE_OF))

    def _expanded(self, item: QTreeWidgetItem) -> None:
        self._shut.discard(str(item.data(0, ID)))
        if not item.childCount():
            self.more_asked.emit(item.data(0, ID))

    def _menu(self, at: QPoint) -> None:
        item = self.itemAt(at)
        if item is None or item.data(0, ID) is None:
            return
        self.setCurrentItem(item)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu_asked.emit(item.data(0, ID), menu)
        menu.popup(self.viewport().mapToGlobal(at))


def _more(under: str, count: int) -> QTreeWidgetItem:
    """The line at the end of a list that goes on."""
    item = QTreeWidgetItem(["…", _("{count} more; Enter or a double click shows them").format(count=count)])
    item.setData(0, MORE_OF, under)
    item.setForeground(1, QBrush(colour("quiet")))
    return item


def _tags(row: ExhibitRow) -> str:
    return "".join(f"  #{tag}" for tag in row.tags)


def _told(row: ExhibitRow) -> str:
    """What an exhibit is, or why it was withdrawn."""
    if row.withdrawal is None:
        return f"{describe(row)}{_tags(row)}"
    said = {"examiner": row.withdrawal.examiner, "reason": row.withdrawal.text}
    return _("Withdrawn by {examiner}: {reason}").format(**said)


def rows_of(found: Found) -> Sequence[ExhibitRow]:
    """The exhibits among what was found."""
    return [hit.row for hit in found.hits if hit.row is not None]
