"""The spread tells how far pictures differ, the same everywhere, and none of them goes without it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facet.core.canonical import canonical_json
from facet.core.run import Companion
from facet.core.spread import CEILING, COLOURS, Deviation, complete, drawn, spread


def samples(*shades: int, role: str = "sample") -> list[Companion]:
    return [
        Companion(role=role, number=number, picture=np.full((3, 5, 3), shade, np.uint8))
        for number, shade in enumerate(shades, 1)
    ]


@settings(max_examples=8, deadline=None)
@given(st.integers(2, 9), st.integers(0, 2**32 - 1))
def test_it_is_the_standard_deviation_of_all_three_channels(count: int, seed: int) -> None:
    pictures = np.random.default_rng(seed).integers(0, 256, (count, 4, 6, 3), dtype=np.uint8)
    deviation = Deviation()
    for picture in pictures:
        deviation.add(picture)
    wanted = np.sqrt(pictures.astype(float).var(axis=0, ddof=1).mean(axis=2))
    assert np.allclose(deviation.levels(), wanted)


def test_pictures_that_agree_are_black_and_the_scale_ends_at_its_ceiling() -> None:
    alike = spread(samples(90, 90, 90))
    assert not alike.picture.any()
    assert (alike.facts["mean"], alike.facts["maximum"]) == ("0.00", "0.00")
    far = spread(samples(0, 255))
    assert (far.picture == COLOURS[255]).all()
    assert far.facts["share_at_ceiling"] == "1.0000"
    half = drawn(np.array([[CEILING / 2]]))
    assert (half[0, 0] == COLOURS[128]).all()


def test_what_it_says_of_itself_can_be_recorded() -> None:
    facts = spread(samples(10, 20, role="candidate")).facts
    canonical_json(facts)
    assert (facts["schema"], facts["of"], facts["count"], facts["ceiling"]) == ("facet.spread/1", "candidate", 2, 32)


def test_its_colours_grow_lighter_so_that_it_reads_in_grey_and_can_be_read_back() -> None:
    grey = COLOURS.astype(float) @ (0.299, 0.587, 0.114)
    assert (np.diff(grey) > 0).all()
    assert not COLOURS[0].any()
    assert len({tuple(colour) for colour in COLOURS.tolist()}) == 256


@pytest.mark.parametrize("shown", [[], samples(1), [*samples(1), *samples(2, role="candidate")]])
def test_one_picture_has_no_spread(shown: list[Companion]) -> None:
    with pytest.raises(ValueError, match="spread"):
        spread(shown)


def test_pictures_of_different_sizes_have_none_either() -> None:
    other = Companion(role="sample", number=2, picture=np.zeros((4, 5, 3), np.uint8))
    with pytest.raises(ValueError, match="size"):
        spread([*samples(1), other])


S, A, B, C = ("spread", 1), ("sample", 1), ("sample", 2), ("candidate", 1)


@pytest.mark.parametrize("told", [[S, A, B], [S, C, ("candidate", 2)], [S, A, B, ("sample", 3)]])
def test_companions_that_may_stand_beside_an_output(told: list[tuple[str, int]]) -> None:
    assert complete("sr3", told)
    assert complete("pulse/mobilestylegan", told)
    assert complete("rrdbnet", told)


@pytest.mark.parametrize(
    "told", [[A, B], [S], [S, A], [A, S, B], [S, B, A], [S, A, ("sample", 3)], [S, S, A, B], [S, ("spread", 2), A, B],
             [S, A, B, C], [S, A, B, ("mask", 1)]],
)  # fmt: skip
def test_companions_that_may_not(told: list[tuple[str, int]]) -> None:
    assert not complete("sr3", told)
    assert not complete("rrdbnet", told)


def test_only_what_makes_one_picture_needs_none() -> None:
    assert complete("rrdbnet", [])
    assert not complete("sr3", [])
    assert not complete("pulse/mobilestylegan", [])
