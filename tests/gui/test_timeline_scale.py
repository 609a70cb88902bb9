from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facet.gui.view.timeline_scale import CELL, Scale


def test_the_whole_recording_fills_the_width() -> None:
    scale = Scale.whole(250, 1000)
    assert (scale.x(0), scale.x(250)) == (0, 1000)
    assert [scale.index_at(x) for x in (-5, 0, 3.9, 4, 999, 2000)] == [0, 0, 0, 1, 249, 249]


def test_what_is_under_the_pointer_stays_there_while_zooming() -> None:
    scale = Scale.whole(100_000, 1000)
    at = scale.place(400)
    for _turn in range(12):
        scale = scale.zoomed(1.5, 400)
        assert scale.place(400) == pytest.approx(at)


def test_at_the_deepest_level_every_frame_has_its_own_cell() -> None:
    scale = Scale.whole(1_000_000, 1000).zoomed(1e9, 500)
    assert scale.is_deepest
    assert scale.pixels == pytest.approx(CELL)
    first, after = scale.visible()
    assert [scale.index_at(scale.x(index) + 1) for index in range(first + 1, after)] == [*range(first + 1, after)]


def test_a_few_frames_are_never_shown_as_less_than_all() -> None:
    scale = Scale.whole(3, 1000).zoomed(100, 900)
    assert scale.is_whole
    assert scale.is_deepest


def test_a_page_is_turned_when_the_playhead_leaves() -> None:
    scale = Scale.whole(10_000, 1000).onto(2000, 100)
    assert scale.following(2050) is scale
    for index in (2100, 2500, 1999, 0, 9999):
        assert scale.following(index).shows(index)
        assert scale.following(index).span == scale.span


@given(
    count=st.integers(1, 10_000_000),
    width=st.integers(1, 4000),
    first=st.floats(-1e7, 2e7),
    span=st.floats(0.001, 1e8),
    by=st.floats(0.001, 1000),
    x=st.floats(-100, 5000),
)
def test_nothing_beyond_the_recording_is_ever_shown(
    count: int, width: int, first: float, span: float, by: float, x: float
) -> None:
    scale = Scale.whole(count, width).onto(first, span)
    for seen in (
        scale,
        scale.zoomed(by, x),
        scale.moved(first),
        scale.resized(width + 50, 100),
        scale.following(count // 2),
    ):
        assert seen.first >= 0
        assert seen.last <= count + 1e-6 * count
        begin, after = seen.visible()
        assert 0 <= begin < after <= count
        assert 0 <= seen.index_at(x) < count
