"""One backend in the list: its name stays to be read, whatever can be chosen."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from facet.gui.panels.backends_panel import BackendRow
from facet.weights import cards
from facet.workbench import BackendState

WIDTH = 320
"""Pixels that the list has in a window of 1366 pixels."""


def row_of(qtbot: QtBot, backend: str) -> BackendRow:
    card = cards()[backend].descriptor
    row = BackendRow(BackendState(descriptor=card, installed=True, allowed=True, why_not=""))
    qtbot.addWidget(row)
    row.resize(WIDTH, 40)
    row.show()
    return row


def test_a_diffusion_keeps_its_name_and_shows_its_choices_once_ticked(qtbot: QtBot) -> None:
    row = row_of(qtbot, "sr3-x4")
    assert row.tick.width() > WIDTH * 0.7
    assert not any(field.isVisible() for field in row._fields.values())
    row.tick.setChecked(True)
    row.resize(WIDTH, row.sizeHint().height())
    assert all(field.isVisible() for field in row._fields.values())
    assert set(row._fields) == {"samples", "steps", "sampler", "projection"}
    assert row.tick.width() > WIDTH * 0.7
    assert row.minimumSizeHint().width() <= WIDTH
    row.tick.setChecked(False)
    assert not any(field.isVisible() for field in row._fields.values())


def test_what_was_chosen_is_kept_and_put_back(qtbot: QtBot) -> None:
    row = row_of(qtbot, "pulse")
    row.tick.setChecked(True)
    row._fields["steps"].setCurrentText("100")
    chosen = row.choice
    assert chosen is not None
    assert chosen.parameters["steps"] == "100"
    other = row_of(qtbot, "pulse")
    other.restore(chosen)
    assert other.choice == chosen
