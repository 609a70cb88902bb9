"""Digests that stand in reports of years ago must be those of today."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from facet.core.digest import (
    BLOCK,
    BLOCKS,
    CHUNK,
    FileDigests,
    file_digests,
    picture_digest,
    sha256_bytes,
    sha256_file,
)
from facet.core.errors import Cancelled

RAMP8 = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
RAMP16 = (np.arange(2 * 3 * 3, dtype=np.uint16) * 3001).reshape(2, 3, 3)


def test_published_digests_of_pictures():
    """Part of the case format. If one of these must change, the format has a new name."""
    assert picture_digest(RAMP8) == "e7f34433d1309ed8f92b7da462162d75150bd088a115b3888a5c52b2bc7b1906"
    assert picture_digest(RAMP16) == "46bd3485a1460d6dff84c4c05148edb08d1f74a446de9176cd288ed1f49a4806"
    assert (
        picture_digest(np.zeros((1, 1, 3), np.uint8))
        == "71650273081f00148d318d01d9291b53fb05418c0111036eb5f2f4cb54703ca7"
    )


def test_the_digest_is_what_another_program_would_compute():
    samples = bytes(range(18))
    assert picture_digest(RAMP8) == hashlib.sha256(b"facet-picture/1 RGB8 2 3\n" + samples).hexdigest()
    words = struct.pack("<18H", *(n * 3001 for n in range(18)))
    assert picture_digest(RAMP16) == hashlib.sha256(b"facet-picture/1 RGB16LE 2 3\n" + words).hexdigest()


@given(hnp.arrays(st.sampled_from([np.uint8, np.uint16]), st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
def test_how_a_picture_lies_in_memory_does_not_matter(picture):
    digest = picture_digest(picture)
    assert picture_digest(np.asfortranarray(picture)) == digest
    assert picture_digest(np.repeat(picture, 2, axis=1)[:, ::2]) == digest
    assert picture_digest(picture[::-1].copy()[::-1]) == digest


def test_shape_and_depth_are_part_of_a_picture():
    flat = np.zeros((2, 8, 3), np.uint8)
    different = [
        flat,
        flat.reshape(8, 2, 3),
        flat.reshape(4, 4, 3),
        flat.astype(np.uint16),
        np.zeros((1, 8, 3), np.uint16),
    ]
    assert len({picture_digest(picture) for picture in different}) == len(different)


@pytest.mark.parametrize(
    "picture",
    [
        np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 1), np.uint8),
        np.zeros((4, 4, 3), np.float32), np.zeros((4, 4, 3), np.int16), np.zeros((1, 4, 4, 3), np.uint8),
        np.zeros((4, 4, 3), ">u2"),  # the other byte order is brought in order by whoever decodes
    ],
)  # fmt: skip
def test_what_is_no_picture_has_no_digest(picture):
    with pytest.raises(TypeError):
        picture_digest(picture)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_a_file_has_the_digest_of_its_bytes(tmp_path: Path, size: int):
    content = bytes(size)
    path = tmp_path / "file"
    path.write_bytes(content)
    before = path.stat()
    assert sha256_file(path) == sha256_bytes(content) == hashlib.sha256(content).hexdigest()
    assert path.stat().st_mtime_ns == before.st_mtime_ns


def test_nothing_and_abc_have_their_published_digests():
    assert sha256_bytes(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256_bytes(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_hashing_tells_how_far_it_is_and_stops_when_asked(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(bytes(3 * CHUNK))
    seen: list[tuple[int, int]] = []
    sha256_file(path, lambda done, total, label="": seen.append((done, total)))
    assert seen == [(n * CHUNK, 3 * CHUNK) for n in (1, 2, 3)]

    def stop(done: int, total: int, label: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        sha256_file(path, stop)
    with pytest.raises(FileNotFoundError):
        sha256_file(tmp_path / "nowhere")


@pytest.mark.parametrize("size", [0, 1, BLOCK, BLOCKS * BLOCK, BLOCKS * BLOCK + 1, 2 * BLOCKS * BLOCK + 7])
def test_both_digests_of_a_file_are_those_of_the_same_bytes(tmp_path: Path, size: int):
    """More blocks than are in memory at once, none overwritten before both have seen it."""
    content = np.random.default_rng(size).bytes(size)
    path = tmp_path / "file"
    path.write_bytes(content)
    found = file_digests(path)
    assert found == FileDigests(
        sha256=hashlib.sha256(content).hexdigest(), md5=hashlib.md5(content).hexdigest(), size=size
    )


def test_taking_both_digests_tells_how_far_it_is_and_stops_when_asked(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(bytes(3 * BLOCK))
    seen: list[tuple[int, int]] = []
    file_digests(path, lambda done, total, label="": seen.append((done, total)))
    assert seen == [(n * BLOCK, 3 * BLOCK) for n in (1, 2, 3)]

    def stop(done: int, total: int, label: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        file_digests(path, stop)
    with pytest.raises(FileNotFoundError):
        file_digests(tmp_path / "nowhere")
