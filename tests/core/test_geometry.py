"""Boxes lie in source pixels and never leave the picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facet.core.errors import InputError
from facet.core.geometry import MINIMUM_SIDE, Box

BOXES = st.builds(Box, x=st.integers(0, 40), y=st.integers(0, 40), w=st.integers(4, 24), h=st.integers(4, 24))


@given(BOXES)
def test_a_box_reads_back_as_it_is_written(box: Box):
    assert Box.parse(str(box)) == box
    assert Box(**box.to_json()) == box  # type: ignore[arg-type]


def test_spaces_around_the_numbers_do_no_harm():
    assert Box.parse(" 1, 2 ,30,40 ") == Box(x=1, y=2, w=30, h=40)


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1.5,2,3,4", "1;2;3;4", "0x1,2,3,4", "١,٢,٣,x"])
def test_what_is_no_box_is_told_in_one_line(text: str):
    with pytest.raises(InputError, match="is not a box") as told:
        Box.parse(text)
    assert told.value.exit_code == 2


@given(BOXES, st.sampled_from([np.uint8, np.uint16, np.float32]))
def test_a_cut_is_the_pixels_inside_and_a_copy(box: Box, kind: type):
    picture = np.arange(64 * 64 * 3).reshape(64, 64, 3).astype(kind)
    cut = box.cut(picture)
    assert cut.shape == (box.h, box.w, 3)
    assert cut.dtype == kind
    assert cut.flags.c_contiguous
    assert np.array_equal(cut[0, 0], picture[box.y, box.x])
    assert np.array_equal(cut[-1, -1], picture[box.y + box.h - 1, box.x + box.w - 1])
    cut[:] = 0
    assert picture[box.y, box.x].any() or (box.x, box.y) == (0, 0)


@pytest.mark.parametrize(
    "box",
    [
        Box(x=-1, y=0, w=10, h=10), Box(x=0, y=-1, w=10, h=10), Box(x=55, y=0, w=10, h=10), Box(x=0, y=39, w=10, h=10),
        Box(x=0, y=0, w=65, h=10), Box(x=0, y=0, w=10, h=49),
    ],
)  # fmt: skip
def test_a_box_that_leaves_the_picture_is_refused(box: Box):
    with pytest.raises(InputError, match="leaves the picture"):
        box.within(64, 48)
    with pytest.raises(InputError):
        box.cut(np.zeros((48, 64, 3), np.uint8))


def test_boxes_up_to_the_very_edge_are_taken():
    for box in (Box(x=0, y=0, w=64, h=48), Box(x=60, y=44, w=4, h=4)):
        assert box.within(64, 48) is box


@pytest.mark.parametrize(("w", "h"), [(MINIMUM_SIDE - 1, 10), (10, MINIMUM_SIDE - 1), (0, 0), (-5, 10)])
def test_a_tiny_box_is_refused(w: int, h: int):
    with pytest.raises(InputError, match="too small"):
        Box(x=0, y=0, w=w, h=h).within(64, 48)


@given(BOXES, st.floats(1.0, 4.0))
def test_a_grown_box_holds_the_old_one_and_stays_inside(box: Box, factor: float):
    grown = box.grown(factor, 64, 64)
    assert 0 <= grown.x <= box.x
    assert 0 <= grown.y <= box.y
    assert box.x + box.w <= grown.x + grown.w <= 64
    assert box.y + box.h <= grown.y + grown.h <= 64
