"""Who may write: on shares without locks, where the lock file was deleted, and where somebody else took it over."""

from __future__ import annotations

import errno
import json
import os
import sys
from pathlib import Path

import pytest

from facet.case import Case
from facet.core.errors import EnvironmentLacksError, InputError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX systems")


def lock_of(case: Path) -> Path:
    return case.with_name(case.name + ".lock")


@pytest.mark.parametrize("refused", ["flock", "lockf"])
def test_a_share_that_gives_no_locks_is_told_and_read_all_the_same(
    harbour: Path, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    def without(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(f"fcntl.{refused}", without)
    with pytest.raises(EnvironmentLacksError, match="network shares") as told:
        Case.open(harbour, examiner="Kim")
    assert os.strerror(errno.ENOLCK) in str(told.value)
    assert "\n" not in str(told.value)
    with Case.open(harbour) as case:
        assert len(case.outputs()) == 8
        assert case.verify().ok


def test_a_writer_whose_lock_another_machine_was_given_too_steps_back(harbour: Path) -> None:
    other = {"examiner": "Lee", "host": "lab-9", "process": 4711, "since": "2026-11-23T07:00:00.000000Z"}
    with Case.open(harbour, examiner="Kim") as case:
        case.note("mine")
        head = case.head()
        lock_of(harbour).write_text(json.dumps(other), "utf-8")
        for _ in range(2):
            with pytest.raises(InputError, match="written by Lee on lab-9"):
                case.note("too late")
        assert case.head() == head
    assert json.loads(lock_of(harbour).read_text("utf-8")) == other  # nobody takes another's lock away
    with Case.open(harbour) as case:
        assert case.remarks()[-1].text == "mine"
        assert case.verify().ok


def test_a_lock_file_that_was_deleted_is_made_again_by_the_writer(harbour: Path) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        lock_of(harbour).unlink()
        case.note("still mine")
        with pytest.raises(InputError, match="being written by Kim"):
            Case.open(harbour, examiner="Lee")
    assert not lock_of(harbour).exists()


def test_whoever_took_a_deleted_lock_writes_and_the_first_is_told(harbour: Path) -> None:
    with Case.open(harbour, examiner="Kim") as first:
        first.note("before")
        lock_of(harbour).unlink()
        with Case.open(harbour, examiner="Lee") as second:
            second.note("from Lee")
            with pytest.raises(InputError, match="being written by Lee"):
                first.note("from Kim")
            first.close()
            assert lock_of(harbour).exists()
            second.note("again from Lee")
    with Case.open(harbour) as case:
        assert [remark.text for remark in case.remarks()][-3:] == ["before", "from Lee", "again from Lee"]
        assert case.verify().ok


def test_a_lock_without_room_for_its_words_is_told_and_taken_away(
    harbour: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facet.case.lock.os.write", lambda _descriptor, content: len(content) // 2)
    with pytest.raises(EnvironmentLacksError, match="Free some space"):
        Case.open(harbour, examiner="Kim")
    monkeypatch.undo()
    assert not lock_of(harbour).exists()
    with Case.open(harbour, examiner="Kim") as case:
        case.note("room again")


def test_what_a_killed_maker_left_is_cleared_away_by_the_next_writer_and_nothing_else(harbour: Path) -> None:
    left = harbour.with_name(f".{harbour.name}.0123456789abcdef.new")
    os.link(harbour, left)  # killed between giving the case its name and taking its first one away
    others = [harbour.with_name(name) for name in (f".{harbour.name}.mine.new", ".other.facet.0123456789abcdef.new")]
    for other in others:
        other.write_bytes(b"mine")
    with Case.open(harbour) as case:
        assert case.verify().ok
    assert left.exists()
    with Case.open(harbour, examiner="Kim") as case:
        case.note("after it was made")
    assert not left.exists()
    assert all(other.exists() for other in others)
