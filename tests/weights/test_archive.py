from __future__ import annotations

import tracemalloc
import zipfile
from pathlib import Path

import pytest

from facet.core.errors import InputError
from facet.weights.archive import read_member
from facet.weights.card import Member
from pinned import sha256

CONTENT = b"the numbers of a network" * 100


def zipped(folder: Path, name: str, content: bytes, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "archive.whl"
    with zipfile.ZipFile(path, "w", compression) as file:
        file.writestr(name, content)
    return path


def member(path: str, content: bytes = CONTENT) -> Member:
    return Member(path=path, size=len(content), sha256=sha256(content))


def test_the_named_file_is_read(tmp_path: Path) -> None:
    assert read_member(zipped(tmp_path, "a/b.bin", CONTENT), member("a/b.bin")) == CONTENT


def test_a_path_that_climbs_out_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "inner"
    folder.mkdir()
    read_member(zipped(folder, "../climbed.bin", CONTENT), member("../climbed.bin"))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["archive.whl"]


def test_a_file_that_swells_is_read_no_further_than_its_stated_size(tmp_path: Path) -> None:
    archive = zipped(tmp_path, "bomb.bin", bytes(64 << 20))
    tracemalloc.start()
    try:
        with pytest.raises(InputError, match="not the one the model card names"):
            read_member(archive, member("bomb.bin", b"small"))
        assert tracemalloc.get_traced_memory()[1] < 4 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("size", [len(CONTENT) - 1, len(CONTENT) + 1])
def test_another_size_than_stated_is_refused(size: int, tmp_path: Path) -> None:
    stated = Member(path="b", size=size, sha256=sha256(CONTENT))
    with pytest.raises(InputError, match="not the one the model card names"):
        read_member(zipped(tmp_path, "b", CONTENT), stated)


def test_one_changed_byte_is_refused(tmp_path: Path) -> None:
    archive = zipped(tmp_path, "b", CONTENT.replace(b"network", b"netvork", 1))
    with pytest.raises(InputError, match="not the one the model card names"):
        read_member(archive, member("b"))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"archive\.whl: the file c can't be read"):
        read_member(zipped(tmp_path, "b", CONTENT), member("c"))


@pytest.mark.parametrize("damage", ["not a zip", "cut short", "rotten"])
def test_a_damaged_archive_is_told_in_one_line(damage: str, tmp_path: Path) -> None:
    archive = zipped(tmp_path, "b", CONTENT, zipfile.ZIP_STORED)
    content = bytearray(archive.read_bytes())
    if damage == "not a zip":
        content = bytearray(b"<html>404</html>")
    elif damage == "cut short":
        content = content[: len(content) // 2]
    else:
        content[content.index(b"numbers")] ^= 0xFF
    archive.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_member(archive, member("b"))
    assert "can't be read" in str(error.value)
    assert "\n" not in str(error.value)
