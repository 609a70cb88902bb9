"""Marks, readings of the camera's clock and stored indexes are kept like all evidence, and told when touched."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from case.closing import REFUSED, raw
from case.evidence import INDEX, ingest, make_footage
from case.tampering import flip, places, rechain, rewrite_record, sql, unguarded
from facet.case import Case
from facet.case.rows import LARGEST_INDEX
from facet.core.camera_clock import CameraClock
from facet.core.digest import sha256_bytes
from facet.core.errors import InputError


def reading(index: int = 3, shows: str = "2026-11-02 14:03:12", **more) -> CameraClock:
    return CameraClock.read(index=index, seconds=Fraction(index, 25), shows=shows, zone="Asia/Seoul", **more)


def failed(path: Path) -> set[tuple[str | None, str]]:
    with Case.open(path, suspect=True) as case:
        return {(row.exhibit, row.check) for row in case.verify().failed}


def test_a_mark_is_one_frame_or_a_range_with_a_text(harbour: Path):
    with Case.open(harbour, examiner="Lee") as case:
        one, many = case.mark("1", 412, None, "  he turns "), case.mark("1", 400, 420)
        marks = case.marks("1")
        assert [(mark.id, mark.first, mark.last, mark.text) for mark in marks] == [
            (one, 412, None, "he turns"), (many, 400, 420, ""),
        ]  # fmt: skip
        assert {(mark.examiner, mark.footage, mark.withdrawn) for mark in marks} == {("Lee", "1", None)}
        assert case.marks("2") == []
        assert [mark["id"] for mark in case.show()["marks"]] == [one, many]
        assert [entry.action for entry in case.journal()][-2:] == ["mark", "mark"]
        assert {remark.kind for remark in case.remarks()} == {"note", "finding"}
        assert case.verify().ok


@pytest.mark.parametrize(("first", "last"), [(-1, None), (500, None), (0, 500), (9, 8), (1 << 60, None)])
def test_a_mark_where_no_frames_are_is_refused(harbour: Path, first: int, last: int | None):
    with Case.open(harbour, examiner="Lee") as case:
        before = case.head()
        with pytest.raises(InputError):
            case.mark("1", first, last)
        with pytest.raises(InputError):
            case.mark("7", 0)
        assert case.head() == before


def test_a_mark_is_withdrawn_like_an_exhibit_and_stays(harbour: Path):
    with Case.open(harbour, examiner="Lee") as case:
        mark = case.mark("1", 3, None, "wrong door")
        case.withdraw(mark, "another door")
        assert case.marks()[0].withdrawn == "another door"
        with pytest.raises(InputError, match="withdrawn before"):
            case.withdraw(mark, "again")
        with pytest.raises(InputError):
            case.withdraw("R99", "there is none")
        with pytest.raises(InputError):
            case.note("no note on a mark", mark)
        assert case.verify().ok
        other = case.mark("1", 4)
        case.withdraw("1", "the wrong camera")
        assert {each.id: each.withdrawn for each in case.marks()}[other] == "the wrong camera"


def test_of_several_readings_of_a_clock_the_last_that_stands_holds(harbour: Path):
    with Case.open(harbour, examiner="Lee") as case:
        assert case.clock("1") is None
        first = case.set_clock("1", reading())
        second = case.set_clock("1", reading(9, "2026-11-02 14:03:13", true="2026-11-02 14:07:24", source="NTP, Kim"))
        held = case.clock("1")
        assert held is not None
        assert (held.id, held.index, held.true, held.source) == (second, 9, "2026-11-02T14:07:24+09:00", "NTP, Kim")
        assert held.reading() == reading(9, "2026-11-02 14:03:13", true="2026-11-02 14:07:24", source="NTP, Kim")
        case.withdraw(second, "read wrongly")
        again = case.clock("1")
        assert again is not None
        assert again.id == first
        assert [clock["id"] for clock in case.show()["camera_clocks"]] == [first, second]
        with pytest.raises(InputError, match="no frame"):
            case.set_clock("1", reading(500))
        assert case.verify().ok


@pytest.mark.parametrize(
    "change",
    [
        {"first": 5}, {"last": 7}, {"last": 1}, {"text": "another"}, {"kind": "note"}, {"exhibit": None},
        {"first": None}, {"first": True}, {"first": "3"}, {"exhibit": "2"},
    ],
)  # fmt: skip
def test_a_mark_that_was_rewritten_is_named(harbour: Path, change: dict):
    with Case.open(harbour, examiner="Lee") as case:
        mark = case.mark("1", 3, 4, "here")
    with unguarded(harbour) as connection:
        rewrite_record(connection, "remarks", mark, lambda record: record.update(change))
    assert (mark, "record") in failed(harbour)


@pytest.mark.parametrize(
    "change",
    [
        {"zone": 3},
        {"seconds": "x"},
        {"seconds": "-1/2"},
        {"seconds": "1e9999"},
        {"index": None},
        {"shows": None},
        {"true": 5},
        {"text": None},
    ],
)
def test_a_reading_that_makes_no_sense_is_one_plain_line(harbour: Path, change: dict):
    """Even where record, digest and journal agree on it."""
    with Case.open(harbour, examiner="Lee") as case:
        clock = case.set_clock("1", reading())
    rewritten = ""

    def follow(entries: list[dict]) -> list[dict]:
        entries[-1]["rows"][0]["digests"]["record"] = rewritten
        return entries

    with unguarded(harbour) as connection:
        rewrite_record(connection, "remarks", clock, lambda record: record.update(change))
        (rewritten,) = connection.execute("SELECT record_sha256 FROM remarks WHERE id = ?", (clock,)).fetchone()
        rechain(connection, follow)
    assert (clock, "record") in failed(harbour)
    with Case.open(harbour) as case, pytest.raises(InputError, match="altered"):
        case.clocks()


def test_a_reading_in_a_zone_unknown_here_is_told_when_it_is_used_and_not_before(harbour: Path):
    with Case.open(harbour, examiner="Lee") as case:
        clock = case.set_clock("1", reading())
    with unguarded(harbour) as connection:
        rewrite_record(connection, "remarks", clock, lambda record: record.update(zone="Moon/Sea_of_Rains"))
    with Case.open(harbour) as case:
        held = case.clock("1")
        assert held is not None
        with pytest.raises(InputError, match="Moon/Sea_of_Rains"):
            held.reading()


def test_the_index_of_footage_is_kept_with_its_md5_and_had_again(harbour: Path):
    with Case.open(harbour) as case:
        assert case.stored_index("1", INDEX[0]) == case.stored_index("1") == INDEX
        assert case.stored_index("1", "libavcodec 63") is None
        assert case.keeps_indexes
        assert case.stored_index("2", INDEX[0]) is None
        assert case.index_decoders("1") == [INDEX[0]]
        assert len(str(case.footage()[0].md5)) == 32
        assert ("I1", "index") in {(row.exhibit, row.check) for row in case.verify().rows}
        assert [row["table"] for row in case.show()["journal"][1]["rows"]] == ["footage", "indexes"]


def test_another_decoders_index_is_kept_beside_the_first_and_the_same_ones_is_not(harbour: Path, tmp_path: Path):
    film = harbour.parent / "corridor.mp4"
    with Case.open(harbour, examiner="Lee") as case:
        before = case.head()
        assert ingest(case, film) == "1"
        assert case.head() == before
        case.add_index("1", ("libavcodec 63", b"another"))
        assert case.stored_index("1") == ("libavcodec 63", b"another")
        assert case.stored_index("1", INDEX[0]) == INDEX
        assert case.journal()[-1].action == "index"
        case.add_index("1", ("libavcodec 64", b""))
        assert case.index_decoders("1") == [INDEX[0], "libavcodec 63"]
        assert ingest(case, make_footage(tmp_path, "second.mp4", b"second")) == "2"
        assert case.verify().ok


@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
def test_a_flipped_byte_of_a_stored_index_is_named_and_the_index_not_used(harbour: Path, part: float):
    where = places(harbour, INDEX[1])
    flip(harbour, where[round(part * (len(where) - 1))])
    assert failed(harbour) == {("I1", "index")}
    with Case.open(harbour) as case, pytest.raises(InputError, match="I1 has been altered"):
        case.stored_index("1", INDEX[0])


def test_an_index_rewritten_with_its_own_digests_is_named_and_not_used(harbour: Path):
    """Its row fits itself; the journal knows better."""
    sly = b"frame 5 is frame 6"
    with unguarded(harbour) as connection:
        connection.execute("UPDATE indexes SET content = ?, content_sha256 = ?", (sly, sha256_bytes(sly)))
        rewrite_record(
            connection,
            "indexes",
            "I1",
            lambda record: record.update(content_sha256=sha256_bytes(sly), content_bytes=len(sly)),
        )
    assert ("I1", "record") in failed(harbour)
    with Case.open(harbour) as case, pytest.raises(InputError, match="I1 has been altered"):
        case.stored_index("1", INDEX[0])


def test_an_index_that_claims_to_be_huge_is_never_loaded(harbour: Path):
    with unguarded(harbour) as connection:
        connection.execute("UPDATE indexes SET content = zeroblob(?)", (LARGEST_INDEX // 8,))
    assert failed(harbour) == {("I1", "index")}
    with Case.open(harbour) as case, pytest.raises(InputError, match="altered"):
        case.stored_index("1", INDEX[0])
    with unguarded(harbour) as connection:
        rewrite_record(connection, "indexes", "I1", lambda record: record.update(content_bytes=LARGEST_INDEX + 1))
    assert ("I1", "record") in failed(harbour)
    with Case.open(harbour) as case, pytest.raises(InputError, match="altered"):
        case.stored_index("1")


def test_an_index_taken_out_or_handed_to_other_footage_is_named(harbour: Path, tmp_path: Path):
    with Case.open(harbour, examiner="Lee") as case:
        ingest(case, make_footage(tmp_path, "second.mp4", b"second"))
    with unguarded(harbour) as connection:
        rewrite_record(connection, "indexes", "I1", lambda record: record.update(footage="2"))
        connection.execute("UPDATE indexes SET footage = '2' WHERE id = 'I1'")
    assert ("I1", "record") in failed(harbour)
    sql(harbour, "DELETE FROM indexes WHERE id = 'I1'")
    assert ("I1", "record") in failed(harbour)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM indexes",
        "UPDATE indexes SET content = x'00'",
        "INSERT OR REPLACE INTO indexes SELECT * FROM indexes",
    ],
)
def test_the_file_itself_refuses_to_have_an_index_rewritten(harbour: Path, statement: str):
    connection = raw(harbour, isolation_level=None)
    with pytest.raises(REFUSED, match="append-only"):
        connection.execute(statement)
    connection.close()
