from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facet.core.clock import decimal
from facet.core.errors import InputError
from facet.footage.index import NONE, PACKET, PICTURE, FrameIndex, parse_seconds


def index_of(times: list[int], *, base: Fraction = Fraction(1, 90_000), rate: Fraction = Fraction(25)) -> FrameIndex:
    pictures = np.zeros(len(times), PICTURE)
    pictures["pts"], pictures["packet"] = times, np.arange(len(times))
    return FrameIndex(
        packets=np.zeros(len(times), PACKET),
        pictures=pictures,
        digests=np.zeros((0, 32), np.uint8),
        time_base=base,
        rate=rate,
        method="decoded",
        reasons=(),
        single_thread=False,
    )


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=40, unique=True).map(sorted), st.fractions(0, 1))
def test_the_picture_at_a_time_is_the_last_one_not_later(times: list[int], share: Fraction) -> None:
    index = index_of(times)
    moment = share * index.end
    expected = max(n for n in range(index.count) if index.seconds(n) <= moment)
    assert index.at(moment) == expected


@given(st.integers(1, 500), st.fractions(Fraction(1, 10), 120), st.fractions(0, 1))
def test_without_times_the_rate_counts_them_out(count: int, rate: Fraction, share: Fraction) -> None:
    index = index_of([NONE] * count, rate=rate)
    assert index.timed == "rate"
    assert index.end == count / rate
    moment = share * index.end
    expected = max(n for n in range(count) if index.seconds(n) <= moment)
    assert index.at(moment) == expected


def test_times_that_do_not_rise_are_not_used_for_time() -> None:
    assert index_of([0, 3, 2]).timed == "rate"
    assert index_of([0, 3, 3]).timed == "rate"
    assert index_of([0, 2, 3]).timed == "pts"
    assert index_of([2**62, -(2**62) - 5]).timed == "rate"
    assert index_of([-(2**62) - 5, 2**62]).timed == "pts"


def test_it_crosses_to_another_process_unchanged() -> None:
    index = index_of([0, 3600, 7200])
    head, buffers = index.to_wire()
    again = FrameIndex.from_wire(head, [bytes(buffer) for buffer in buffers])
    assert again.pts.tolist() == index.pts.tolist()
    assert (again.time_base, again.rate, again.method) == (index.time_base, index.rate, index.method)


def test_an_index_that_does_not_fit_itself_is_refused() -> None:
    head, buffers = index_of([0, 3600]).to_wire()
    with pytest.raises(ValueError, match="does not fit"):
        FrameIndex.from_wire(head, [b"", *buffers[1:]])


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (Fraction(0), "0.000000"),
        (Fraction(1, 3), "0.333333"),
        (Fraction(2, 3), "0.666667"),
        (Fraction(-1, 4), "-0.250000"),
        (Fraction(7200), "7200.000000"),
    ],
)
def test_seconds_are_written_with_six_decimals(seconds: Fraction, shown: str) -> None:
    assert decimal(seconds) == shown


def test_a_time_is_read_exactly_and_nonsense_refused() -> None:
    assert parse_seconds("12.48") == Fraction(1248, 100)
    assert parse_seconds(0.5) == Fraction(1, 2)
    with pytest.raises(InputError, match="soon"):
        parse_seconds("soon")
