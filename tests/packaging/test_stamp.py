"""The stamp says whether there is anything to do; only a complete set-up bears one."""

from __future__ import annotations

from pathlib import Path

import pytest
from ground.place import Place
from ground.stamp import NAME, Wish, drop_stamp, read_stamp, satisfies, stamp_of, write_stamp


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A source tree with an empty environment."""
    place = Place(tmp_path)
    place.venv.mkdir()
    place.project.write_text("[project]\n")
    return place


def test_what_was_written_satisfies_the_same_wish(place: Place) -> None:
    write_stamp(place, stamp_of(place, Wish(("dev",))))

    assert satisfies(read_stamp(place), stamp_of(place, Wish(("dev",))))


def test_an_environment_may_hold_more_than_is_wished(place: Place) -> None:
    stamp = stamp_of(place, Wish(("dev",), "https://index.example/cpu"))

    assert satisfies(stamp, stamp_of(place, Wish()))


def test_an_environment_without_the_tools_of_the_tests_does_not_do_for_them(place: Place) -> None:
    assert not satisfies(stamp_of(place, Wish()), stamp_of(place, Wish(("dev",))))


def test_another_build_of_torch_is_something_to_do(place: Place) -> None:
    assert not satisfies(stamp_of(place, Wish()), stamp_of(place, Wish(torch_index="https://index.example/cpu")))


def test_a_changed_project_file_is_something_to_do(place: Place) -> None:
    before = stamp_of(place, Wish())
    place.project.write_text("[project]\ndependencies = []\n")

    assert not satisfies(before, stamp_of(place, Wish()))


def test_a_moved_source_tree_is_something_to_do(place: Place, tmp_path: Path) -> None:
    moved = Place(tmp_path / "elsewhere")
    moved.root.mkdir()
    moved.project.write_bytes(place.project.read_bytes())

    assert not satisfies(stamp_of(place, Wish()), stamp_of(moved, Wish()))


def test_a_newer_offline_folder_is_something_to_do(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "carried"
    folder.mkdir()
    (folder / "manifest.json").write_text("{}")
    before = stamp_of(place, Wish(offline=folder))
    (folder / "manifest.json").write_text("{ }")

    assert satisfies(before, stamp_of(place, Wish()))
    assert not satisfies(before, stamp_of(place, Wish(offline=folder)))


@pytest.mark.parametrize("content", ["", "{", "[]", "null", "{}"])
def test_a_stamp_that_makes_no_sense_satisfies_nothing(place: Place, content: str) -> None:
    (place.venv / NAME).write_text(content)

    assert not satisfies(read_stamp(place), stamp_of(place, Wish()))


def test_a_dropped_stamp_is_gone_and_may_be_dropped_twice(place: Place) -> None:
    write_stamp(place, stamp_of(place, Wish()))
    drop_stamp(place)
    drop_stamp(place)

    assert read_stamp(place) == {}
