"""A remark on footage: a sentence with places, whoever wrote it."""

from __future__ import annotations

import pytest

from facet.footage import Remark


def test_a_remark_is_said_in_any_language_and_survives_a_record():
    remark = Remark(
        "The container declares {declared} pictures; {count} could be decoded.", {"declared": 9, "count": 7}
    )
    assert str(remark) == "The container declares 9 pictures; 7 could be decoded."
    assert remark.localised(lambda _: "{count}/{declared}") == "7/9"
    assert Remark.from_json(remark.to_json()) == remark


@pytest.mark.parametrize("template", ["{x:>9000000000}", "{x.__class__}", "{x[0]}", "{lacking}", "{", "{}"])
def test_what_is_no_plain_place_is_left_as_it_stands(template: str):
    assert str(Remark(template, {"x": "1"})) == template
