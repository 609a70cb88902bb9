"""verify.py reads the pictures of a case with zlib alone, pixel for pixel, and unpacks no bomb."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facet.case import encode_png
from facet.core.digest import picture_digest
from facet.export.standalone.pictures import PNG_SIGNATURE, read_png


def png(width: int, height: int, rows: bytes, *, bits: int = 8) -> bytes:
    """A PNG file of RGB rows, each with its filter's number in front."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, bits, 2, 0, 0, 0)
    return PNG_SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 20), st.integers(1, 20), st.sampled_from([8, 16]), st.booleans(), st.integers(0, 2**32 - 1))
def test_it_reads_what_the_case_writes(width: int, height: int, bits: int, smooth: bool, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 4 if smooth else 1 << bits, (height, width, 3))
    slope = np.add.outer(np.arange(height), np.arange(width))[..., None] * (3 if smooth else 0)
    picture = (noise + slope).astype(np.uint8 if bits == 8 else np.uint16)
    pixels = read_png(encode_png(picture), plain=True)
    assert pixels.digest() == picture_digest(picture)
    x, y, w, h = width // 3, height // 3, (width + 1) // 2, (height + 1) // 2
    assert pixels.cut(x, y, w, h).digest() == picture_digest(np.ascontiguousarray(picture[y : y + h, x : x + w]))


@pytest.mark.parametrize("kind", range(5))
@pytest.mark.parametrize("bits", [8, 16])
def test_every_filter_is_undone_as_another_program_undoes_it(kind: int, bits: int) -> None:
    import cv2

    stored = np.random.default_rng(kind).integers(0, 256, (7, 5 * 3 * bits // 8), dtype=np.uint8)
    content = png(5, 7, b"".join(bytes([kind]) + row.tobytes() for row in stored), bits=bits)
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)[:, :, ::-1]
    assert read_png(content, plain=True).digest() == picture_digest(np.ascontiguousarray(picture))


def test_no_more_is_unpacked_than_the_header_promises() -> None:
    with pytest.raises(ValueError, match="another number of pixels"):
        read_png(png(4, 4, bytes(1 << 26)), plain=True)
    with pytest.raises(ValueError, match="too large"):
        read_png(png(1 << 20, 1 << 20, b""), plain=True)


def test_what_is_not_plain_is_refused() -> None:
    rows = b"".join(bytes(13) for _ in range(4))
    good = png(4, 4, rows)
    read_png(good, plain=True)
    text = b"tEXthidden\0words"
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    with pytest.raises(ValueError, match="does not belong"):
        read_png(good[:-12] + chunk + good[-12:], plain=True)
    for spoilt in (good[:-1], good + b"!", good[:40] + bytes([good[40] ^ 1]) + good[41:], good[8:], b"", PNG_SIGNATURE):
        with pytest.raises(ValueError):  # noqa: PT011  # each for a reason of its own
            read_png(spoilt, plain=True)
    with pytest.raises(ValueError, match="unknown filter"):
        read_png(png(4, 4, b"\x05" + rows[1:]), plain=True)
