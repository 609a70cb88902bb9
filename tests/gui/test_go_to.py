from __future__ import annotations

from fractions import Fraction

import pytest
from pytestqt.qtbot import QtBot

from facet.core.errors import InputError
from facet.gui.dialogs.go_to import GoToDialog, read_place


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("412", 412),
        (" 0 ", 0),
        ("16.48s", Fraction("16.48")),
        ("16.48 s", Fraction("16.48")),
        ("3s", Fraction(3)),
        ("0:16.48", Fraction("16.48")),
        ("1:02:03.5", Fraction("3723.5")),
        ("1/30", Fraction(1, 30)),
    ],
)
def test_frames_and_times_are_told_apart(text: str, place: int | Fraction) -> None:
    found = read_place(text)
    assert found == place
    assert type(found) is type(place)


@pytest.mark.parametrize("text", ["soon", "1:x", "-3s", "1/0", "::"])
def test_what_is_neither_is_refused_in_words(text: str) -> None:
    with pytest.raises(InputError):
        read_place(text)


def test_the_button_waits_for_a_frame_that_is_there(qtbot: QtBot) -> None:
    dialog = GoToDialog(99, "0:00:03.960000")
    qtbot.addWidget(dialog)
    assert not dialog.ok.isEnabled()
    for text, possible in (("12", True), ("100", False), ("1.5s", True), ("soon", False), ("", False)):
        dialog.field.setText(text)
        assert dialog.ok.isEnabled() is possible
        assert bool(dialog.trouble.text()) is (not possible and bool(text))
