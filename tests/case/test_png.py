"""PNG files of the case are lossless and hold nothing but pixels."""

from __future__ import annotations

import os
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from case.evidence import noise
from facet.case import decode_png, encode_png, png
from facet.core.errors import InputError


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def header(width: int, height: int, bits: int = 8, colour: int = 2, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlace))


def file(*chunks: bytes) -> bytes:
    return png.SIGNATURE + b"".join(chunks) + chunk(b"IEND", b"")


pictures = st.sampled_from([np.uint8, np.uint16]).flatmap(
    lambda kind: hnp.arrays(kind, st.tuples(st.integers(1, 24), st.integers(1, 24), st.just(3)))
)


@given(pictures)
@settings(deadline=None, max_examples=60)
def test_every_picture_survives(picture):
    back = decode_png(encode_png(picture))
    assert back.dtype == picture.dtype
    assert back.flags.c_contiguous
    assert np.array_equal(back, picture)


def test_views_that_are_not_contiguous_survive():
    picture = noise(40, 40)[::2, 5:25]
    assert np.array_equal(decode_png(encode_png(picture)), picture)


def test_large_pictures_are_decoded_without_complaint(monkeypatch):
    monkeypatch.setattr(png, "_PILLOW_PIXELS", 100)
    picture = noise(20, 30)
    assert np.array_equal(decode_png(encode_png(picture)), picture)


@pytest.mark.parametrize(
    "picture", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4, 3), np.float32)]
)
def test_only_rgb_is_encoded(picture):
    with pytest.raises(TypeError):
        encode_png(picture)


@pytest.mark.parametrize("place", range(0, 300, 7))
def test_a_flipped_byte_is_refused(place: int):
    content = bytearray(encode_png(noise(8, 12)))
    content[place % len(content)] ^= 0x10
    with pytest.raises(InputError):
        decode_png(bytes(content))


@pytest.mark.parametrize("length", [0, 4, 8, 20, 33, 60, -1, -12])
def test_a_cut_off_file_is_refused(length: int):
    with pytest.raises(InputError):
        decode_png(encode_png(noise(8, 12))[:length])


IDAT = chunk(b"IDAT", zlib.compress(b"\0" * 100_000))


@pytest.mark.parametrize(
    "content",
    [
        file(header(65_000, 65_000), IDAT),  # a bomb
        file(header(70_000, 1), IDAT),
        file(header(0, 4), IDAT),
        file(header(4, 4, colour=6), IDAT),
        file(header(4, 4, colour=0), IDAT),
        file(header(4, 4, colour=3), chunk(b"PLTE", b"\0" * 6), IDAT),
        file(header(4, 4, bits=4), IDAT),
        file(header(4, 4, interlace=1), IDAT),
        file(header(4, 4), chunk(b"acTL", b"\0" * 8), IDAT),
        file(header(4, 4), chunk(b"tEXt", b"Comment\0hidden"), IDAT),
        file(header(4, 4), chunk(b"tRNS", b"\0" * 6), IDAT),
        file(header(4, 4)),
        file(header(4, 4), header(4, 4), IDAT),
        file(header(4, 4), chunk(b"IDAT", zlib.compress(b"\0" * 10))),  # too few pixels
        file(header(4, 4), chunk(b"IDAT", b"not zlib")),
        file(header(4, 4), IDAT) + b"appended",
        b"\xff\xd8\xff\xe0 a JPEG",
        b"",
    ],
)
def test_hostile_files_are_refused_in_one_line(content: bytes):
    with pytest.raises(InputError) as told:
        decode_png(content)
    assert "\n" not in str(told.value)


def test_opencv_leaves_the_window_its_plugins(monkeypatch):
    monkeypatch.setenv("QT_QPA_PLATFORM_PLUGIN_PATH", "mine")
    monkeypatch.delenv("QT_QPA_FONTDIR", raising=False)
    decode_png(encode_png(noise(4, 4, bits=16)))
    assert os.environ["QT_QPA_PLATFORM_PLUGIN_PATH"] == "mine"
    assert "QT_QPA_FONTDIR" not in os.environ
