"""The box in numbers, and the faces found in the frame."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFormLayout,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QWidget,
)

from facet.core.geometry import Box, Face
from facet.core.i18n import _
from facet.gui.theme import icon
from facet.gui.view.gesture import fitted

SMALLEST_FACE = 20
"""Source pixels: the smallest face searched for at first."""


class BoxPanel(QGroupBox):
    """Four whole numbers for the box; a search for faces with the smallest size that is looked for."""

    box_typed = Signal(object)
    """A box typed in."""
    faces_asked = Signal(int)
    """Search this frame for faces of at least so many pixels."""
    new_box_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Box (source pixels)"), parent)
        self._size = (0, 0)
        self._box: Box | None = None
        numbers = QGridLayout()
        numbers.setHorizontalSpacing(6)
        self._fields: dict[str, QSpinBox] = {}
        names = {"x": _("Left"), "y": _("Top"), "w": _("Width"), "h": _("Height")}
        for column, (key, name) in enumerate(names.items()):
            field = QSpinBox()
            field.setRange(0, 0)
            field.setKeyboardTracking(False)
            field.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
            field.setAlignment(Qt.AlignmentFlag.AlignRight)
            field.setAccessibleName(_("Box: {side} in source pixels").format(side=name))
            field.valueChanged.connect(self._typed)
            label = QLabel(name)
            label.setProperty("role", "quiet")
            label.setBuddy(field)
            numbers.addWidget(label, 0, column)
            numbers.addWidget(field, 1, column)
            self._fields[key] = field
        self.new_box = QPushButton(icon("box"), _("New box"))
        self.new_box.setToolTip(_("A box in the middle of the picture, to be moved with the arrow keys  (B)"))
        self.new_box.clicked.connect(self.new_box_asked)
        self.smallest = QSpinBox()
        self.search = QPushButton(icon("faces"), _("Find faces"))
        self.search.setToolTip(_("Search this frame for faces  (F)"))
        self.search.clicked.connect(lambda: self.faces_asked.emit(self.smallest.value()))
        self.smallest.setRange(12, 400)
        self.smallest.setValue(SMALLEST_FACE)
        self.smallest.setSuffix(" px")
        self.smallest.setAccessibleName(_("Smallest face searched for, in source pixels"))
        self.smallest.setToolTip(_("Smallest face searched for, in source pixels"))
        buttons = QHBoxLayout()
        buttons.addWidget(self.new_box)
        buttons.addWidget(self.search)
        buttons.addWidget(QLabel("≥"))
        buttons.addWidget(self.smallest)
        self.faces = QListWidget()
        self.faces.setAccessibleName(_("Faces found in this frame"))
        self.faces.setMaximumHeight(74)
        self.faces.currentItemChanged.connect(self._taken)
        self.faces.itemClicked.connect(self._taken)
        self.faces.hide()
        rows = QFormLayout(self)
        rows.setContentsMargins(8, 6, 8, 8)
        rows.addRow(numbers)
        rows.addRow(buttons)
        rows.addRow(self.faces)
        self.set_picture((0, 0))
        self.show_box(None)

    def set_picture(self, size: tuple[int, int]) -> None:
        """The frame's width and height; zeros while there is none."""
        self._size = size
        self.setEnabled(size[0] > 0)

    def show_box(self, box: Box | None) -> None:
        """Show the numbers of a box drawn by hand."""
        self._box = box
        width, height = self._size
        limits = {"x": width, "y": height, "w": width, "h": height}
        for key, field in self._fields.items():
            field.blockSignals(True)  # noqa: FBT003  # Qt's own signature
            field.setRange(0, max(0, limits[key]))
            field.setSpecialValueText("–" if box is None else "")
            field.setValue(0 if box is None else getattr(box, key))
            field.setEnabled(box is not None)
            field.blockSignals(False)  # noqa: FBT003

    def show_faces(self, faces: Sequence[Face] | None) -> None:
        """List the faces of this frame; None while nobody searched."""
        self.faces.blockSignals(True)  # noqa: FBT003
        self.faces.clear()
        for number, face in enumerate(faces or (), 1):
            item = QListWidgetItem(
                _("Face {number}: {width}×{height} px, confidence {confidence}").format(
                    number=number,
                    width=face.box.w,
                    height=face.box.h,
                    confidence=f"{int(face.confidence * 1000) / 10}%",
                )
            )
            item.setData(Qt.ItemDataRole.UserRole, face)
            self.faces.addItem(item)
        self.faces.setCurrentRow(-1)
        self.faces.blockSignals(False)  # noqa: FBT003
        self.faces.setVisible(bool(faces))

    def _typed(self) -> None:
        if self._box is not None:
            wanted = Box(**{key: field.value() for key, field in self._fields.items()})
            self.box_typed.emit(fitted(wanted, self._size))

    def _taken(self, item: QListWidgetItem | None, _before: object = None) -> None:
        if item is not None:
            self.box_typed.emit(fitted(item.data(Qt.ItemDataRole.UserRole).box, self._size))
