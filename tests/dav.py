"""Dahua recordings (``.dav``) made for tests, from the facts of the format, with pictures that bear their numbers."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av

from clips import draw

KEY, OTHER = 0xFD, 0xFC
"""Kinds of block: a picture that can be decoded alone, any other picture."""
CODECS = {"libx264": 0x02, "libx265": 0x0C}
START = dt.datetime(2026, 11, 22, 23, 59, 58, 200_000, tzinfo=dt.UTC)


def encode(codec: str, *, frames: int, size: tuple[int, int], rate: int, gop: int) -> list[tuple[bytes, bool]]:
    """Packets of numbered pictures, each with whether it is a keyframe; no picture is coded out of its turn."""
    context = av.CodecContext.create(codec, "w")
    context.width, context.height = size
    context.pix_fmt = "yuv420p"
    context.framerate, context.time_base = Fraction(rate), Fraction(1, rate)
    context.gop_size, context.max_b_frames = gop, 0
    context.options = {
        "libx264": {"preset": "veryfast", "threads": "1", "crf": "20"},
        "libx265": {"preset": "ultrafast", "x265-params": f"log-level=error:pools=1:bframes=0:keyint={gop}"},
    }[codec]
    packets = []
    for number in [*range(frames), None]:
        frame = None
        if number is not None:
            frame = av.VideoFrame.from_ndarray(draw(number, size), format="rgb24").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, rate)
        packets += [(bytes(packet), packet.is_keyframe) for packet in context.encode(frame)]
    return packets


def write_dav(
    path: Path,
    *,
    codec: str = "libx264",
    frames: int = 60,
    size: tuple[int, int] = (192, 96),
    rate: int = 15,
    gop: int = 15,
    before: bytes = b"",
    start: dt.datetime = START,
) -> Path:
    """Write a recording of one channel to ``path`` and return it. ``before``: what other bytes come first."""
    blocks = [
        _block(number, content, key, start + dt.timedelta(seconds=number / rate), codec, size, rate)
        for number, (content, key) in enumerate(encode(codec, frames=frames, size=size, rate=rate, gop=gop))
    ]
    path.write_bytes(before + join(blocks))
    return path


def join(blocks: Iterable[bytes]) -> bytes:
    """Blocks one after the other."""
    return b"".join(blocks)


def _block(
    number: int, content: bytes, key: bool, when: dt.datetime, codec: str, size: tuple[int, int], rate: int
) -> bytes:
    """A head of 24 bytes, what is told of the pictures (with keyframes), the coded picture, and a tail of 8 bytes."""
    told = b""
    if key:
        told = b"\x82\0\0\0" + struct.pack("<HH", *size) + bytes([0x81, 0, CODECS[codec], rate])
    whole = 24 + len(told) + len(content) + 8
    head = b"DHAV" + bytes([KEY if key else OTHER, 0, 0, 0]) + struct.pack("<III", number, whole, _packed(when))
    head += struct.pack("<HB", int(when.timestamp() * 1000) % 65536, len(told))
    return head + bytes([sum(head) & 0xFF]) + told + content + b"dhav" + struct.pack("<I", whole)


def _packed(when: dt.datetime) -> int:
    """Date and time to the second in 32 bits; the milliseconds are counted elsewhere, and begin anew after 65 s."""
    year, month, day = when.year - 2000, when.month, when.day
    return year << 26 | month << 22 | day << 17 | when.hour << 12 | when.minute << 6 | when.second
