from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from facet.core.geometry import MINIMUM_SIDE, Box
from facet.gui.view.gesture import CORNERS_AND_EDGES, Grip, central, drawn, fitted, moved, pulled

SIZES = st.tuples(st.integers(4, 500), st.integers(4, 500))
POINTS = st.tuples(st.floats(-900, 900), st.floats(-900, 900))
STEPS = st.integers(-900, 900)


@st.composite
def boxes(draw: st.DrawFn) -> tuple[Box, tuple[int, int]]:
    width, height = draw(SIZES)
    x, y = draw(st.integers(0, width - 4)), draw(st.integers(0, height - 4))
    return Box(x=x, y=y, w=draw(st.integers(4, width - x)), h=draw(st.integers(4, height - y))), (width, height)


@given(POINTS, POINTS, SIZES, st.booleans())
def test_a_drawn_box_lies_in_the_picture(start, end, size, square) -> None:
    box = drawn(start, end, size, square=square)
    if box is not None:
        assert box.within(*size) == box


@given(boxes(), st.sampled_from([*CORNERS_AND_EDGES, Grip.WHOLE]), STEPS, STEPS)
def test_a_pulled_box_lies_in_the_picture_and_keeps_the_sides_nobody_holds(given_box, grip, dx, dy) -> None:
    box, size = given_box
    after = pulled(box, grip, dx, dy, size)
    assert after.within(*size) == after
    if grip == Grip.WHOLE:
        assert (after.w, after.h) == (box.w, box.h)
        return
    for side, before, now in (
        (Grip.LEFT, box.x, after.x),
        (Grip.TOP, box.y, after.y),
        (Grip.RIGHT, box.x + box.w, after.x + after.w),
        (Grip.BOTTOM, box.y + box.h, after.y + after.h),
    ):
        assert side in grip or before == now


@given(st.tuples(STEPS, STEPS, st.integers(0, 900), st.integers(0, 900)), SIZES)
def test_any_numbers_are_fitted_into_the_picture(numbers, size) -> None:
    x, y, w, h = numbers
    box = fitted(Box(x=x, y=y, w=w, h=h), size)
    assert box is not None
    assert box.within(*size) == box


def test_a_box_drawn_backwards_is_the_same_box() -> None:
    assert drawn((30.4, 40.2), (10, 20), (100, 100)) == drawn((10, 20), (30.4, 40.2), (100, 100))
    assert drawn((30.4, 40.2), (10, 20), (100, 100)) == Box(x=10, y=20, w=20, h=20)


def test_a_square_is_square_wherever_it_is_drawn_to() -> None:
    for end in ((40, 90), (90, 40), (2, 40), (40, 2)):
        box = drawn((30, 30), end, (100, 100), square=True)
        assert box is not None
        assert box.w == box.h


def test_a_twitch_makes_no_box() -> None:
    assert drawn((10, 10), (12, 40), (100, 100)) is None


def test_moving_stops_at_the_border() -> None:
    assert moved(Box(x=5, y=5, w=10, h=10), -50, 500, (100, 60)) == Box(x=0, y=50, w=10, h=10)


def test_too_small_a_picture_takes_no_box() -> None:
    assert central((MINIMUM_SIDE - 1, 50)) is None
    assert central((160, 120)) == Box(x=65, y=45, w=30, h=30)
