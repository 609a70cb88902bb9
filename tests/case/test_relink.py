"""Footage that was moved is found again by its digest and by nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from facet.case import Case
from facet.core.errors import EnvironmentLacksError, InputError


@pytest.fixture
def elsewhere(harbour: Path) -> Path:
    """The footage under another name in another folder, among others of its size."""
    folder = harbour.parent.parent / "usb" / "evidence"
    folder.mkdir(parents=True)
    film = harbour.with_name("corridor.mp4")
    content = bytearray(film.read_bytes())
    content[5] ^= 1
    (folder / "corridor.mp4").write_bytes(content)  # the right name, the right size, another film
    return shutil.move(film, folder / "CAM 3.mp4")


def test_moved_footage_is_told_with_the_command_that_mends_it(harbour: Path, elsewhere: Path) -> None:
    assert elsewhere.exists()
    with Case.open(harbour) as case, pytest.raises(EnvironmentLacksError, match="facet relink CASE 1 PATH"):
        case.locate_footage("1")


@pytest.mark.parametrize("place", ["file", "folder"])
def test_it_is_found_by_its_digest_and_journalled_once(harbour: Path, elsewhere: Path, place: str) -> None:
    asked = elsewhere if place == "file" else elsewhere.parent
    with Case.open(harbour, examiner="Kim") as case:
        before = len(case.journal())
        for _ in range(2):
            assert case.relink("1", asked) == elsewhere
        entries = case.journal()[before:]
        assert [(entry.action, entry.exhibit) for entry in entries] == [("relocate", "1")]
        assert entries[0].details == {"path": "../usb/evidence/CAM 3.mp4"}
        assert case.locate_footage("1").samefile(elsewhere)
        assert case.check_footage("1").ok
        assert case.verify().ok


def test_another_file_is_refused_whatever_its_name_and_size(harbour: Path, elsewhere: Path) -> None:
    with Case.open(harbour, examiner="Kim") as case:
        head, digest = case.head(), case.footage()[0].sha256
        for wrong in (elsewhere.with_name("corridor.mp4"), harbour):
            with pytest.raises(InputError, match=f"not footage 1: its SHA-256 is not {digest}"):
                case.relink("1", wrong)
        elsewhere.unlink()
        with pytest.raises(InputError, match="1 have its size"):
            case.relink("1", elsewhere.parent)
        with pytest.raises(InputError, match="nothing at"):
            case.relink("1", elsewhere)
        with pytest.raises(InputError):
            case.relink("9", elsewhere)
        assert case.head() == head


def test_a_case_opened_to_read_says_that_it_can_not_note_it(harbour: Path, elsewhere: Path) -> None:
    with Case.open(harbour) as case, pytest.raises(InputError, match="open only to read"):
        case.relink("1", elsewhere)
