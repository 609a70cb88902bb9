"""Cases made by format 1.1 stay readable, checkable and writable, within what that format knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from case.evidence import add_run, add_samples, ingest, make_footage, make_frame
from case.tampering import flip, places
from facet.case import Case
from facet.core.errors import InputError
from facet.core.geometry import Box
from released import released

HEAD = "14:da2e6aea88a861ee0f5817df480ab82e86b2fd1050dd8b06bf7dcab67fc88e99"
"""As the program that made the fixture printed it."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return released("1.1", tmp_path / "old.facet")


def test_it_opens_and_verifies_as_whole_and_says_what_it_holds(old: Path) -> None:
    with Case.open(old) as case:
        assert case.verify(against=HEAD).ok
        shown = case.show()
        assert [row.id for row in case.outputs()] == ["1/F412/C1/E1", "1/F412/C1/E2"]
        assert [row.companions for row in case.outputs()] == [(), ()]
        assert "companions" not in case.receipt("1/F412/C1/E2").output
        assert case.keeps_indexes
        assert not case.keeps_companions
    assert [len(shown[kind]) for kind in ("marks", "camera_clocks", "indexes")] == [1, 1, 1]


def test_it_takes_everything_that_its_format_knows(old: Path, tmp_path: Path) -> None:
    film = make_footage(tmp_path, "second.mp4", b"another film" * 50)
    with Case.open(old, examiner="Lee") as case:
        frame = case.add_frame(ingest(case, film), make_frame(film, 7))
        crop = case.add_crop(frame, Box(x=0, y=0, w=8, h=8))
        add_run(case, crop)
        case.mark("2", 3, 9, "here")
        answer = case.verify(against=HEAD)
    assert answer.ok, answer.failed
    assert old.read_bytes()[60:64] == (1 << 16 | 1).to_bytes(4, "big")


def test_samples_are_one_clear_line_and_leave_nothing(old: Path) -> None:
    with Case.open(old, examiner="Lee") as case:
        before = case.head()
        for refused in (lambda: add_samples(case, "1/F412/C1"), lambda: case.must_keep_companions("sr3-x4")):
            with pytest.raises(
                InputError, match=r"old\.facet has an older format, which can't keep the spread"
            ) as told:
                refused()
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
        stream.write((1 << 16 | 2).to_bytes(4, "big"))
    with pytest.raises(InputError, match="tables have been altered"):
        Case.open(old)
