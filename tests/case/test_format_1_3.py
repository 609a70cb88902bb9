"""Cases made by format 1.3 stay readable, checkable and writable, and their seals keep their worth."""

from __future__ import annotations

from pathlib import Path

import pytest

from case.evidence import add_samples
from case.tampering import flip, places
from facet.case import Case, Verification
from facet.workbench.sealing import Trusted
from facet.workbench.witnesses import verified
from released import FIXTURES, released

HEAD = "15:eadbdf39a66ec379b28ad992373c2e1fb3c77e5282966a48a6acdad760997959"
KEY = "4fdd31c531213a16397a1ff762e260a042c6f4d72b6cfbe4c608306d83e6b332"
"""As the program that made the fixture printed them."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return released("1.3", tmp_path / "old.facet")


def _checked(path: Path) -> Verification:
    with Case.open(path, suspect=True) as case:
        trusted = Trusted(keys=(KEY,), authorities=FIXTURES / "format-1.3.authority.pem")
        return verified(case, against=HEAD, trusted=trusted)


def test_it_opens_and_verifies_as_whole_and_says_what_it_holds(old: Path) -> None:
    with Case.open(old) as case:
        shown = case.show()
        assert [row.tags for row in case.crops()] == [()]
        assert [(tag.text, tag.withdrawn) for tag in case.tags()] == [("hood", "another man"), ("urgent", None)]
        assert all(entry.local for entry in case.journal())
    assert [len(shown[kind]) for kind in ("marks", "tags", "seals")] == [1, 2, 2]


def test_its_seals_are_of_the_key_that_made_them_and_the_time_stamp_of_its_authority(old: Path) -> None:
    found = _checked(old)
    assert found.ok, found.failed
    first, second, rest = (row.message for row in found.rows if row.check == "seal")
    assert first.startswith("Sealed up to entry 12 by 김민지 at ")
    assert first.endswith("No time stamp.")
    assert second.endswith("Time stamp of 2026-11-02T09:30:00.000000Z, by an authority that was given.")
    assert rest == "Everything recorded is sealed."


def test_it_takes_more_and_what_is_more_is_not_sealed(old: Path) -> None:
    with Case.open(old, examiner="Lee") as case:
        add_samples(case, "1/F412/C1")
    found = _checked(old)
    assert found.ok, found.failed
    assert found.rows[-1].message.startswith("Not sealed since entry 14: 1 of the journal's entries")


def test_what_was_altered_in_it_is_told_in_words(old: Path) -> None:
    with Case.open(old) as case:
        place = places(old, case.png("1/F412/C1/E2"))[60]
    flip(old, place)
    failed = _checked(old).failed
    assert {row.exhibit for row in failed} == {"1/F412/C1/E2"}
    assert "Output 1/F412/C1/E2: picture differs from its digest." in [row.message for row in failed]
