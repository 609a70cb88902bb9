from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facet.core.geometry import MINIMUM_SIDE, Box
from facet.gui.view.field_walk import FieldWalk, box_between


@pytest.mark.parametrize(
    ("order", "fields"), [("tt", ["top", "bottom"]), ("bb", ["bottom", "top"]), (None, ["top", "bottom"])]
)
def test_both_fields_of_every_picture_are_gone_through_in_the_order_of_time(
    order: str | None, fields: list[str]
) -> None:
    walk, index, seen = FieldWalk(order), 12, []
    for _step in range(4):
        seen.append((index, walk.field))
        index = walk.step(index, 1, 50)
    assert seen == [(12, fields[0]), (12, fields[1]), (13, fields[0]), (13, fields[1])]
    assert (walk.step(index, -1, 50), walk.field) == (13, fields[1])


def test_the_walk_ends_where_the_footage_ends() -> None:
    walk = FieldWalk("tt")
    assert (walk.step(0, -1, 3), walk.field) == (0, "top")
    assert (walk.step(2, 7, 3), walk.field) == (2, "bottom")


def test_a_box_of_the_whole_picture_is_half_as_high_in_a_field_and_comes_back() -> None:
    box = Box(x=200, y=300, w=100, h=120)
    field = box_between(box, "weave", "top", 288)
    assert field == Box(x=200, y=150, w=100, h=60)
    assert box_between(field, "top", "bottom", 288) == field
    assert box_between(field, "bottom", "weave", 576) == box


def test_a_box_with_too_few_rows_for_a_field_is_given_up() -> None:
    assert box_between(Box(x=0, y=10, w=40, h=4), "weave", "top", 288) is None


@given(st.integers(0, 571), st.integers(MINIMUM_SIDE, 576), st.sampled_from(["top", "bottom"]), st.integers(8, 577))
def test_a_box_never_leaves_the_picture_whatever_its_rows(top: int, height: int, field: str, rows: int) -> None:
    top = min(top, rows - MINIMUM_SIDE)
    box = Box(x=0, y=top, w=8, h=min(max(height, MINIMUM_SIDE), rows - top))
    halved = box_between(box, "weave", field, (rows + 1) // 2)
    if halved is not None:
        assert halved.within(8, (rows + 1) // 2)
        back = box_between(halved, field, "weave", rows)
        assert back is not None
        assert back.within(8, rows)
        assert back.y <= box.y
        assert back.y + back.h >= min(box.y + box.h, rows)
