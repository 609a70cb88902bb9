from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame

from clips import read_number
from facet.core.errors import InputError
from facet.core.interpretation import AS_DECLARED
from facet.core.progress import SILENT
from facet.footage import indexing
from facet.footage.cache import AUTOMATIC, PictureCache, budget, machine_memory
from facet.footage.colour import planes_digest, planes_size
from facet.footage.decoder import Decoder
from facet.footage.indexing import make_index
from facet.footage.picturing import display_picture
from facet.footage.reading_ahead import AT_REST, FORWARD, next_wanted
from footages import FRAMES, sequential

ONE = planes_size(VideoFrame(64, 32, "yuv420p"))


def filled(room: int, *, position: int = 0, direction: int = 0) -> PictureCache:
    cache = PictureCache(room * ONE)
    cache.position, cache.direction = position, direction
    return cache


def put(cache: PictureCache, *indices: int) -> None:
    for index in indices:
        cache.keep(index, VideoFrame(64, 32, "yuv420p"))


def held(cache: PictureCache, count: int = 2000) -> list[int]:
    return [index for index in range(count) if index in cache]


def test_the_budget_is_kept_and_counted() -> None:
    cache = filled(10)
    put(cache, *range(50))
    assert (len(cache), cache.size, cache.capacity) == (10, 10 * ONE, 10)
    cache.drop(3)
    cache.drop(3)
    assert cache.size == 9 * ONE
    cache.clear()
    assert (len(cache), cache.size, held(cache)) == (0, 0, [])


def test_one_picture_is_kept_however_small_the_budget() -> None:
    cache = filled(0)
    put(cache, 1, 2, 3)
    assert len(cache) == 1


def test_a_picture_decoded_twice_is_counted_once() -> None:
    cache = filled(10)
    put(cache, 4, 4, 4)
    assert (held(cache), cache.size) == ([4], ONE)


def test_playing_backwards_keeps_what_comes_next_and_not_what_came_last() -> None:
    """A group is decoded upwards though it is wanted downwards: its end must push out its head."""
    cache = filled(100, position=499, direction=-1)
    put(cache, *range(250, 500))
    assert held(cache) == list(range(400, 500))


def test_playing_forwards_keeps_what_comes_next() -> None:
    cache = filled(40, position=100, direction=1)
    put(cache, *range(60, 200))
    assert held(cache) == list(range(96, 136))


def test_at_rest_the_pictures_before_stay_longer_than_those_after() -> None:
    cache = filled(30, position=100)
    put(cache, *range(50, 151))
    assert held(cache) == list(range(80, 110))


def test_turning_round_keeps_what_is_near() -> None:
    cache = filled(60, position=100, direction=1)
    put(cache, *range(80, 140))
    cache.direction, cache.position = -1, 110
    put(cache, *range(40, 80))
    assert set(range(72, 111)) <= set(held(cache))


def test_where_somebody_stopped_stays_when_he_goes_elsewhere() -> None:
    cache = filled(80, position=1000)
    put(cache, *range(990, 1001))
    cache.visit(1000)
    cache.position = 0
    put(cache, *range(200))
    assert 1000 in cache
    assert len(cache) == 80
    assert 990 not in cache


def test_places_where_somebody_stopped_do_not_fill_the_memory() -> None:
    cache = filled(80)
    for place in range(0, 8000, 100):
        cache.position = place
        put(cache, place)
        cache.visit(place)
    put(cache, *range(7900, 8000))
    assert sum(place % 100 == 0 for place in held(cache, 8000)) <= 80 // 8 + 1


def group_of(size: int) -> Callable[[int], int]:
    return lambda index: index // size * size


def test_nothing_is_read_ahead_before_anything_was_asked() -> None:
    assert next_wanted(filled(10), 100, group_of(25)) is None


def test_forwards_is_read_ahead_as_far_as_it_pays() -> None:
    cache = filled(1000, position=10, direction=1)
    put(cache, 10)
    seen = []
    while (wanted := next_wanted(cache, 5000, group_of(250))) is not None:
        seen.append(wanted)
        put(cache, wanted)
    assert seen == list(range(11, 11 + FORWARD))


def test_the_footage_ends() -> None:
    cache = filled(1000, position=97, direction=1)
    put(cache, 97, 98, 99)
    assert next_wanted(cache, 100, group_of(25)) is None
    cache.direction, cache.position = -1, 2
    put(cache, 0, 1, 2)
    assert next_wanted(cache, 100, group_of(25)) is None


def test_at_rest_a_step_either_way_is_made_ready() -> None:
    cache = filled(1000, position=500)
    put(cache, 500)
    seen = []
    while (wanted := next_wanted(cache, 5000, group_of(250))) is not None:
        seen.append(wanted)
        put(cache, *range(group_of(250)(wanted), wanted + 1))
    assert seen == [*range(501, 501 + AT_REST), 499]
    assert all(index in cache for index in range(250, 500))


def play_back(cache: PictureCache, first: int, size: int) -> tuple[int, int]:
    """Play backwards from ``first`` to 0, a whole run of reading ahead between two pictures; how many pictures were
    decoded for it, and how often a picture was not there when its turn came."""
    decoded = late = rounds = 0
    for position in range(first, -1, -1):
        cache.position = position
        while (wanted := next_wanted(cache, first + 1, group_of(size))) is not None or position not in cache:
            late += wanted is None or position not in cache
            rounds += 1
            assert rounds < 1000, "what is decoded is not kept"
            goal = position if wanted is None else wanted
            start = group_of(size)(goal)
            decoded += goal - start + 1
            put(cache, *range(start, goal + 1))
    return decoded, late


def test_playing_backwards_decodes_every_group_once_where_two_of_them_fit() -> None:
    cache = filled(600, position=999, direction=-1)
    put(cache, *range(750, 1000))
    decoded, late = play_back(cache, 999, 250)
    assert (decoded, late) == (750, 0)


@pytest.mark.parametrize("room", [330, 250, 120])
def test_playing_backwards_with_less_memory_decodes_a_group_a_few_times_only(room: int) -> None:
    """Two halves of the budget take turns: one is shown while the other is filled."""
    cache = filled(room, position=999, direction=-1)
    put(cache, *range(750, 1000))
    decoded, late = play_back(cache, 999, 250)
    parts = 1000 / (room * 0.4)
    assert decoded <= 1000 + parts * 250 / 2
    assert late <= 1


def test_what_is_not_set_suits_the_machine() -> None:
    assert budget(0) == budget(None) == min(AUTOMATIC, machine_memory() // 4)
    assert budget(5 << 20) == 5 << 20
    assert machine_memory() > 1 << 28


@pytest.fixture
def decoder(clip: Callable[[str], Path]) -> Iterator[Callable[..., Decoder]]:
    made = []

    def make(name: str, memory: int = 64 << 20) -> Decoder:
        path = clip(name)
        index, _ = make_index(path, name, 0, SILENT)
        made.append(Decoder(path, name, 0, index, memory=memory))
        return made[-1]

    yield make
    for one in made:
        one.close()


def spend(decoder: Decoder, limit: int = 10_000) -> int:
    steps = 0
    while decoder.ahead():
        steps += 1
        assert steps < limit, "reading ahead never ends"
    return steps


NAMES = ["long-group.mp4", "open-groups.ts", "open-groups.mp4", "mpeg4-b.avi", "raw.h264", "rolling-refresh.ts",
         "variable-rate.mp4", "program-stream.mpg", "animation.gif", "ten-bit.mp4"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("confirmed", ["all decoded", "head and tail decoded"])
def test_what_was_read_ahead_is_right(
    clip: Callable[[str], Path], decoder: Callable[..., Decoder], name: str, confirmed: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    if confirmed == "head and tail decoded":
        monkeypatch.setattr(indexing, "CONFIRMED", 0)
    truth = sequential(clip(name))
    one = decoder(name)
    for heading, places in ((0, [40, 13, 61]), (-1, [FRAMES - 1, 50, 31, 12]), (1, [0, 25, 60])):
        one.heading(heading)
        for place in places:
            one.shown(place, SILENT)
            spend(one)
            for index in range(FRAMES):
                kept = one.cache.get(index)
                assert kept is None or (kept.frame.pts, planes_digest(kept.frame)) == truth[index]


def test_a_step_back_over_the_head_of_a_group_is_ready_when_it_is_asked_for(decoder: Callable[..., Decoder]) -> None:
    one = decoder("long-group.mp4")
    one.shown(35, SILENT)
    spend(one)
    runs = one.runs
    for place in range(34, -1, -1):
        one.shown(place, SILENT)
        assert one.runs <= runs
    assert one.runs == runs


def test_playing_backwards_decodes_each_group_once(decoder: Callable[..., Decoder]) -> None:
    one = decoder("long-group.mp4")  # groups of 30
    one.heading(-1)
    for place in range(FRAMES - 1, -1, -1):
        assert read_number(display_picture(one.shown(place, SILENT), AS_DECLARED)[..., :3]) == place
        one.ahead()
        one.ahead()
    assert one.runs <= 3


def test_reading_ahead_ends_and_goes_on_when_something_else_is_asked(decoder: Callable[..., Decoder]) -> None:
    one = decoder("long-group.mp4")
    assert spend(one) <= 1  # nobody looks at anything yet
    one.shown(5, SILENT)
    assert spend(one) > 5
    assert spend(one) == 0
    one.shown(60, SILENT)
    assert spend(one) > 0


def test_what_was_read_ahead_is_proved_by_its_digest_before_it_is_shown(decoder: Callable[..., Decoder]) -> None:
    one = decoder("long-group.mp4")
    one.shown(10, SILENT)
    spend(one)
    assert all(one.cache.get(index).proof == one.index.digest(index) for index in range(10 + AT_REST))  # type: ignore[union-attr]


def test_a_picture_that_changed_in_the_cache_is_never_shown(decoder: Callable[..., Decoder]) -> None:
    """A digest that does not hold empties the cache, and the picture is made anew."""
    one = decoder("long-group.mp4")
    one.shown(20, SILENT)
    kept = one.cache.get(12)
    assert kept is not None
    np.frombuffer(kept.frame.planes[0], np.uint8)[:] = 7
    assert read_number(display_picture(one.shown(12, SILENT), AS_DECLARED)[..., :3]) == 12


@pytest.mark.parametrize("room", [1, 3, 12])
def test_too_little_memory_costs_time_and_nothing_else(
    clip: Callable[[str], Path], decoder: Callable[..., Decoder], room: int
) -> None:
    truth = sequential(clip("long-group.mp4"))
    one = decoder("long-group.mp4", memory=room * 27_648)
    for heading, walk in ((-1, range(FRAMES - 1, -1, -1)), (1, range(FRAMES)), (0, [40, 39, 38, 10, 11, 69])):
        one.heading(heading)
        for place in walk:
            frame = one.shown(place, SILENT)
            assert (frame.pts, planes_digest(frame)) == truth[place]
            for _ in range(3):
                one.ahead()
            assert len(one.cache) <= room


def test_a_failure_while_decoding_leaves_the_next_picture_right(
    clip: Callable[[str], Path], decoder: Callable[..., Decoder], monkeypatch: pytest.MonkeyPatch
) -> None:
    from facet.footage.run import Run

    truth = sequential(clip("open-groups.ts"))
    one = decoder("open-groups.ts")
    step, left = Run.step, 9

    def failing(self: Run) -> bool:
        nonlocal left
        left -= 1
        if left == 0:
            raise MemoryError
        return step(self)

    monkeypatch.setattr(Run, "step", failing)
    with pytest.raises(MemoryError):
        one.shown(40, SILENT)
    frame = one.shown(41, SILENT)
    assert (frame.pts, planes_digest(frame)) == truth[41]


@pytest.mark.parametrize("name", ["long-group.mp4", "open-groups.ts", "raw.h264", "motion-jpeg.avi", "animation.gif"])
def test_a_preview_is_a_keyframe_near_by_and_says_which(decoder: Callable[..., Decoder], name: str) -> None:
    one = decoder(name)
    for place in (FRAMES - 1, 3, 41, 17):
        shown, frame = one.nearest(place, SILENT)
        assert read_number(display_picture(frame, AS_DECLARED)[..., :3]) == shown
        assert one.index.key[shown]
        assert min(abs(int(key) - place) for key in np.flatnonzero(one.index.key)) == abs(shown - place)
    assert one.runs == 0


def test_a_preview_of_what_is_kept_is_the_picture_itself(decoder: Callable[..., Decoder]) -> None:
    one = decoder("long-group.mp4")
    one.shown(44, SILENT)
    assert one.nearest(37, SILENT)[0] == 37


def test_a_stream_without_a_picture_to_begin_with_is_previewed_by_the_picture_itself(
    decoder: Callable[..., Decoder],
) -> None:
    one = decoder("rolling-refresh.ts")
    shown, frame = one.nearest(50, SILENT)
    assert read_number(display_picture(frame, AS_DECLARED)[..., :3]) == shown


def test_reading_ahead_in_a_file_that_is_gone_troubles_nobody(clip: Callable[[str], Path], tmp_path: Path) -> None:
    path = tmp_path / "soon-gone.avi"
    path.write_bytes(clip("h264-b.avi").read_bytes())
    index, _ = make_index(path, path.name, 0, SILENT)
    one = Decoder(path, path.name, 0, index, memory=64 << 20)
    one.shown(20, SILENT)
    path.write_bytes(b"")
    for _ in range(200):
        try:
            if not one.ahead():
                break
        except InputError:
            break
    assert one.shown(20, SILENT).pts == index.pts_of(20)
    one.close()
