"""Everything known of one thing: digests, facts, the receipt. All of it can be copied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from facet.core.canonical import Json
from facet.core.i18n import _
from facet.gui.as_typed import as_typed, tip
from facet.gui.panels.fact_names import name_of
from facet.gui.theme import icon


class PropertiesPanel(QWidget):
    """Names and values; nested facts unfold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = QLabel(_("Properties"))
        as_typed(self.title)
        self.title.setProperty("role", "title")
        self.copy = QToolButton()
        self.copy.setIcon(icon("copy"))
        self.copy.setToolTip(_("Copy everything shown here"))
        self.copy.setAccessibleName(_("Copy everything shown here"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        self.table = _Table()
        top = QHBoxLayout()
        top.setContentsMargins(6, 2, 2, 0)
        top.addWidget(self.title, 1)
        top.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.table, 1)

    def show_facts(self, title: str, facts: Mapping[str, Json]) -> None:
        """Show names and values under a title; names are shown as they are."""
        self.title.setText(title)
        self.table.clear()
        for name, value in facts.items():
            self.table.addTopLevelItem(_item(name, value))
        for row in range(self.table.topLevelItemCount()):
            item = self.table.topLevelItem(row)
            if item is not None and item.childCount() <= 6:
                item.setExpanded(True)

    def text(self) -> str:
        """Everything shown, as lines of text."""
        lines = [self.title.text()]

        def walk(item: QTreeWidgetItem | None, depth: int) -> None:
            if item is None:
                return
            lines.append(f"{'  ' * depth}{item.text(0)}: {item.text(1)}".rstrip())
            for row in range(item.childCount()):
                walk(item.child(row), depth + 1)

        for row in range(self.table.topLevelItemCount()):
            walk(self.table.topLevelItem(row), 0)
        return "\n".join(lines)


class _Table(QTreeWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setIndentation(12)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName(_("Properties"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Names get a little less than half."""
        super().resizeEvent(event)
        self.setColumnWidth(0, max(110, self.viewport().width() * 47 // 100))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy the values of the chosen rows."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText("\n".join(item.text(1) for item in self.selectedItems()))
        else:
            super().keyPressEvent(event)


def _item(name: str, value: Json) -> QTreeWidgetItem:
    if isinstance(value, Mapping):
        item = QTreeWidgetItem([name_of(name), "" if value else "–"])
        item.addChildren([_item(key, inner) for key, inner in value.items()])
        return item
    if isinstance(value, Sequence) and not isinstance(value, str):
        item = QTreeWidgetItem([name_of(name), "" if value else "–"])
        item.addChildren([_item(str(number), inner) for number, inner in enumerate(value, 1)])
        return item
    text = "–" if value is None else _("yes") if value is True else _("no") if value is False else str(value)
    item = QTreeWidgetItem([name_of(name), text])
    item.setToolTip(0, tip(item.text(0) if item.text(0) == name else f"{item.text(0)} ({name})"))
    item.setToolTip(1, tip(text))
    return item
