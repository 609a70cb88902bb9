"""Verifying without pixels, and reading ahead in threads, find what they should and nothing else."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from case.evidence import add_samples, noise
from case.tampering import flip, places, rechain, rewrite_record, unguarded
from facet.case import Case
from facet.case.ahead import BYTES, ROWS, Ahead, see
from facet.case.database import Database
from facet.case.png import encode_png
from facet.case.records import read_record
from facet.core.canonical import LIMIT, canonical_json
from facet.core.digest import picture_digest, sha256_bytes
from facet.core.errors import Cancelled

PIXELS = {"picture", "cut", "spread"}


def test_without_pixels_everything_else_is_checked_and_the_answer_says_so(harbour: Path) -> None:
    with Case.open(harbour, examiner="Lee") as case:
        add_samples(case, "1/F412/C1")
        quick, whole = case.verify(pixels=False), case.verify()
    assert quick.ok
    assert whole.ok
    said = [row for row in quick.rows if row.check == "picture"]
    assert [row.message for row in said] == ["Pixels not compared: pictures were compared as files, by their digests."]
    rest = [(row.exhibit, row.check) for row in whole.rows if row.check not in PIXELS]
    assert [(row.exhibit, row.check) for row in quick.rows if row.check != "picture"] == rest


@pytest.mark.parametrize("exhibit", ["1/F413", "1/F412/C2", "1/F412/C1/E2"])
def test_without_pixels_a_changed_picture_file_is_found(harbour: Path, exhibit: str) -> None:
    with Case.open(harbour) as case:
        if case.encrypted:
            pytest.skip("a page that was changed can't be read at all")  # test_verify tells of that
        place = places(harbour, case.png(exhibit))[-20]
    flip(harbour, place)
    with Case.open(harbour, suspect=True) as case:
        assert {row.exhibit for row in case.verify(pixels=False).failed} == {exhibit}


def test_pixels_other_than_the_journal_says_take_a_look_at_pixels(harbour: Path) -> None:
    """Made by somebody who rewrote the chain, and left a digest of pixels behind: their file is what it is said to
    be."""
    digest = "00" * 32
    with unguarded(harbour) as connection:
        rewrite_record(connection, "crops", "1/F412/C1", lambda record: record.update(picture_sha256=digest))
        connection.execute("UPDATE crops SET picture_sha256 = ? WHERE id = '1/F412/C1'", (digest,))
        (record,) = connection.execute("SELECT record_sha256 FROM crops WHERE id = '1/F412/C1'").fetchone()

        def fitting(entries: list[dict]) -> list[dict]:
            for entry in entries:
                for row in entry["rows"]:
                    if row["id"] == "1/F412/C1":
                        row["digests"] |= {"picture": digest, "record": record}
            return entries

        rechain(connection, fitting)
    with Case.open(harbour) as case:
        found = {(row.exhibit, row.check) for row in case.verify().failed}
    assert {("1/F412/C1", "picture"), ("1/F412/C1", "cut")} <= found


def test_a_picture_is_taken_apart_by_what_its_file_says() -> None:
    picture = noise(20, 30)
    png = encode_png(picture)
    seen = see(png, (30, 20), [(2, 3, 10, 8), (25, 0, 10, 8)], keep=True)
    assert (seen.sha256, seen.size) == (sha256_bytes(png), len(png))
    assert (seen.width, seen.height, seen.bits, seen.picture_sha256) == (30, 20, 8, picture_digest(picture))
    assert dict(seen.cuts) == {(2, 3, 10, 8): picture_digest(picture[3:11, 2:12])}
    assert seen.picture is not None
    assert see(png, (30, 20)).picture is None
    for other in (see(png, (20, 30)), see(png, None), see(b"no picture", (0, 0)), see(png[:-9], (30, 20))):
        assert (other.picture_sha256, other.cuts) == (None, {})


def test_what_is_at_hand_is_bounded_and_let_go_of(harbour: Path) -> None:
    with Case.open(harbour) as case:
        database = case._database
        assert isinstance(database, Database)
        ahead = Ahead(database, {}, pixels=True, threads=2)
        gone = []
        for seq in ahead.through("outputs", range(1, 9)):
            assert ahead.seen("outputs", seq, {}) is not None
            assert len(ahead._rows) <= 2 * ROWS
            gone.append(seq)
        assert gone == [*range(1, 9)]
        assert not ahead._rows
        assert not ahead._seen
        assert list(ahead.through("outputs", [])) == []
        ahead.close()
    assert BYTES < 1 << 30


def test_a_stop_ends_a_verification_and_its_threads(harbour: Path) -> None:
    def stop(done: int, total: int, label: str = "") -> None:
        if done > 5:
            raise Cancelled

    before = threading.active_count()
    with Case.open(harbour) as case, pytest.raises(Cancelled):
        case.verify(stop)
    assert threading.active_count() == before


def is_record(content: bytes) -> bool:
    try:
        read_record(content)
    except ValueError:
        return False
    return True


plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(LIMIT - 1), LIMIT - 1) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), plain, max_size=5))
def test_a_record_is_read_if_it_is_canonical_and_only_then(value: dict) -> None:
    content = canonical_json(value)
    assert read_record(content) == value
    for other in (b" " + content, content + b"\n"):
        assert not is_record(other)


@pytest.mark.parametrize(
    "content",
    [
        '{"\uffee":1,"\U0001f600":2}',  # in the order of code points, which is not that of UTF-16
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
        '{"a":9007199254740992}',
        '{"a":1e3}',
        '{"a":-0}',
        '{"a":"\\u0041"}',
        '{"a":"\\u001F"}',
        '{"a":"\\ud800"}',
        '{"a":NaN}',
        "[1]",
        '{"a":' + "9" * 5000 + "}",
        '{"a":' + "[" * 5000 + "]" * 5000 + "}",
    ],
)
def test_what_is_not_canonical_is_no_record(content: str) -> None:
    assert not is_record(content.encode())
    assert read_record('{"\U0001f600":2,"\uffee":1}'.encode()) == {"\uffee": 1, "\U0001f600": 2}
