"""Digests of bytes, files and pictures: SHA-256, lower-case hex; MD5 beside it only to be found in old reports."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.core.progress import SILENT, Progress

CHUNK = 1 << 20
"""Bytes read at a time."""
BLOCK, BLOCKS = 4 << 20, 8
"""Bytes read at a time for two digests, and how many such blocks are in memory at once, by which the faster digest
may run ahead of the slower."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileDigests:
    """What a file is known by. ``md5`` stands in old reports and helps to find them; it proves nothing, because two
    files with the same MD5 can be made at will. ``size`` in bytes."""

    sha256: str
    md5: str
    size: int


def sha256_bytes(content: bytes | bytearray | memoryview) -> str:
    """SHA-256 of ``content``."""
    return hashlib.sha256(content).hexdigest()


def sha256_file(path: Path, progress: Progress = SILENT) -> str:
    """SHA-256 of a file, read once and only read. Raises ``OSError``; ``Cancelled`` through ``progress``."""
    digest = hashlib.sha256()
    done, total = 0, path.stat().st_size
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            done += len(chunk)
            progress(done, total)
    return digest.hexdigest()


def file_digests(path: Path, progress: Progress = SILENT) -> FileDigests:
    """SHA-256 and MD5 of a file that is read once: the same blocks go to both, each in a thread of its own. Raises
    ``OSError``; ``Cancelled`` through ``progress``."""
    digests = (hashlib.sha256(), hashlib.md5(usedforsecurity=False))
    buffers = [bytearray(BLOCK) for _ in range(BLOCKS)]
    under_way: list[list[Future[None]]] = [[] for _ in buffers]
    done, total = 0, path.stat().st_size
    with contextlib.ExitStack() as stack:
        threads = [stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="digest")) for _ in digests]
        stream = stack.enter_context(path.open("rb", buffering=0))
        for number in itertools.count():
            slot = number % BLOCKS
            for future in under_way[slot]:
                future.result()
            read = stream.readinto(buffers[slot])
            if not read:
                break
            block = memoryview(buffers[slot])[:read]
            under_way[slot] = [
                thread.submit(digest.update, block) for thread, digest in zip(threads, digests, strict=True)
            ]
            done += read
            progress(done, total)
    sha256, md5 = (digest.hexdigest() for digest in digests)
    return FileDigests(sha256=sha256, md5=md5, size=done)


def picture_digest(picture: NDArray[np.uint8] | NDArray[np.uint16]) -> str:
    r"""The digest that proves a picture, whatever file it is kept in.

    ``picture`` is RGB, shape (H, W, 3), uint8, or uint16 where the source has more than 8 bits. The digest is taken
    over ``facet-picture/1 RGB8 H W\n`` (or ``RGB16LE``) followed by the samples in C order, 16-bit ones little-endian.
    """
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype not in (np.uint8, np.uint16):
        raise TypeError(f"a picture is RGB uint8 or uint16 (H, W, 3), not {picture.dtype} {picture.shape}")
    height, width, _ = picture.shape
    kind = "RGB8" if picture.dtype == np.uint8 else "RGB16LE"
    samples: NDArray[Any] = np.ascontiguousarray(picture, dtype=np.uint8 if kind == "RGB8" else np.dtype("<u2"))
    digest = hashlib.sha256(f"facet-picture/1 {kind} {height} {width}\n".encode("ascii"))
    digest.update(samples.data.cast("B"))
    return digest.hexdigest()
