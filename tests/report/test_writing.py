"""A report appears whole or not at all, and what went wrong is one plain line."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from facet.core.errors import EnvironmentLacksError, FacetError, InputError
from facet.report.writing import write_whole


def test_what_was_there_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    out.write_bytes(b"old")
    write_whole(out, b"new")
    assert out.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [out]


def test_it_is_its_owners_alone_even_where_others_could_read_what_was_there(tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    out.write_bytes(b"old")
    out.chmod(0o666)
    mask = os.umask(0)
    try:
        write_whole(out, b"new")
    finally:
        os.umask(mask)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no folder .*nowhere\. Make it first"):
        write_whole(tmp_path / "nowhere" / "report.pdf", b"")


def test_a_folder_in_its_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        write_whole(tmp_path, b"")


def test_a_file_for_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="There is no folder"):
        write_whole(tmp_path / "file" / "report.pdf", b"")


def test_a_name_that_is_too_long_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too long"):
        write_whole(tmp_path / ("x" * 300), b"")


@pytest.mark.parametrize(
    ("number", "kind", "words"),
    [
        (errno.ENOSPC, EnvironmentLacksError, "the disk is full"),
        (errno.EDQUOT, EnvironmentLacksError, "the disk is full"),
        (errno.EACCES, InputError, "no permission"),
        (errno.EROFS, InputError, "no permission"),
        (errno.EIO, EnvironmentLacksError, "can't be written"),
    ],
)
def test_a_disk_that_refuses_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[FacetError], words: str
) -> None:
    out = tmp_path / "report.pdf"
    out.write_bytes(b"old")

    def refuse(descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(kind, match=words):
        write_whole(out, b"new")
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]
