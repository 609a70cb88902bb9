"""Digests of bytes, files and pictures (all SHA-256, lower-case hex)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.core.progress import SILENT, Progress

CHUNK = 1 << 20
"""Bytes read at a time."""


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
