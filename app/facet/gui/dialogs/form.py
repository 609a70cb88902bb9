"""A question with fields: heading, rows, and buttons that say what they do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from facet.core.i18n import _
from facet.gui.as_typed import as_typed


class FormDialog(QDialog):
    """A window-modal form. Subclasses add rows and call :meth:`finish` at the end of their making."""

    def __init__(self, title: str, explanation: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setMinimumWidth(560)
        self.column = QVBoxLayout(self)
        if explanation:
            words = QLabel(explanation)
            as_typed(words)
            words.setWordWrap(True)
            self.column.addWidget(words)
        self.rows = QFormLayout()
        self.rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.column.addLayout(self.rows)
        self.ok = QPushButton()

    def add(self, name: str, field: QWidget) -> None:
        """One row; the name is also what a screen reader says."""
        label = QLabel(name)
        label.setBuddy(field)
        (field.focusProxy() or field).setAccessibleName(name)
        self.rows.addRow(label, field)

    def finish(self, do: str) -> None:
        """Add the buttons: ``do`` names what happens, the other leaves everything as it is."""
        box = QDialogButtonBox()
        self.ok = box.addButton(do, QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setProperty("main", True)  # noqa: FBT003  # Qt's own signature
        self.ok.setDefault(True)
        box.addButton(_("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        self.column.addWidget(box)
