"""Cases made by format 1.2 stay readable, checkable and writable, within what that format knows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from case.evidence import add_run, add_samples, ingest, make_footage, make_frame
from case.tampering import flip, places
from facet.case import Case
from facet.core.errors import InputError
from facet.core.geometry import Box
from released import released

HEAD = "13:a62e082997a0826d0f424f3d351c5833490be6874da2e8b16073d009506b320c"
"""As the program that made the fixture printed it."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return released("1.2", tmp_path / "old.facet")


def test_it_opens_and_verifies_as_whole_and_says_what_it_holds(old: Path) -> None:
    with Case.open(old) as case:
        assert case.verify(against=HEAD).ok
        shown = case.show()
        assert [row.id for row in case.outputs()] == ["1/F412/C1/E1", "1/F412/C1/E2"]
        assert [len(row.companions) for row in case.outputs()] == [0, 4]
        assert case.keeps_companions
        assert not case.keeps_seals
    assert [len(shown[kind]) for kind in ("marks", "camera_clocks", "tags", "seals")] == [1, 1, 0, 0]


def test_it_takes_everything_that_its_format_knows_and_stays_in_it(old: Path, tmp_path: Path) -> None:
    film = make_footage(tmp_path, "second.mp4", b"another film" * 50)
    with Case.open(old, examiner="Lee") as case:
        crop = case.add_crop(case.add_frame(ingest(case, film), make_frame(film, 7)), Box(x=0, y=0, w=8, h=8))
        add_run(case, crop)
        add_samples(case, crop)
        assert all(entry.local is None for entry in case.journal())
        answer = case.verify(against=HEAD)
    assert answer.ok, answer.failed
    assert old.read_bytes()[60:64] == (1 << 16 | 2).to_bytes(4, "big")
    with sqlite3.connect(old) as connection:
        entries = [json.loads(row[0]) for row in connection.execute("SELECT entry FROM journal")]
    connection.close()
    assert {entry["schema"] for entry in entries} == {"facet.journal/1"}


@pytest.mark.parametrize("ask", [lambda case: case.tag("hood", "1/F412"), lambda case: case.seal_statement("moment")])
def test_tags_and_seals_are_one_clear_line_and_leave_nothing(old: Path, ask: Callable[[Case], object]) -> None:
    with Case.open(old, examiner="Lee") as case:
        before = case.head()
        with pytest.raises(InputError, match=r"old\.facet has an older format.*facet migrate") as told:
            ask(case)
        assert str(told.value).isprintable()
        assert case.head() == before


def test_what_was_altered_in_it_is_told_as_ever(old: Path) -> None:
    with Case.open(old) as case:
        place = places(old, case.png("1/F412/C1/E2"))[60]
    flip(old, place)
    with Case.open(old, suspect=True) as case:
        assert {row.exhibit for row in case.verify().failed} == {"1/F412/C1/E2"}


def test_a_case_that_calls_itself_newer_is_told(old: Path) -> None:
    with old.open("r+b") as stream:
        stream.seek(60)
        stream.write((1 << 16 | 3).to_bytes(4, "big"))
    with pytest.raises(InputError, match="tables have been altered"):
        Case.open(old)
