from __future__ import annotations

from fractions import Fraction

import pytest
from pytestqt.qtbot import QtBot

from facet.gui.view.shuttle import Shuttle, fields_of, speed_text, track_of


class Uneven:
    """Five frames at uneven times."""

    count = 5
    times = (Fraction(0), Fraction(1, 100), Fraction(1, 50), Fraction(1, 20), Fraction(1, 10))

    def seconds(self, index: int) -> Fraction:
        return self.times[index]


@pytest.fixture
def shuttle(qtbot: QtBot) -> Shuttle:
    """One whose pictures are there as soon as they are asked for."""
    made = Shuttle()
    made.view_wanted.connect(lambda index: made.arrived(index, index))
    made.use(Uneven())
    return made


def test_playing_follows_the_frames_own_times_and_halts_at_the_end(shuttle: Shuttle, qtbot: QtBot) -> None:
    due: list[int] = []
    shuttle.picture_due.connect(due.append)
    with qtbot.waitSignal(shuttle.halted) as halted:
        shuttle.forward()
    assert due == sorted(set(due))
    assert due[-1] == 4
    assert halted.args == [4]
    assert shuttle.speed == 0


def test_backwards_it_halts_at_the_first_frame(shuttle: Shuttle, qtbot: QtBot) -> None:
    shuttle.at(4)
    with qtbot.waitSignal(shuttle.halted) as halted:
        shuttle.backward()
    assert halted.args == [0]


def test_the_same_key_again_takes_the_next_speed_and_the_other_turns_round(shuttle: Shuttle) -> None:
    shuttle.view_wanted.disconnect()
    shuttle.at(2)
    speeds = []
    for press in (
        *[shuttle.forward] * 6, shuttle.backward, shuttle.backward, lambda: shuttle.slowly(forward=False),
        shuttle.backward, lambda: shuttle.slowly(forward=True), shuttle.forward, shuttle.halt,
    ):  # fmt: skip
        press()
        speeds.append(shuttle.speed)
    assert speeds == [1, 2, 4, 8, 16, 16, -1, -2, -0.5, -1, 0.5, 1, 0]
    assert [speed_text(speed) for speed in (0.5, -0.5, 1, -16)] == ["½", "½", "1", "16"]


def test_a_jump_by_hand_halts_without_asking_for_what_was_seen_before(shuttle: Shuttle, qtbot: QtBot) -> None:
    shuttle.view_wanted.disconnect()
    shuttle.forward()
    with qtbot.assertNotEmitted(shuttle.halted):
        shuttle.at(3)
    assert (shuttle.speed, shuttle.index) == (0, 3)


def test_halting_stays_at_the_picture_that_is_seen_whatever_was_asked_ahead(shuttle: Shuttle, qtbot: QtBot) -> None:
    due: list[int] = []
    shuttle.picture_due.connect(due.append)
    shuttle.picture_due.connect(lambda _picture: shuttle.halt())
    with qtbot.waitSignal(shuttle.halted) as halted:
        shuttle.forward()
    assert halted.args == due
    shuttle.arrived(3, 3)
    assert shuttle.index == due[-1]
    assert len(due) == 1


def test_between_marks_it_plays_until_it_is_halted(shuttle: Shuttle, qtbot: QtBot) -> None:
    due: list[int] = []
    shuttle.picture_due.connect(due.append)
    shuttle.set_range((1, 3))
    shuttle.forward()
    qtbot.waitUntil(lambda: len(due) > 7)
    assert {1, 3} <= set(due) <= {1, 2, 3}
    shuttle.set_range(None)
    qtbot.waitUntil(lambda: shuttle.speed == 0)
    assert due[-1] == 4


def test_what_is_shown_and_what_is_not_is_counted(shuttle: Shuttle, qtbot: QtBot) -> None:
    counts: list[tuple[int, int]] = []
    shuttle.counted.connect(lambda shown, dropped: counts.append((shown, dropped)))
    with qtbot.waitSignal(shuttle.halted):
        shuttle.forward()
    shown, dropped = counts[-1]
    assert shown + dropped == 4


def test_without_footage_or_with_a_still_picture_nothing_plays(qtbot: QtBot) -> None:
    class Still(Uneven):
        count = 1

    shuttle = Shuttle()
    shuttle.forward()
    assert shuttle.speed == 0
    shuttle.use(Still())
    shuttle.forward()
    assert shuttle.speed == 0


def test_fields_are_played_one_by_one_each_at_its_time(shuttle: Shuttle, qtbot: QtBot) -> None:
    due: list[int] = []
    shuttle.picture_due.connect(due.append)
    shuttle.set_fields(apart=True)
    shuttle.at(2, 1)
    with qtbot.waitSignal(shuttle.halted) as halted:
        shuttle.slowly(forward=True)
    assert due == sorted(set(due))
    assert due[0] > 5
    assert due[-1] == 9
    assert (halted.args, shuttle.index, shuttle.field) == ([4], 4, 1)
    shuttle.set_fields(apart=False)
    assert (shuttle.index, shuttle.field) == (4, 0)


def test_the_second_field_lies_half_way_to_the_next_picture() -> None:
    fields = fields_of(track_of(Uneven()))
    assert fields.times == pytest.approx([0, 0.005, 0.01, 0.015, 0.02, 0.035, 0.05, 0.075, 0.1, 0.125])
    assert list(fields.keys) == [True] + [False] * 9
