"""How the decoded samples are understood: what the file declares, what is used, and what the examiner says instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from facet.core.errors import InputError
from facet.core.i18n import N_, _
from facet.core.interpretation import (
    AS_DECLARED,
    CHROMA_LOCATIONS,
    COLOUR_RANGES,
    FIELD_ORDERS,
    FIELDS,
    MATRICES,
    ROTATIONS,
    Interpretation,
)
from facet.gui.altered import ORDER_NAMES, RANGE_NAMES

ASPECTS = ("1/1", "16/15", "64/45", "12/11", "16/11", "8/9", "32/27", "10/11", "40/33", "4/3")
"""Pixel aspects that are offered; any other can be typed. After ITU-T H.264, table E-1, and ITU-R BT.601."""
BOB = "bob"
NAMES = {
    "matrix": N_("Colour matrix"),
    "colour_range": N_("Colour range"),
    "chroma_location": N_("Chroma siting"),
    "sample_aspect": N_("Pixel aspect"),
    "rotation": N_("Rotation"),
    "field_order": N_("Field order"),
}
SHOWN = {
    "weave": N_("weave: as stored"),
    "top": N_("top field"),
    "bottom": N_("bottom field"),
    BOB: N_("bob: one by one"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """What the file declares and what is used in its place, or because it declares nothing; None: not known."""

    declared: str | None = None
    used: str | None = None


class InterpretationPanel(QScrollArea):
    """A choice for each, «as declared» or a value, with what the file says beneath it."""

    chosen = Signal(object, bool)
    """An ``Interpretation``, and whether both fields are gone through one by one."""
    refused = Signal(object)
    """What was typed can't be: the ``InputError``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Interpretation"))
        self._words: dict[str, QLabel] = {}
        self.fields: dict[str, QComboBox] = {
            "matrix": _choice([(value, value) for value in MATRICES]),
            "colour_range": _choice([(value, _(RANGE_NAMES[value])) for value in COLOUR_RANGES]),
            "chroma_location": _choice([(value, value) for value in CHROMA_LOCATIONS]),
            "sample_aspect": _choice([(value, value) for value in ASPECTS], typed=True),
            "rotation": _choice([(value, f"{value}°") for value in ROTATIONS]),
            "field_order": _choice([(value, _(ORDER_NAMES[value])) for value in FIELD_ORDERS]),
        }
        self.shown = _narrow(QComboBox())
        for value in (*FIELDS, BOB):
            self.shown.addItem(_(SHOWN[value]), value)
        self.fields["rotation"].setToolTip(_("Degrees clockwise"))
        self.reset = QPushButton(_("All as declared"))
        self.reset.clicked.connect(lambda: self._offer(AS_DECLARED, bob=False))
        content = QWidget()
        rows = QFormLayout(content)
        rows.setContentsMargins(6, 6, 8, 6)
        rows.setVerticalSpacing(2)
        rows.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for name, field in self.fields.items():
            self._add(rows, name, _(NAMES[name]), field)
            field.activated.connect(lambda _row: self._changed())
            edit = field.lineEdit()
            if edit is not None:
                edit.editingFinished.connect(self._changed)
        self._add(rows, "fields", _("Fields shown"), self.shown)
        self.shown.activated.connect(lambda _row: self._changed())
        column = QVBoxLayout()
        column.addWidget(self.reset)
        rows.addRow(column)
        self.setWidget(content)
        self._interpretation, self._bob = AS_DECLARED, False
        self.show_words({})
        self.setEnabled(False)

    def show_interpretation(self, interpretation: Interpretation, *, bob: bool) -> None:
        """Show what is chosen, without asking for it."""
        self._interpretation, self._bob = interpretation, bob
        for name, field in self.fields.items():
            value = getattr(interpretation, name)
            row = field.findData(value)
            if row < 0:
                field.addItem(str(value), value)
                row = field.count() - 1
            field.setCurrentIndex(row)
            _mark(field, on=value is not None)
        self.shown.setCurrentIndex(self.shown.findData(BOB if bob else interpretation.fields))
        _mark(self.shown, on=bob or interpretation.fields != AS_DECLARED.fields)
        self.reset.setEnabled(bool(interpretation.overrides()) or bob)

    def show_words(self, words: Mapping[str, Word], fields_said: str = "") -> None:
        """Say what the file declares and what is used; ``fields_said`` whether the pictures are interlaced."""
        for name in self.fields:
            label, word = self._words[name], words.get(name, Word())
            if word.declared is not None and word.used in (None, word.declared):
                text = _("declared: {declared}").format(declared=word.declared)
            elif word.declared is not None:
                text = _("declared: {declared}, used: {used}").format(declared=word.declared, used=word.used)
            elif word.used is not None:
                text = _("not declared, used: {used}").format(used=word.used)
            else:
                text = _("not declared")
            label.setText(text)
            label.setToolTip(text)
        self._words["fields"].setText(fields_said)
        self._words["fields"].setVisible(bool(fields_said))

    def _add(self, rows: QFormLayout, name: str, title: str, field: QComboBox) -> None:
        label = QLabel(title)
        label.setBuddy(field)
        field.setAccessibleName(title)
        rows.addRow(label, field)
        said = QLabel()
        said.setProperty("role", "quiet")
        said.setWordWrap(True)
        said.setContentsMargins(0, 0, 0, 6)
        rows.addRow(said)
        self._words[name] = said

    def _changed(self) -> None:
        try:
            chosen = self._read()
        except InputError as error:
            self.show_interpretation(self._interpretation, bob=self._bob)
            self.refused.emit(error)
            return
        self._offer(chosen, bob=self.shown.currentData() == BOB)

    def _read(self) -> Interpretation:
        values = {name: field.currentData() for name, field in self.fields.items()}
        aspect = self.fields["sample_aspect"]
        typed = aspect.currentText().strip()
        if typed != aspect.itemText(aspect.currentIndex()):
            values["sample_aspect"] = typed or None
        shown = self.shown.currentData()
        return Interpretation(**values, fields=AS_DECLARED.fields if shown == BOB else shown)

    def _offer(self, interpretation: Interpretation, *, bob: bool) -> None:
        if (interpretation, bob) != (self._interpretation, self._bob):
            self.show_interpretation(interpretation, bob=bob)
            self.chosen.emit(interpretation, bob)


def _choice(values: Sequence[tuple[str | int, str]], *, typed: bool = False) -> QComboBox:
    combo = _narrow(QComboBox())
    combo.addItem(_("as declared"), None)
    for value, text in values:
        combo.addItem(text, value)
    combo.setEditable(typed)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    return combo


def _narrow(combo: QComboBox) -> QComboBox:
    """As wide as there is room, not as its longest line; the wheel scrolls the panel, not the choice."""
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(6)
    combo.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return combo


def _mark(field: QComboBox, *, on: bool) -> None:
    """Overridden choices are seen at a glance."""
    font = field.font()
    font.setBold(on)
    field.setFont(font)
    edit = field.lineEdit()
    if edit is not None:
        edit.setFont(font)


assert set(NAMES) | {"fields"} == {each.name for each in fields(Interpretation)}
