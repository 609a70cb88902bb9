"""The clock in the picture, its zone and the true time, through summer time and to the calendar's end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from facet.core.camera_clock import CameraClock, clock_text, span_text, zone_of
from facet.core.errors import InputError

SHOWS = "2026-11-02 14:03:12"


def clock(shows: str = SHOWS, zone: str = "Asia/Seoul", **more) -> CameraClock:
    return CameraClock.read(index=100, seconds=Fraction(4), shows=shows, zone=zone, **more)


def at(clock: CameraClock, seconds: float) -> str:
    moment = clock.shown_at(Fraction(seconds))
    assert moment is not None
    return clock_text(moment)


def test_the_clock_runs_with_the_file_from_the_frame_it_was_read_in():
    assert at(clock(), 4) == "2026-11-02 14:03:12 +09:00"
    assert at(clock(), 64.5) == "2026-11-02 14:04:12 +09:00"
    assert at(clock(), 0) == "2026-11-02 14:03:08 +09:00"


@pytest.mark.parametrize("true", ["2026-11-02 14:07:24", "2026-11-02T14:07:24+09:00", "2026-11-02T05:07:24Z"])
def test_the_true_time_is_told_apart_with_its_distance(true: str):
    read = clock(true=true, source="NTP")
    assert read.ahead == -timedelta(minutes=4, seconds=12)
    assert span_text(read.ahead) == "0:04:12"
    moment = read.true_at(Fraction(5))
    assert moment is not None
    assert clock_text(moment) == "2026-11-02 14:07:25 +09:00"
    assert clock().ahead is None
    assert clock().true_at(Fraction(5)) is None


def test_a_named_zone_changes_to_summer_time_and_back_and_an_offset_does_not():
    spring = clock("2026-03-29 01:59:59", "Europe/Berlin")
    assert at(spring, 5) == "2026-03-29 03:00:00 +02:00"
    autumn = clock("2026-10-25 01:59:59", "Europe/Berlin")
    assert at(autumn, 5) == "2026-10-25 02:00:00 +02:00"
    assert at(autumn, 5 + 3600) == "2026-10-25 02:00:00 +01:00"
    assert at(clock("2026-03-29 01:59:59", "+01:00"), 5) == "2026-03-29 02:00:00 +01:00"


def test_a_time_that_the_zone_skips_or_has_twice_is_told_with_both_offsets():
    with pytest.raises(InputError, match=r"never was in Europe/Berlin.*\+02:00 or \+01:00"):
        clock("2026-03-29 02:30:00", "Europe/Berlin")
    with pytest.raises(InputError, match=r"was twice in Europe/Berlin.*\+02:00 or \+01:00"):
        clock("2026-10-25 02:30:00", "Europe/Berlin")
    with pytest.raises(InputError, match="was twice"):
        clock("2026-10-25 01:00:00", "Europe/Berlin", true="2026-10-25 02:30:00")
    early, late = (clock("2026-10-25 02:30:00", zone) for zone in ("+02:00", "+01:00"))
    apart = (late.shown_at(Fraction(4)), early.shown_at(Fraction(4)))
    assert apart[0] is not None
    assert apart[1] is not None
    assert apart[0] - apart[1] == timedelta(hours=1)


@pytest.mark.parametrize(
    "zone",
    ["", "Seoul", "Asia", "asia/../UTC", "../etc/passwd", "/etc/localtime", "localtime", "right/UTC", "+9", "+24:00",
     "+09:60", "UTC+9", "A" * 5000, "Asia/Seoul\0", "..", "Nowhere/Land"],
)  # fmt: skip
def test_what_is_no_zone_is_refused(zone: str):
    with pytest.raises(InputError, match="not a time zone"):
        clock(zone=zone)


@pytest.mark.parametrize("zone", ["UTC", "+09:00", "-03:30", "+00:00", "America/Argentina/Ushuaia", "Etc/GMT+5"])
def test_names_and_offsets_are_zones(zone: str):
    assert datetime(2026, 1, 1, tzinfo=zone_of(zone)).utcoffset() is not None
    assert clock(zone=f" {zone} ").zone == zone


@pytest.mark.parametrize(
    "shows", ["", "14:03:12", "2026-11-02", "2026-13-02 14:03:12", "2026-11-02T14:03:12Z", "2026-11-02 14:03:12+09:00"]
)
def test_what_no_clock_shows_is_refused(shows: str):
    with pytest.raises(InputError, match="not what a clock in a picture shows"):
        clock(shows)


def test_it_is_written_in_one_way_and_reads_back():
    read = clock(" 2026-11-02T14:03:12.500 ", true="2026-11-02T05:07:24Z", source="Kim, by telephone")
    assert read.shows == "2026-11-02 14:03:12.500"
    assert read.to_json() == {
        "index": 100, "seconds": "4/1", "shows": "2026-11-02 14:03:12.500", "zone": "Asia/Seoul",
        "true": "2026-11-02T05:07:24+00:00",
    }  # fmt: skip
    assert CameraClock.from_json(read.to_json(), read.source) == read
    assert clock("2026-11-02 14:03").shows == "2026-11-02 14:03:00"
    naive = CameraClock(index=0, seconds=Fraction(0), shows=SHOWS, zone="Asia/Seoul", true=datetime(2026, 11, 2, 15))  # noqa: DTZ001
    assert naive.true == datetime(2026, 11, 2, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "change",
    [{"index": "1"}, {"index": True}, {"index": -1}, {"seconds": 4}, {"seconds": "1/0"}, {"shows": None}, {"zone": 9},
     {"true": "2026-11-02 14:07:24"}, {"true": 5}, {"true": "noon"}],
)  # fmt: skip
def test_a_record_that_is_no_reading_is_refused(change: dict):
    with pytest.raises((InputError, TypeError, ValueError, ZeroDivisionError)):
        CameraClock.from_json({**clock().to_json(), **change}, "")


def test_beyond_the_calendar_there_is_no_time():
    assert clock().shown_at(Fraction(10**30)) is None
    assert clock(true=SHOWS).true_at(Fraction(-(10**12))) is None
    for shows, zone in (("0001-01-01 00:00:00", "+09:00"), ("9999-12-31 23:59:59", "-09:00")):
        with pytest.raises(InputError, match="calendar"):
            clock(shows, zone)
