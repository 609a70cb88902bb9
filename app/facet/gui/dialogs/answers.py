"""Answers in a table: what was looked at, whether it holds, and what was found; those that fail alone, where wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from facet.core.i18n import N_, _
from facet.gui.theme import icon, pixmap

WORDS = {True: N_("holds"), False: N_("fails"), None: N_("not checked")}
SIGNS = {True: "success", False: "error", None: "about"}
LONGEST = 40
"""Letters of an id that are shown whole."""

Place = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One line. ``ok`` is None for what could not be told. ``cells`` is what its columns say but for the answer, which
    is ``word`` or the usual one."""

    ok: bool | None
    cells: tuple[str, ...]
    word: str = ""


class AnswersDialog(QDialog):
    """A headline, remarks under it, and the table. It can be copied as text."""

    def __init__(
        self,
        title: str,
        headline: str,
        columns: Sequence[str],
        answers: Sequence[Answer],
        *,
        ok: bool | None,
        remarks: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        """``columns`` names the cells, of which the last takes what room is left; the answer stands before it."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(820, 560)
        sign = QLabel()
        sign.setPixmap(pixmap(SIGNS[ok], 40))
        self.headline = _words(headline, "title")
        self.remarks = _words("\n".join(remarks), "quiet")
        self.remarks.setVisible(bool(remarks))
        said = QVBoxLayout()
        said.addWidget(self.headline)
        said.addWidget(self.remarks)
        top = QHBoxLayout()
        top.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(said, 1)
        self.model = _Answers(columns, answers)
        self.shown = _Failing(self.model)
        failing = sum(1 for answer in answers if answer.ok is not True)
        self.only = QCheckBox(_("Only what does not hold ({count})").format(count=failing))
        self.only.setEnabled(0 < failing < len(answers))
        self.only.toggled.connect(self.shown.only_failing)
        self.only.setChecked(self.only.isEnabled() and failing < len(answers))
        self.table = _table(self.shown, title)
        box = QDialogButtonBox()
        copy = box.addButton(_("Copy"), QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text()))
        close = box.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setDefault(True)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.only)
        column.addWidget(self.table, 1)
        column.addWidget(box)

    def text(self) -> str:
        """Headline, remarks and every answer, as lines with tabs."""
        rows = [self.headline.text(), *self.remarks.text().splitlines(), ""]
        rows += ["\t".join(self.model.row(number)) for number in range(self.model.rowCount())]
        return "\n".join(rows) + "\n"


class _Answers(QAbstractTableModel):
    def __init__(self, columns: Sequence[str], answers: Sequence[Answer]) -> None:
        super().__init__()
        self._heads = [*columns[:-1], _("Answer"), columns[-1]]
        self._answers = answers

    def rowCount(self, parent: Place | None = None) -> int:
        """One for each answer."""
        return 0 if parent is not None and parent.isValid() else len(self._answers)

    def columnCount(self, parent: Place | None = None) -> int:
        """The cells and the answer."""
        return 0 if parent is not None and parent.isValid() else len(self._heads)

    def row(self, number: int) -> list[str]:
        """What a line says, column by column."""
        answer = self._answers[number]
        return [*answer.cells[:-1], answer.word or _(WORDS[answer.ok]), answer.cells[-1]]

    def ok(self, number: int) -> bool | None:
        """The answer of a line."""
        return self._answers[number].ok

    def data(self, index: Place, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words, the whole of them when pointed at, and a sign beside the answer."""
        text = self.row(index.row())[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text if index.column() or len(text) <= LONGEST else f"{text[:12]}…"
        if role == Qt.ItemDataRole.ToolTipRole:
            return text
        if role == Qt.ItemDataRole.DecorationRole and index.column() == len(self._heads) - 2:
            return icon(SIGNS[self.ok(index.row())])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The columns' names; lines have none."""
        named = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return self._heads[section] if named else None


class _Failing(QSortFilterProxyModel):
    def __init__(self, model: _Answers) -> None:
        super().__init__()
        self._model, self._only = model, False
        self.setSourceModel(model)

    def only_failing(self, only: bool) -> None:
        """Leave out what holds."""
        self._only = only
        self.invalidate()

    def filterAcceptsRow(self, row: int, parent: Place) -> bool:
        """Whether a line is shown."""
        return not self._only or self._model.ok(row) is not True


def _table(model: _Failing, name: str) -> QTableView:
    table = QTableView()
    table.setModel(model)
    table.setAccessibleName(name)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
    heads = table.horizontalHeader()
    heads.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    heads.setStretchLastSection(True)
    heads.setResizeContentsPrecision(200)
    heads.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return table


def _words(text: str, role: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
