"""A folder of numbered pictures is footage: found again, checked by its files, told when one of them changed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from facet.case import Case, modified_utc
from facet.core.canonical import canonical_digest
from facet.core.digest import sha256_bytes
from facet.core.errors import EnvironmentLacksError
from facet.core.image_folder import folder_digests, list_images


def make_folder(path: Path, count: int = 12) -> Path:
    path.mkdir()
    for number in range(count):
        (path / f"shot_{number:04d}.png").write_bytes(b"no real picture %d" % number)
    return path


@pytest.fixture(params=["folder", "pattern"])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Path]:
    """The case, and its footage as it was named."""
    folder = make_folder(tmp_path / "shots")
    footage = folder if request.param == "folder" else folder / "shot_%04d.png"
    digests = folder_digests(list_images(footage))
    with Case.create(tmp_path / "c.facet", number="1", examiner="Kim") as case:
        case.add_footage(
            path=footage, sha256=digests.sha256, md5=digests.md5, size=digests.size, modified=modified_utc(footage),
            probe={"frames": 12},
        )  # fmt: skip
    return tmp_path / "c.facet", footage


def check(path: Path, **options):
    with Case.open(path) as case:
        return case.check_footage("1", **options)


def test_an_untouched_folder_is_what_was_ingested(made: tuple[Path, Path]):
    path, footage = made
    for full in (True, False):
        found = check(path, full=full)
        assert (found.found, found.ok, found.full) == (True, True, full)
    with Case.open(path) as case:
        assert case.locate_footage("1") == footage
        assert case.verify().ok


@pytest.mark.parametrize("what", ["byte", "removed", "added", "renamed"])
def test_a_changed_folder_is_told(made: tuple[Path, Path], what: str):
    path, footage = made
    folder = footage if footage.is_dir() else footage.parent
    picture = folder / "shot_0007.png"
    if what == "byte":
        picture.write_bytes(picture.read_bytes()[:-1] + b"!")
    elif what == "removed":
        picture.unlink()
    elif what == "added":
        (folder / "shot_0012.png").write_bytes(b"one more")
    else:
        picture.rename(folder / "shot_0099.png")
    found = check(path)
    assert (found.found, found.ok) == (True, False)
    with Case.open(path) as case:
        assert [row.check for row in case.verify().failed] == ["footage"]


@pytest.mark.skipif(sys.platform != "linux", reason="file names of any bytes")
def test_names_that_are_no_unicode_are_known_by_their_bytes(tmp_path: Path):
    for number in range(2):
        (tmp_path / os.fsdecode(b"T\xfcr_%d.png" % number)).write_bytes(b"no real picture")
    wanted = [
        {"name": f"T\\udcfcr_{number}.png", "size": 15, "sha256": sha256_bytes(b"no real picture")}
        for number in range(2)
    ]
    assert folder_digests(list_images(tmp_path)).sha256 == canonical_digest(
        {"schema": "facet.folder/1", "files": wanted}
    )


def test_a_touched_picture_is_seen_by_its_time_and_the_digest_decides(made: tuple[Path, Path]):
    path, footage = made
    folder = footage if footage.is_dir() else footage.parent
    os.utime(folder / "shot_0003.png", (2_000_000_000, 2_000_000_000))
    assert not check(path, full=False).ok
    assert check(path, full=True).ok


def test_what_lies_beside_the_pictures_changes_nothing(made: tuple[Path, Path]):
    path, footage = made
    folder = footage if footage.is_dir() else footage.parent
    (folder / "Thumbs.db").write_bytes(b"left by a window")
    assert check(path).ok


def test_a_moved_folder_is_found_by_name_and_a_renamed_one_by_its_digest(tmp_path: Path):
    folder = make_folder(tmp_path / "shots")
    digests = folder_digests(list_images(folder))
    with Case.create(tmp_path / "c.facet", number="1", examiner="Kim") as case:
        case.add_footage(
            path=folder, sha256=digests.sha256, size=digests.size, modified=modified_utc(folder), probe={"frames": 12}
        )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.rename(elsewhere / "shots")
    assert not check(tmp_path / "c.facet").found
    assert check(tmp_path / "c.facet", folder=elsewhere).ok
    (elsewhere / "shots").rename(elsewhere / "other name")
    make_folder(elsewhere / "decoy", 3)
    found = check(tmp_path / "c.facet", folder=elsewhere)
    assert (found.ok, found.path) == (True, elsewhere / "other name")


def test_a_folder_emptied_of_pictures_is_not_found(tmp_path: Path):
    folder = make_folder(tmp_path / "shots", 2)
    digests = folder_digests(list_images(folder))
    with Case.create(tmp_path / "c.facet", number="1", examiner="Kim") as case:
        case.add_footage(
            path=folder, sha256=digests.sha256, size=digests.size, modified=modified_utc(folder), probe={"frames": 2}
        )
        for picture in folder.iterdir():
            picture.unlink()
        assert not case.check_footage("1").found
        with pytest.raises(EnvironmentLacksError):
            case.locate_footage("1")
