from __future__ import annotations

from fractions import Fraction

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from facet.gui.view.timeline import MARGIN, Timeline
from facet.gui.view.transport import Transport, clock_text


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    made = Timeline()
    qtbot.addWidget(made)
    made.resize(1000 + 2 * MARGIN, 40)
    made.set_count(101)
    made.show()
    return made


class Uneven:
    """Five frames at uneven times."""

    count = 5
    times = (Fraction(0), Fraction(1, 100), Fraction(1, 50), Fraction(1, 20), Fraction(1, 10))

    def seconds(self, index: int) -> Fraction:
        return self.times[index]

    def index_at(self, seconds: Fraction) -> int:
        return max(i for i, time in enumerate(self.times) if time <= seconds)


def test_a_click_asks_for_the_frame_at_that_place(timeline: Timeline, qtbot: QtBot) -> None:
    asked: list[int] = []
    timeline.index_asked.connect(asked.append)
    for x, index in ((MARGIN + 500, 50), (MARGIN + 1000, 100), (0, 0), (MARGIN + 250, 25)):
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(x, 20))
        assert timeline.index == index
    assert asked == [50, 100, 0, 25]


@pytest.mark.parametrize(
    ("key", "index"),
    [
        (Qt.Key.Key_Left, 49),
        (Qt.Key.Key_Right, 51),
        (Qt.Key.Key_PageUp, 40),
        (Qt.Key.Key_PageDown, 60),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 100),
    ],
)
def test_keys_go_through_the_footage(timeline: Timeline, qtbot: QtBot, key: Qt.Key, index: int) -> None:
    timeline.set_index(50)
    with qtbot.waitSignal(timeline.index_asked) as asked:
        qtbot.keyClick(timeline, key)
    assert asked.args == [index]


def test_it_ends_where_the_footage_ends(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.set_index(100)
    with qtbot.assertNotEmitted(timeline.index_asked):
        qtbot.keyClick(timeline, Qt.Key.Key_Right)


def test_marks_and_recorded_frames_can_be_jumped_between(timeline: Timeline) -> None:
    timeline.set_index(10)
    timeline.toggle_mark()
    timeline.set_recorded([30])
    timeline.set_index(50)
    assert timeline.next_mark(forward=False) == 30
    assert timeline.next_mark(forward=True) is None
    timeline.set_index(20)
    assert timeline.next_mark(forward=False) == 10
    timeline.set_index(10)
    timeline.toggle_mark()
    assert timeline.marks == frozenset()
    assert timeline.grab().size() == timeline.size()


def test_where_we_are_is_told_exactly(qtbot: QtBot) -> None:
    transport = Transport()
    qtbot.addWidget(transport)
    transport.begin(Uneven(), 5)
    transport.show_position(3, 4500, Fraction(1, 90000), Fraction(1, 20))
    assert "Frame 3 of 4" in transport.where.text()
    assert "PTS 4500 × 1/90000 s" in transport.where.text()
    assert "0:00:00.050000" in transport.where.text()
    transport.show_position(3, None, Fraction(1, 25), Fraction(1, 3))
    assert "none" in transport.where.text()
    assert "0:00:00.333333" in transport.where.text()


def test_a_clock_counts_hours() -> None:
    assert clock_text(Fraction(3 * 3600 + 4 * 60 + 5)) == "3:04:05.000000"
