from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from facet.gui.view.player import OUTSTANDING, Player, Track


def track(count: int = 100, rate: float = 25.0, gop: int = 10) -> Track:
    return Track(times=np.arange(count) / rate, keys=np.arange(count) % gop == 0)


def run(
    player: Player[int], latency: float, seconds: float, beat: float = 0.008, gop: int = 0
) -> Iterator[tuple[float, int]]:
    """What is shown when: a decoder that answers one picture after another, each after ``latency`` seconds; with
    ``gop`` it needs that for every picture from the last one or from the keyframe, whichever is nearer."""
    waiting: list[tuple[float, int]] = []
    free, now, last = 0.0, 0.0, 0
    while now < seconds and not player.over:
        while waiting and waiting[0][0] <= now:
            ready, index = waiting.pop(0)
            player.arrived(index, index, ready)
        picture = player.take(now)
        if picture is not None:
            assert picture == player.index
            yield now, picture
        for index in player.wants(now):
            free = max(free, now) + latency * max(1, index - max(last, index - index % gop) if gop else 1)
            last = index
            waiting.append((free, index))
        now += beat


@pytest.mark.parametrize(("speed", "shown"), [(0.5, 12.5), (1, 25), (2, 50), (-0.5, 12.5), (-1, 25), (-2, 50)])
def test_every_picture_is_shown_in_turn_at_its_time(speed: float, shown: float) -> None:
    index = 10 if speed > 0 else 90
    seen = list(run(Player(track(), index, speed, 0.0), 0.004, 1.0))
    way = 1 if speed > 0 else -1
    assert [place for _now, place in seen] == [index + way * step for step in range(1, len(seen) + 1)]
    for before, after in itertools.pairwise(seen):
        assert after[0] - before[0] == pytest.approx(1 / shown, abs=0.0085)


def test_pictures_faster_than_a_screen_are_passed_by_and_counted() -> None:
    player = Player(track(400), 0, 4.0, 0.0)
    seen = list(run(player, 0.002, 2.0))
    indices = [place for _now, place in seen]
    assert {after - before for before, after in itertools.pairwise(indices)} == {2}
    assert player.dropped == len(indices)
    assert player.shown == pytest.approx(50, abs=2)


def test_the_footages_own_times_rule_not_a_rate() -> None:
    times = np.array([0, 0.1, 0.15, 0.6, 0.65])
    seen = list(run(Player(Track(times=times, keys=times == 0), 0, 1.0, 0.0), 0.001, 3.0))
    begun = seen[0][0] - 0.1
    assert [place for _now, place in seen] == [1, 2, 3, 4]
    for now, place in seen:
        assert now - begun == pytest.approx(times[place], abs=0.0085)


def test_a_slow_decoder_costs_display_not_time() -> None:
    player = Player(track(1000, gop=250), 0, 1.0, 0.0)
    seen = list(run(player, 0.1, 5.0))
    indices = [place for _now, place in seen]
    assert indices == sorted(set(indices))
    assert indices[-1] == pytest.approx(5.0 * 25, abs=20)
    assert player.dropped == indices[-1] - len(indices)


def test_where_decoding_cannot_keep_up_keyframes_do() -> None:
    player = Player(track(4000, gop=50), 0, 16.0, 0.0)
    seen = list(run(player, 0.01, 6.0, gop=50))  # a hundred pictures a second, where four hundred are needed
    begun = seen[0][0]
    for now, place in seen[len(seen) // 3 :]:
        assert place == pytest.approx((now - begun) * 400, abs=400)
    assert sum(1 for _now, place in seen if place % 50 == 0) >= 2
    assert len(seen) >= 12


def test_waiting_for_the_first_picture_drops_nothing() -> None:
    player = Player(track(), 0, 1.0, 0.0)
    assert player.wants(0.0) == [1, 2, 3]
    for index in (1, 2, 3):
        player.arrived(index, index, 2.0)
    assert player.take(2.0) == 1
    assert player.dropped == 0


def test_no_more_is_asked_ahead_than_agreed() -> None:
    player = Player(track(), 0, 1.0, 0.0)
    assert len(player.wants(0.0)) == OUTSTANDING
    assert player.wants(0.1) == []
    player.arrived(1, 1, 0.1)
    assert player.wants(0.1) == []
    assert player.take(0.1) == 1
    assert player.wants(0.1) == [4]


@pytest.mark.parametrize(("speed", "end"), [(1.0, 99), (-1.0, 0), (16.0, 99), (-16.0, 0)])
def test_it_ends_exactly_at_the_last_picture(speed: float, end: int) -> None:
    player = Player(track(), 97 if speed > 0 else 2, speed, 0.0)
    seen = list(run(player, 0.004, 10.0))
    assert player.over
    assert seen[-1][1] == end


@pytest.mark.parametrize(("speed", "first", "then"), [(1.0, 22, 20), (-1.0, 20, 22)])
def test_within_marks_it_goes_round_and_round(speed: float, first: int, then: int) -> None:
    player = Player(track(), 21, speed, 0.0, marks=(20, 22))
    seen = [place for _now, place in run(player, 0.004, 1.0)]
    assert seen[:2] == [first, then]
    assert set(seen) == {20, 21, 22}
    assert len(seen) == pytest.approx(25, abs=2)
    assert player.dropped == 0
    assert not player.over


@pytest.mark.parametrize(("speed", "first"), [(1.0, 20), (-1.0, 29)])
def test_from_outside_its_marks_it_begins_at_their_beginning(speed: float, first: int) -> None:
    player = Player(track(), 70, speed, 0.0, marks=(20, 29))
    assert player.index is None
    assert next(run(player, 0.004, 1.0))[1] == first


def test_what_was_not_asked_for_is_not_shown() -> None:
    player = Player(track(), 0, 1.0, 0.0)
    player.wants(0.0)
    player.arrived(77, 77, 0.0)
    assert player.take(10.0) is None
