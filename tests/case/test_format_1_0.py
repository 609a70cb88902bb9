"""Cases made by the first format stay readable, checkable and writable, within what that format knows."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from case.evidence import INDEX, add_run, ingest, make_footage, make_frame
from case.tampering import flip, places, rechain, unguarded
from facet.case import Case
from facet.core.camera_clock import CameraClock
from facet.core.errors import InputError
from facet.core.geometry import Box
from released import released

HEAD = "10:c2d727a7b99ecc4dc83027fb8146b23e76c34caebdbfc5a74f7ef56fdfcd9ee4"
"""As the program that made the fixture printed it."""
CLOCK = CameraClock(index=3, seconds=Fraction(3, 25), shows="2026-11-02 14:03:12", zone="Asia/Seoul")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return released("1.0", tmp_path / "old.facet")


def test_it_opens_and_verifies_as_whole_and_says_what_it_holds(old: Path):
    with Case.open(old) as case:
        assert case.verify(against=HEAD).ok
        shown = case.show()
        assert [row.id for row in case.outputs()] == ["1/F412/C1/E1"]
        assert case.outputs()[0].withdrawal is not None
        assert case.picture("1/F412").shape == (12, 16, 3)
        assert case.receipt("1/F412/C1/E1").exhibit == "1/F412/C1/E1"
        assert case.footage()[0].md5 is None
    assert shown["case"]["number"] == "2026-17"
    assert [remark["kind"] for remark in shown["remarks"]] == ["note", "finding", "alias", "withdrawal"]
    assert (shown["marks"], shown["camera_clocks"], shown["indexes"]) == ([], [], [])


def test_it_takes_everything_that_its_format_knows(old: Path, tmp_path: Path):
    film = make_footage(tmp_path, "second.mp4", b"another film" * 50)
    with Case.open(old, examiner="Lee") as case:
        footage = ingest(case, film)
        frame = case.add_frame(footage, make_frame(film, 7))
        crop = case.add_crop(frame, Box(x=0, y=0, w=8, h=8))
        add_run(case, crop)
        case.note("another look", frame)
        case.finding("the same man", crop)
        case.alias(crop, "B-1")
        case.withdraw(crop, "wrong face")
        case.log("export", frame, {}, {"png": "ab" * 32})
        assert (footage, crop) == ("2", "2/F7/C1")
        assert case.footage()[1].md5 is None
        assert case.stored_index(footage) is None
        assert not case.keeps_indexes
        case.add_index(footage, INDEX)
        assert case.stored_index(footage) is None
        answer = case.verify(against=HEAD)
    assert answer.ok, [row.message for row in answer.failed]
    assert old.read_bytes()[60:64] == (1 << 16).to_bytes(4, "big")


def test_a_mark_or_a_clock_is_one_clear_line_and_leaves_nothing(old: Path):
    with Case.open(old, examiner="Lee") as case:
        before = case.head()
        for write in (lambda: case.mark("1", 3, 9, "here"), lambda: case.set_clock("1", CLOCK)):
            with pytest.raises(InputError, match=r"old\.facet has the format 1\.0, which knows no marks") as told:
                write()
            assert str(told.value).isprintable()
        with pytest.raises(InputError):
            case.withdraw("R1", "a note is no mark")
        assert case.head() == before


def test_what_was_altered_in_it_is_told_as_ever(old: Path):
    with Case.open(old) as case:
        place = places(old, case.png("1/F412"))[40]
    flip(old, place)
    with Case.open(old, suspect=True) as case:
        assert {row.exhibit for row in case.verify().failed} >= {"1/F412"}


@pytest.mark.parametrize("to", [0, 1])
def test_a_case_that_calls_itself_the_other_format_is_told(old: Path, harbour: Path, to: int):
    path = (harbour, old)[to]
    with path.open("r+b") as stream:
        stream.seek(60)
        stream.write((1 << 16 | to).to_bytes(4, "big"))
    with pytest.raises(InputError, match="tables have been altered"):
        Case.open(path)
    with Case.open(path, suspect=True) as case:
        assert "schema" in {row.check for row in case.verify().failed}


def test_a_mark_slipped_into_it_with_its_journal_is_told(old: Path):
    """Its format knows none, whoever signed it."""

    def renamed(entries: list[dict]) -> list[dict]:
        for entry in entries:
            if entry["action"] == "note":
                entry["action"] = "mark"
        return entries

    with unguarded(old) as connection:
        rechain(connection, renamed)
    with Case.open(old, suspect=True) as case:
        assert "journal" in {row.check for row in case.verify().failed}
