from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from facet.core.interpretation import AS_DECLARED, Interpretation
from facet.gui.altered import alterations
from facet.gui.panels.interpretation_panel import BOB, InterpretationPanel, Word


@pytest.fixture
def panel(qtbot: QtBot) -> InterpretationPanel:
    made = InterpretationPanel()
    qtbot.addWidget(made)
    made.resize(270, 420)
    made.setEnabled(True)
    made.show()
    return made


def choose(panel: InterpretationPanel, name: str, value: object) -> None:
    """As a hand does."""
    field = panel.shown if name == "fields" else panel.fields[name]
    field.setCurrentIndex(field.findData(value))
    field.activated.emit(field.currentIndex())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("matrix", "bt709"),
        ("colour_range", "pc"),
        ("chroma_location", "topleft"),
        ("sample_aspect", "16/11"),
        ("rotation", 0),
        ("field_order", "bb"),
        ("fields", "top"),
    ],
)
def test_each_choice_is_an_override_of_that_alone_and_can_be_taken_back(
    panel: InterpretationPanel, qtbot: QtBot, name: str, value: object
) -> None:
    with qtbot.waitSignal(panel.chosen) as chosen:
        choose(panel, name, value)
    interpretation, bob = chosen.args
    assert interpretation.overrides() == {name: value}
    assert not bob
    assert len(alterations(interpretation)) == 1
    with qtbot.waitSignal(panel.chosen) as chosen:
        panel.reset.click()
    assert chosen.args == [AS_DECLARED, False]


def test_bob_is_no_interpretation_but_a_walk(panel: InterpretationPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.chosen) as chosen:
        choose(panel, "fields", BOB)
    assert chosen.args == [AS_DECLARED, True]


def test_any_aspect_can_be_typed_and_nonsense_is_refused(panel: InterpretationPanel, qtbot: QtBot) -> None:
    field = panel.fields["sample_aspect"]
    field.lineEdit().setText("31:17")
    with qtbot.waitSignal(panel.chosen) as chosen:
        qtbot.keyClick(field.lineEdit(), Qt.Key.Key_Return)
    assert chosen.args[0].sample_aspect == "31/17"
    field.lineEdit().setText("wide")
    with qtbot.waitSignal(panel.refused), qtbot.assertNotEmitted(panel.chosen):
        qtbot.keyClick(field.lineEdit(), Qt.Key.Key_Return)
    assert field.currentText() == "31/17"


def test_what_is_chosen_elsewhere_is_shown_without_being_asked_for(panel: InterpretationPanel, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(panel.chosen):
        panel.show_interpretation(Interpretation(sample_aspect="77/3", rotation=90, fields="bottom"), bob=False)
    assert panel.fields["sample_aspect"].currentText() == "77/3"
    assert panel.fields["rotation"].currentData() == 90
    assert panel.shown.currentData() == "bottom"
    assert panel.reset.isEnabled()


def test_what_is_declared_and_what_is_used_are_told_apart(panel: InterpretationPanel) -> None:
    panel.show_words(
        {
            "matrix": Word(declared=None, used="smpte170m"),
            "colour_range": Word(declared="tv", used="pc"),
            "rotation": Word(declared="90°", used="90°"),
        }
    )
    said = {name: label.text() for name, label in panel._words.items()}
    assert said["matrix"] == "not declared, used: smpte170m"
    assert said["colour_range"] == "declared: tv, used: pc"
    assert said["rotation"] == "declared: 90°"
    assert said["sample_aspect"] == "not declared"


def test_nothing_is_cut_off_at_the_width_of_its_column(panel: InterpretationPanel) -> None:
    assert panel.widget().minimumSizeHint().width() <= 250
    panel.resize(256, 400)
    panel.show()
    for words in (panel.shown.itemText(row) for row in range(panel.shown.count())):
        assert panel.shown.fontMetrics().horizontalAdvance(words) + 30 <= panel.shown.width(), words
