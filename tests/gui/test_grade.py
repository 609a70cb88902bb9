from __future__ import annotations

import pytest

from facet.core.interpretation import Interpretation
from facet.gui.view.grade import REST, Errand, Grade, Grader, Wish

PREVIEW, VIEW, FRAME = Grade.PREVIEW, Grade.VIEW, Grade.FRAME


def errand(index: int, grade: Grade) -> Errand:
    return Errand(wish=Wish(index=index), grade=grade)


def test_the_right_picture_comes_first_and_the_evidence_at_rest() -> None:
    grader = Grader()
    grader.ask(Wish(index=7), 10.0)
    assert grader.errand(10.0) == errand(7, VIEW)
    assert grader.got(errand(7, VIEW), VIEW)
    assert grader.errand(10.01) is None
    assert grader.due_in(10.01) == pytest.approx(REST - 0.01)
    assert grader.errand(10.0 + REST) == errand(7, FRAME)
    assert not grader.satisfied
    assert grader.got(errand(7, FRAME), FRAME)
    assert grader.satisfied
    assert grader.errand(99.0) is None
    assert grader.due_in(99.0) is None


def test_while_the_playhead_is_held_only_previews_are_fetched() -> None:
    grader = Grader()
    grader.hold(held=True)
    grader.ask(Wish(index=300), 1.0)
    assert grader.errand(1.0) == errand(300, PREVIEW)
    assert grader.got(errand(300, PREVIEW), PREVIEW)
    assert grader.errand(9.0) is None
    assert grader.due_in(9.0) is None
    grader.hold(held=False)
    assert grader.errand(9.0) == errand(300, VIEW)


def test_a_preview_that_is_the_very_picture_needs_no_view_afterwards() -> None:
    grader = Grader()
    grader.hold(held=True)
    grader.ask(Wish(index=300), 1.0)
    assert grader.got(errand(300, PREVIEW), VIEW)
    grader.hold(held=False)
    assert grader.errand(1.01 + REST) == errand(300, FRAME)


def test_jumps_in_quick_succession_are_previewed_until_they_end() -> None:
    grader = Grader()
    grader.ask(Wish(index=0), 0.0)
    assert grader.errand(0.0) == errand(0, VIEW)
    for number in range(1, 5):
        grader.ask(Wish(index=10 * number), 0.03 * number)
        assert grader.errand(0.03 * number) == errand(10 * number, PREVIEW)
    assert grader.errand(0.12 + REST) == errand(40, VIEW)


def test_steps_to_the_neighbour_are_never_previewed() -> None:
    grader = Grader()
    for number in range(5):
        grader.ask(Wish(index=number), 0.03 * number)
        assert grader.errand(0.03 * number) == errand(number, VIEW)


def test_a_preview_of_an_earlier_wish_is_shown_only_while_the_hand_moves() -> None:
    grader = Grader()
    grader.hold(held=True)
    grader.ask(Wish(index=10), 0.0)
    grader.ask(Wish(index=20), 0.0)
    assert grader.got(errand(10, PREVIEW), PREVIEW)
    grader.hold(held=False)
    assert not grader.got(errand(10, PREVIEW), PREVIEW)


def test_nothing_worse_replaces_what_is_seen() -> None:
    grader = Grader()
    grader.ask(Wish(index=3), 0.0)
    assert grader.got(errand(3, FRAME), FRAME)
    assert not grader.got(errand(3, VIEW), VIEW)


def test_what_cannot_be_had_is_not_asked_for_until_it_is_wished_for_again() -> None:
    grader = Grader()
    grader.ask(Wish(index=3), 0.0)
    grader.failed(errand(3, VIEW))
    assert grader.satisfied
    assert grader.errand(5.0) is None
    grader.ask(Wish(index=3), 6.0)
    assert grader.errand(6.0) == errand(3, VIEW)


def test_a_failure_of_something_older_does_not_matter() -> None:
    grader = Grader()
    grader.ask(Wish(index=3), 0.0)
    grader.failed(errand(2, VIEW))
    assert not grader.satisfied


def test_the_same_picture_understood_otherwise_is_another_wish() -> None:
    grader = Grader()
    grader.ask(Wish(index=3), 0.0)
    grader.got(errand(3, FRAME), FRAME)
    grader.ask(Wish(index=3, interpretation=Interpretation(fields="top")), 5.0)
    assert grader.errand(5.0) == Errand(wish=Wish(index=3, interpretation=Interpretation(fields="top")), grade=VIEW)


@pytest.mark.parametrize(
    ("under_way", "wanted", "gives_way"),
    [
        (errand(5, FRAME), 6, True),
        (errand(5, VIEW), 6, False),
        (errand(5, VIEW), 200, True),
        (errand(5, PREVIEW), 200, False),
        (errand(5, VIEW), 5, False),
    ],
)
def test_what_is_under_way_gives_way_where_waiting_for_it_helps_nobody(
    under_way: Errand, wanted: int, gives_way: bool
) -> None:
    grader = Grader()
    grader.ask(Wish(index=wanted), 0.0)
    assert grader.gives_way(under_way, 0.0) is gives_way
