"""A case of every released format opens, verifies, and can be copied into the present one; the old file stays."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from case.evidence import add_samples, make_footage
from case.tampering import flip, places, sql
from facet.case import Case
from facet.case.migration import STEPS
from facet.case.schema import MINOR
from facet.core.digest import sha256_file
from facet.core.errors import Cancelled, InputError, NegativeAnswer
from released import released, versions

VERSIONS = [version for version in versions() if version != f"1.{MINOR}"]
"""Older ones."""


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return released(request.param, tmp_path / "old.facet")


def migrated(old: Path, out: Path) -> Path:
    with Case.open(old) as case:
        case.migrate(out, examiner="Lee")
    return out


def test_there_is_a_case_of_every_released_format() -> None:
    assert [f"1.{minor}" for minor in range(MINOR + 1)] == versions()
    assert sorted(STEPS) == list(range(1, MINOR + 1))


def test_an_old_case_opens_as_it_is(old: Path) -> None:
    with Case.open(old) as case:
        assert case.format in VERSIONS
        assert not case.current
        assert case.verify().ok


def test_everything_is_copied_byte_for_byte_and_the_old_file_stays(old: Path) -> None:
    before, beside = sha256_file(old), sorted(old.parent.iterdir())
    new = migrated(old, old.with_name("new.facet"))
    assert sha256_file(old) == before
    assert sorted(old.parent.iterdir()) == sorted([*beside, new])
    with Case.open(old) as first, Case.open(new) as second:
        assert second.current
        was, now = first.show(), second.show()
        journal = now["journal"]
        assert journal[: len(was["journal"])] == was["journal"]
        changed = {"journal", "head"}
        assert {k: v for k, v in was.items() if k not in changed} == {k: v for k, v in now.items() if k not in changed}
        for output in first.outputs():
            assert second.receipt(output.id).canonical() == first.receipt(output.id).canonical()
            assert second.png(output.id) == first.png(output.id)
        (entry,) = second.journal()[len(was["journal"]) :]
        assert (entry.action, entry.examiner) == ("migrate", "Lee")
        assert entry.details == {
            "from": first.format,
            "to": f"1.{MINOR}",
            "steps": [f"1.{step}" for step in STEPS if f"1.{step}" > first.format],
            "sha256": before,
        }
        assert second.verify(against=first.head()).ok


def test_the_copy_takes_what_the_old_format_had_no_room_for(old: Path) -> None:
    new = migrated(old, old.with_name("new.facet"))
    with Case.open(new, examiner="Lee") as case:
        case.mark("1", 3, 9, "here")
        case.tag("hood", "1/F412/C1")
        add_samples(case, "1/F412/C1")
        assert case.verify().ok


def test_footage_is_found_from_another_folder(old: Path) -> None:
    with Case.open(old) as case:
        row = case.footage()[0]
    film = make_footage(old.parent, row.path)
    (old.parent / "elsewhere").mkdir()
    new = migrated(old, old.parent / "elsewhere" / "new.facet")
    with Case.open(new) as case:
        assert case.locate_footage("1").resolve() == film.resolve()
        assert [entry.action for entry in case.journal()][-2:] == ["migrate", "relocate"]
        assert case.check_footage("1").found


def test_a_case_that_is_not_whole_is_not_migrated(old: Path) -> None:
    with Case.open(old) as case:
        place = places(old, case.png("1/F412"))[40]
    flip(old, place)
    new = old.with_name("new.facet")
    with Case.open(old) as case, pytest.raises(NegativeAnswer, match="not what was recorded"):
        case.migrate(new, examiner="Lee")
    assert [path.name for path in old.parent.iterdir() if not path.name.startswith("film")] == ["old.facet"]


def test_a_case_from_which_a_row_was_taken_is_not_migrated(old: Path) -> None:
    sql(old, "DELETE FROM remarks WHERE seq = 1")
    new = old.with_name("new.facet")
    with Case.open(old) as case, pytest.raises(NegativeAnswer, match="not what was recorded"):
        case.migrate(new, examiner="Lee")
    assert not new.exists()


def test_a_stop_leaves_nothing(old: Path) -> None:
    def stop(done: int, total: int, label: str = "") -> None:
        if label == "migrate" and done > 3:
            raise Cancelled

    with Case.open(old) as case, pytest.raises(Cancelled):
        case.migrate(old.with_name("new.facet"), examiner="Lee", progress=stop)
    assert [path.name for path in old.parent.iterdir()] == ["old.facet"]


def test_what_a_killed_migration_left_goes_with_the_next(old: Path) -> None:
    for name in (".new.facet.0123456789abcdef.new", ".new.facet.0123456789abcdef.new-journal"):
        old.with_name(name).write_bytes(b"half")
    kept = [".new.facet.notes", "new.facet.new", ".other.facet.0123456789abcdef.new"]
    for name in kept:
        old.with_name(name).write_bytes(b"not ours")
    migrated(old, old.with_name("new.facet"))
    assert sorted(path.name for path in old.parent.iterdir()) == sorted(["old.facet", "new.facet", *kept])


def test_a_name_that_is_taken_and_a_case_of_the_present_format_are_one_clear_line(old: Path, harbour: Path) -> None:
    shutil.copy(old, old.with_name("new.facet"))
    with Case.open(old) as case, pytest.raises(InputError, match=r"new\.facet already exists"):
        case.migrate(old.with_name("new.facet"), examiner="Lee")
    with Case.open(harbour) as case, pytest.raises(InputError, match="has the present format"):
        case.migrate(harbour.with_name("new.facet"), examiner="Lee")


@pytest.mark.parametrize(("version", "said"), [((1, MINOR + 1), "newer Facet"), ((2, 0), "newer Facet")])
def test_a_newer_format_is_refused_in_words(harbour: Path, version: tuple[int, int], said: str) -> None:
    with harbour.open("r+b") as stream:
        stream.seek(60)
        stream.write((version[0] << 16 | version[1]).to_bytes(4, "big"))
    with pytest.raises(InputError, match=rf"{said} \(format {version[0]}\.{version[1]}\)\. Open it with that version"):
        Case.open(harbour)
