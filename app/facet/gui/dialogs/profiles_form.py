"""Profiles: who examines, for which agency, with which key, changed in one step."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from facet.core.i18n import _
from facet.gui.as_typed import tip
from facet.workbench.profiles import Profile


class ProfilesDialog(QDialog):
    """The profiles there are. What is done with them is done at once."""

    used = Signal(str)
    kept = Signal(str)
    """The present settings are to be kept under this name."""
    deleted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Profiles"))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(680, 360)
        words = QLabel(
            _(
                "A profile has examiner, agency, scheme for names, language, key and time-stamping authority. A key's "
                "passphrase is in none."
            )
        )
        words.setWordWrap(True)
        self.table = QTreeWidget()
        self.table.setRootIsDecorated(False)
        self.table.setHeaderLabels([_("Profile"), _("Examiner"), _("Agency"), _("Names of exhibits"), _("Key")])
        self.table.setAccessibleName(_("Profiles"))
        self.table.currentItemChanged.connect(lambda _now, _before: self._check())
        self.table.itemActivated.connect(lambda _item, _column: self._say(self.used))
        self.use = QPushButton(_("Use"))
        self.use.setProperty("main", True)  # noqa: FBT003  # Qt's own signature
        self.use.clicked.connect(lambda: self._say(self.used))
        self.delete = QPushButton(_("Delete"))
        self.delete.clicked.connect(lambda: self._say(self.deleted))
        self.name = QLineEdit()
        self.name.setPlaceholderText(_("name of a new profile"))
        self.name.setAccessibleName(_("Name of a new profile"))
        self.keep = QPushButton(_("Keep the present settings"))
        self.keep.clicked.connect(lambda: self.kept.emit(self.name.text().strip()))
        self.name.textChanged.connect(lambda _text: self._check())
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.use)
        first.addWidget(self.delete)
        first.addStretch(1)
        second.addWidget(self.name, 1)
        second.addWidget(self.keep)
        box = QDialogButtonBox()
        box.addButton(_("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        box.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(words)
        column.addWidget(self.table, 1)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(box)
        self._check()

    def show_profiles(self, profiles: Mapping[str, Profile], used: str | None) -> None:
        """Show these; the one in use is marked."""
        self.table.clear()
        for name, profile in profiles.items():
            told = [profile[field] for field in ("examiner", "agency", "exhibit_names", "seal_key")]
            item = QTreeWidgetItem([_("{name} (in use)").format(name=name) if name == used else name, *told])
            item.setData(0, Qt.ItemDataRole.UserRole, name)
            for column, text in enumerate(told, 1):
                item.setToolTip(column, tip(text))
            self.table.addTopLevelItem(item)
            if name == used:
                self.table.setCurrentItem(item)
        for column in range(4):
            self.table.resizeColumnToContents(column)
        self.name.clear()
        self._check()

    def _say(self, signal: SignalInstance) -> None:
        item = self.table.currentItem()
        if item is not None:
            signal.emit(str(item.data(0, Qt.ItemDataRole.UserRole)))

    def _check(self) -> None:
        chosen = self.table.currentItem() is not None
        self.use.setEnabled(chosen)
        self.delete.setEnabled(chosen)
        self.keep.setEnabled(bool(self.name.text().strip()))
