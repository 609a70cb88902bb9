from __future__ import annotations

from fractions import Fraction

import numpy as np

from facet.core.camera_clock import CameraClock
from facet.footage.survey import SurveyBatch
from facet.gui.view.activity_strip import columns, strip_image
from facet.gui.view.filmstrip import Filmstrip
from facet.gui.view.recording import Recording, per_pixel
from facet.gui.view.ruler import camera_ticks, file_ticks, short_time
from facet.gui.view.timeline_scale import Scale
from recordings import batch_of, index_of, recording_of, thumbnail_of


def test_a_single_busy_picture_is_seen_among_a_million() -> None:
    recording = recording_of(1_000_000)
    recording.motion[:] = 0
    recording.motion[123_456] = 500
    heights, _coded = columns(recording, 0, 1_000_000, 1000)
    assert np.flatnonzero(heights > 0.5).tolist() == [123]


def test_every_pixel_shows_the_largest_of_its_frames() -> None:
    values = np.array([1, 9, 2, 3, 8, 0], np.float32)
    assert per_pixel(values, np.array([0, 2, 4, 6])).tolist() == [9, 3, 8]
    assert per_pixel(values, np.array([1, 1, 1, 2, 2, 2])).tolist() == [9, 9, 9, 2, 2]
    assert per_pixel(values, np.array([5, 5, 6])).tolist() == [0, 0]


def test_what_is_surveyed_and_what_is_only_coded_look_different() -> None:
    recording = recording_of(100, sizes=[1000] * 100)
    recording.know_batch(batch_of(0, 49, motion=900.0))
    image = strip_image(recording, 0, 100, 100, 20)
    solid = {image.pixel(10, y) for y in range(10, 20)}
    dotted = {image.pixel(x, 15) for x in range(60, 80)}
    assert len(solid) == 1
    assert len(dotted) == 2
    assert not solid & dotted


def test_keyframes_alone_speak_for_all_pictures_since_the_one_before() -> None:
    recording = recording_of(100)
    recording.know_batch(SurveyBatch(first=0, last=99, thumbnails=(), changes=(), motions=((50, 80.0, 1.0),), cuts=()))
    assert (recording.motion[:51] == 80).all()
    assert (recording.motion[51:] == -1).all()
    assert recording.looked == 51


def test_activity_is_found_forwards_and_backwards_in_hours_of_nothing() -> None:
    recording = recording_of(10_000)
    recording.know_batch(batch_of(0, 9999, busy=range(4000, 4100), cuts=(7000,)))
    assert recording.next_activity(0, forward=True) == 3999
    assert recording.next_activity(3999, forward=True) == 6999
    assert recording.next_activity(6999, forward=True) is None
    assert recording.next_activity(9000, forward=False) == 6999
    assert recording.next_activity(3999, forward=False) is None


def test_where_the_survey_has_not_got_the_coded_size_hints_at_activity() -> None:
    sizes = np.full(5000, 1000)
    sizes[3010:3100] = 20_000
    recording = recording_of(5000, sizes=sizes)
    assert recording.next_activity(0, forward=True) == 3010
    recording.know_batch(batch_of(0, 3500))
    assert recording.next_activity(0, forward=True) is None


def test_cuts_are_kept_in_order_and_once() -> None:
    recording = recording_of(1000)
    recording.know_batch(batch_of(0, 9, cuts=(500, 20)))
    recording.know_batch(batch_of(10, 19, cuts=(100, 500)))
    assert recording.cuts == [20, 100, 500]
    assert recording.next_cut(100, forward=True) == 500
    assert recording.next_cut(100, forward=False) == 20
    assert recording.next_cut(500, forward=True) is None


def test_a_new_survey_begins_with_nothing() -> None:
    recording = recording_of(100)
    recording.know_batch(batch_of(0, 99, busy=range(10, 20), cuts=(50,)))
    recording.forget_survey(thorough=False)
    assert recording.looked == 0
    assert recording.cuts == []
    assert (recording.motion == -1).all()
    assert not recording.thorough


def test_damage_is_known_picture_by_picture() -> None:
    recording = Recording(100, Fraction, int)
    recording.know_index(index_of(100), [[40, 45], [10, 12]])
    assert [index for index in range(100) if recording.is_damaged(index)] == [10, 11, 12, *range(40, 46)]


def test_ticks_stand_at_round_times_and_never_too_many() -> None:
    recording = recording_of(1_000_000)
    scale = Scale.whole(1_000_000, 1000)
    ticks = list(file_ticks(recording, scale, 70))
    assert [tick.text for tick in ticks[:3]] == ["0:00:00", "2:00:00", "4:00:00"]
    assert len(ticks) <= 1000 // 70
    close = list(file_ticks(recording, scale.zoomed(1e9, 500), 70))
    assert all(tick.text.count(".") == 1 for tick in close)
    assert len(close) >= 3


def test_the_camera_clocks_ticks_are_round_by_that_clock() -> None:
    recording = recording_of(25 * 600)
    clock = CameraClock(index=0, seconds=Fraction(0), shows="2026-11-02 14:03:12", zone="Asia/Seoul")
    ticks = list(camera_ticks(recording, Scale.whole(recording.count, 1000), clock, 70))
    assert ticks[0].text == "14:04:00"
    assert ticks[0].place == 48 * 25


def test_times_are_short_and_whole() -> None:
    assert short_time(Fraction(49360, 1000), Fraction(1, 1000)) == "0:00:49.360"
    assert short_time(Fraction(3661), Fraction(1)) == "1:01:01"


def test_only_thumbnails_that_are_seen_are_looked_at() -> None:
    strip = Filmstrip()
    for number in range(5000):
        strip.add(number * 200, thumbnail_of(number))
    scale = Scale.whole(1_000_000, 1000)
    cells = list(strip.cells(scale, 45))
    assert len(cells) <= 1000 / 40
    assert all(cell.exact for cell in cells)
    close = list(strip.cells(scale.zoomed(1e9, 500), 45))
    assert [cell.first for cell in close] == [*range(close[0].first, close[0].first + len(close))]
    assert all(cell.first == cell.last for cell in close)
    assert all(cell.exact == (cell.first % 200 == 0) for cell in close)
    assert all(cell.shown is not None and cell.shown % 200 == 0 for cell in close)


def test_the_nearest_thumbnail_says_which_frame_it_is_of() -> None:
    strip = Filmstrip()
    assert strip.nearest(5) is None
    for number in (0, 100, 230):
        strip.add(number, thumbnail_of(number))
    assert [strip.nearest(index) for index in (0, 49, 51, 1234)] == [0, 0, 100, 230]


def test_pictures_predicted_from_damaged_ones_are_told_apart_from_them() -> None:
    recording = Recording(100, Fraction, int)
    recording.know_index(index_of(100), [[40, 40]], [[41, 44]])
    assert [index for index in range(100) if recording.is_tainted(index)] == [41, 42, 43, 44]
    assert not recording.is_damaged(41)
