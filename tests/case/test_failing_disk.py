"""A disk that fails at any single call, a case that goes away while it is open: told, and nothing recorded is lost."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from case.evidence import add_samples
from facet.case import Case
from facet.core.errors import EnvironmentLacksError, InputError
from failing_disk import BROKEN, FULL, WRITING, failing, is_lock, reachable

failing_disk = pytest.mark.skipif(not reachable(), reason="Python has an SQLite library of its own")


def write_note(case: Case) -> None:
    case.note("What the disk is to keep.")


def write_output(case: Case) -> None:
    add_samples(case, "1/F412/C1")


@failing_disk
@pytest.mark.parametrize("reason", [FULL, BROKEN])
@pytest.mark.parametrize(("write", "step"), [(write_note, 3), (write_output, 13)])
def test_whichever_call_fails_the_write_is_whole_or_not_there_and_that_is_told(
    harbour: Path, write: Callable[[Case], None], step: int, reason: int
) -> None:
    for first in range(1, 1000, step):
        with Case.open(harbour, examiner="Kim") as case:
            before = case.head()
            told = ""
            with failing(WRITING, reason, first=first) as failed:
                try:
                    write(case)
                except EnvironmentLacksError as error:
                    told = str(error)
        if not failed:
            break
        assert "\n" not in told
        assert not told or "Nothing was recorded" in told
        with Case.open(harbour) as case:
            assert (case.head() == before) == bool(told)
    assert first > 2 * step
    with Case.open(harbour, examiner="Kim") as case:
        write(case)
        assert case.verify().ok


@failing_disk
def test_a_disk_that_fails_after_the_commit_is_not_said_to_have_recorded_nothing(harbour: Path) -> None:
    for first in range(1, 100):
        with Case.open(harbour, examiner="Kim") as case:
            before, told = case.head(), ""
            with failing(("fcntl",), BROKEN, first=first, when=is_lock) as failed:
                try:
                    write_note(case)
                except EnvironmentLacksError as error:
                    told = str(error)
        if not failed:
            break
        with Case.open(harbour) as case:
            if "Nothing was recorded" in told:
                assert case.head() == before
            elif not told:
                assert case.head() != before
    assert first > 3
    with Case.open(harbour) as case:
        assert case.verify().ok


@failing_disk
def test_a_case_that_can_not_be_read_for_now_is_told_and_read_later(harbour: Path) -> None:
    with Case.open(harbour) as case:
        moved(harbour)
        with (
            failing(("read", "pread", "pread64"), BROKEN),
            pytest.raises(EnvironmentLacksError, match="no longer where"),
        ):
            case.show()
        harbour.with_name("elsewhere.facet").rename(harbour)
        assert case.show()["outputs"]


def moved(case: Path) -> None:
    case.rename(case.with_name("elsewhere.facet"))


def replaced(case: Path) -> None:
    shutil.copyfile(case, case.with_name("copy"))
    case.with_name("copy").replace(case)


def deleted(case: Path) -> None:
    case.unlink()


def removed_with_its_folder(case: Path) -> None:
    shutil.rmtree(case.parent)


@pytest.mark.parametrize("vanish", [moved, replaced, deleted, removed_with_its_folder])
def test_a_case_that_is_no_longer_where_it_was_takes_nothing_that_would_be_lost(
    harbour: Path, vanish: Callable[[Path], None]
) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        case.note("while it was there")
        keep = harbour.parent.with_name("kept.facet")
        shutil.copyfile(harbour, keep)
        vanish(harbour)
        for _ in range(2):
            with pytest.raises((EnvironmentLacksError, InputError)) as told:
                case.note("into the void")
            assert "\n" not in str(told.value)
        assert case.remarks()[-1].text == "while it was there"
    with Case.open(keep) as case:
        assert case.verify().ok


def test_the_words_for_a_removed_drive_say_so(harbour: Path) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        moved(harbour)
        with pytest.raises(EnvironmentLacksError, match="no longer where it was opened"):
            case.note("into the void")
        harbour.with_name("elsewhere.facet").rename(harbour)
        case.note("it is back")
        assert case.verify().ok


def test_a_read_only_case_is_told_in_the_systems_words(harbour: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("facet.case.lock.os.access", lambda *_: False)
    with pytest.raises(InputError, match=os.strerror(13)):
        Case.open(harbour, examiner="Kim")
