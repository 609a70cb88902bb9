"""The backends by family: what each is, whether it may run here, and which are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from facet.core.descriptor import Descriptor, Family, Parameter
from facet.core.i18n import _
from facet.gui.as_typed import as_typed, tip
from facet.gui.families import FamilyTag, meaning
from facet.gui.panels.elided import ElidedCheckBox
from facet.gui.theme import icon
from facet.workbench import BackendState

RESEARCH_ONLY = ("tile", "tile_overlap", "overlap")
"""Parameters that change how, not what: left to the card unless someone uses the command line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A backend that was ticked, and its parameters as text."""

    descriptor: Descriptor
    parameters: dict[str, str]


class BackendRow(QFrame):
    """One backend: a tick, its scale, the card, and what stands in its way."""

    changed = Signal()
    card_asked = Signal(object)
    install_asked = Signal(str)

    def __init__(self, state: BackendState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        card = state.descriptor
        self.tick = ElidedCheckBox(_(card.title))
        self.tick.setToolTip(tip(f"{_(card.title)} ({card.id})\n{meaning(card.family)}\n{_(card.method)}"))
        self.tick.setAccessibleDescription(meaning(card.family))
        self.tick.toggled.connect(lambda _on: self.changed.emit())
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.tick, 1)
        self._fields: dict[str, QComboBox | QLineEdit] = {}
        wanted = [each for each in card.parameters if each.name not in RESEARCH_ONLY and len(each.choices) != 1]
        for parameter in wanted:
            if parameter.name == "scale":
                row.addWidget(self._field(parameter))
        about = QToolButton()
        about.setIcon(icon("card"))
        about.setIconSize(QSize(18, 18))
        about.setToolTip(_("About this method"))
        about.setAccessibleName(_("About {title}").format(title=_(card.title)))
        about.clicked.connect(lambda: self.card_asked.emit(card))
        lines = QVBoxLayout(self)
        lines.setContentsMargins(2, 0, 2, 0)
        lines.setSpacing(0)
        lines.addLayout(row)
        if not state.installed:
            self.install = QPushButton(icon("install"), _("Install weights"))
            self.install.setAccessibleName(_("Install the weights of {title}").format(title=_(card.title)))
            self.install.clicked.connect(lambda: self.install_asked.emit(card.id))
            row.addWidget(self.install)
        row.addWidget(about)
        lines.addWidget(self._more([parameter for parameter in wanted if parameter.name != "scale"]))
        self.tick.setEnabled(state.installed and state.allowed)
        if not state.allowed:
            why = QLabel(state.why_not)
            as_typed(why)
            why.setWordWrap(True)
            why.setProperty("role", "quiet")
            why.setContentsMargins(22, 0, 0, 4)
            lines.addWidget(why)

    @property
    def choice(self) -> Choice | None:
        """What was chosen here, or None while it is not ticked."""
        if not (self.tick.isChecked() and self.tick.isEnabled()):
            return None
        values = {
            name: field.currentText() if isinstance(field, QComboBox) else field.text()
            for name, field in self._fields.items()
        }
        return Choice(descriptor=self.state.descriptor, parameters=values)

    def restore(self, choice: Choice) -> None:
        """Tick it again with the same parameters."""
        self.tick.setChecked(True)
        for name, value in choice.parameters.items():
            field = self._fields.get(name)
            if isinstance(field, QComboBox):
                field.setCurrentText(value)
            elif field is not None:
                field.setText(value)

    def _more(self, parameters: Sequence[Parameter]) -> QWidget:
        """What else can be chosen, two in a line, by the names that receipts and the command line have for it; shown
        while the backend is ticked."""
        more = QWidget()
        grid = QGridLayout(more)
        grid.setContentsMargins(22, 0, 0, 4)
        grid.setSpacing(4)
        for place, parameter in enumerate(parameters):
            name = QLabel(parameter.name)
            name.setProperty("role", "quiet")
            line, column = divmod(place, 2)
            grid.addWidget(name, line, 2 * column)
            grid.addWidget(self._field(parameter), line, 2 * column + 1)
        more.setVisible(False)
        if parameters:
            self.tick.toggled.connect(more.setVisible)
        return more

    def _field(self, parameter: Parameter) -> QWidget:
        title = _(self.state.descriptor.title)
        field: QComboBox | QLineEdit
        if parameter.choices:
            field = QComboBox()
            field.addItems(parameter.choices)
            field.setCurrentText(parameter.default)
        else:
            field = QLineEdit(parameter.default)
            field.setMaximumWidth(70)
        field.setAccessibleName(_("{parameter} of {title}").format(parameter=parameter.name, title=title))
        field.setToolTip(f"{parameter.name}: {_(parameter.explanation)}")
        self._fields[parameter.name] = field
        if parameter.name != "scale":
            return field
        pair = QWidget()
        line = QHBoxLayout(pair)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(2)
        line.addWidget(QLabel("×"))
        line.addWidget(field)
        return pair


class BackendsPanel(QScrollArea):
    """Every backend there is, grouped by family, in the families' order of caution."""

    changed = Signal()
    card_asked = Signal(object)
    install_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(_("Backends"))
        self.rows: list[BackendRow] = []
        self.set_states(())

    @property
    def choices(self) -> list[Choice]:
        """The ticked backends, in the order shown."""
        return [choice for row in self.rows if (choice := row.choice) is not None]

    def tick(self, backend: str, parameters: Mapping[str, str] | None = None) -> None:
        """Tick a backend by its id."""
        row = next(row for row in self.rows if row.state.descriptor.id == backend)
        row.restore(Choice(descriptor=row.state.descriptor, parameters=dict(parameters or {})))

    def set_states(self, states: Sequence[BackendState]) -> None:
        """Show these backends; ticks and parameters stay where they were."""
        kept = {choice.descriptor.id: choice for choice in self.choices}
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(4, 4, 8, 4)
        column.setSpacing(3)
        self.rows = []
        for family in Family:
            members = [state for state in states if state.descriptor.family is family]
            if members:
                column.addSpacing(4)
                column.addWidget(FamilyTag(family))
            for state in members:
                row = BackendRow(state)
                row.changed.connect(self.changed)
                row.card_asked.connect(self.card_asked)
                row.install_asked.connect(self.install_asked)
                if state.descriptor.id in kept:
                    row.restore(kept[state.descriptor.id])
                self.rows.append(row)
                column.addWidget(row)
        column.addStretch(1)
        self.setWidget(content)
        self.changed.emit()
