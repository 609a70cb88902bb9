"""The footage that the tests of this room read, made once a run, and what a plain sequential decode says of it."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from clips import make_clip, make_still, read_number
from dav import write_dav
from facet.footage.colour import planes_digest

FRAMES = 70
VARIABLE = [int(t) for t in np.cumsum(np.random.default_rng(5).integers(7, 90, FRAMES))]
HEVC = {"x265-params": "log-level=error:pools=1:keyint=20:bframes=3"}
WRAP = 2**33 * 1000 // 90_000
"""Thousandths of a second at which 33 bits of a 90 kHz clock begin anew."""
JUNK = bytes(range(1, 251)) * 20
TOLD = {"behind-junk.dav": {"format": "dhav", "options": {"skip_initial_bytes": str(len(JUNK))}}}
"""What FFmpeg must be told of some footage to see it whole."""
SKIPPED = 5
"""Pictures that the edit list of ``edited.mp4`` leaves out."""
OPEN_GROUPS = {"x264-params": "open-gop=1:b-adapt=0:scenecut=0"}

CLIPS: dict[str, Callable[[Path], Path]] = {
    "long-group.mp4": lambda p: make_clip(p, frames=FRAMES, bframes=3, gop=30),
    "long-group.mkv": lambda p: make_clip(p, frames=FRAMES, bframes=3, gop=30),
    "long-group.mov": lambda p: make_clip(p, frames=FRAMES, bframes=3, gop=30),
    "open-groups.ts": lambda p: make_clip(p, frames=FRAMES, bframes=3, gop=12, options=OPEN_GROUPS),
    "open-groups.mp4": lambda p: make_clip(p, frames=FRAMES, bframes=3, gop=12, options=OPEN_GROUPS),
    "rolling-refresh.ts": lambda p: make_clip(p, frames=FRAMES, gop=20, options={"x264-params": "intra-refresh=1"}),
    "variable-rate.mp4": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20, pts=VARIABLE),
    "mpeg4-b.avi": lambda p: make_clip(p, codec="mpeg4", frames=FRAMES, bframes=2, gop=15, options={"b": "2M"}),
    "h264-b.avi": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=15),
    "motion-jpeg.avi": lambda p: make_clip(p, codec="mjpeg", frames=FRAMES, pixel_format="yuvj420p"),
    "ten-bit.mp4": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20, pixel_format="yuv420p10le"),
    "raw.h264": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20, container_format="h264"),
    "program-stream.mpg": lambda p: make_clip(p, codec="mpeg2video", frames=FRAMES, bframes=2, options={"b": "3M"}),
    "hevc-b.mp4": lambda p: make_clip(p, codec="libx265", frames=FRAMES, options=HEVC),
    "hevc-open-groups.ts": lambda p: make_clip(p, codec="libx265", frames=FRAMES, options=HEVC),
    "raw.h265": lambda p: make_clip(p, codec="libx265", frames=FRAMES, options=HEVC, container_format="hevc"),
    "raw.264": lambda p: make_clip(p, frames=FRAMES, gop=20, container_format="h264"),
    "interlaced.mp4": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20, interlaced="tt"),
    "interlaced.ts": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20, interlaced="bb"),
    "interlaced.mpg": lambda p: make_clip(
        p, codec="mpeg2video", frames=FRAMES, bframes=2, options={"b": "6M"}, interlaced="tt"
    ),
    "full-range.mp4": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20, pixel_format="yuvj420p"),
    "rotated.mp4": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20, rotation=90),
    "late-start.mp4": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20, pts=evenly(7_000)),
    "late-start.ts": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20, pts=evenly(7_000)),
    "edited.mp4": lambda p: skip_head(make_clip(p, frames=FRAMES, bframes=2, gop=20)),
    "wrapping.ts": lambda p: make_clip(
        p, frames=FRAMES, bframes=2, gop=20, pts=evenly(WRAP - 1200), container_options={"mpegts_copyts": "1"}
    ),
    "jumping.ts": lambda p: make_clip(
        p, frames=FRAMES, bframes=2, gop=20, pts=[*evenly(0)[:30], *evenly(3_600_000)[30:]]
    ),
    "joined.ts": lambda p: join_clips(p, (192, 96), (192, 96)),
    "joined-sizes.ts": lambda p: join_clips(p, (192, 96), (240, 128)),
    "joined.mpg": lambda p: join_clips(p, (192, 96), (192, 96), codec="mpeg2video", options={"b": "3M"}),
    "dahua.dav": lambda p: write_dav(p, frames=FRAMES),
    "dahua-hevc.dav": lambda p: write_dav(p, codec="libx265", frames=FRAMES),
    "behind-junk.dav": lambda p: write_dav(p, frames=FRAMES, before=JUNK),
    "flash.flv": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20),
    "lossless.mov": lambda p: make_clip(p, codec="png", frames=20, pixel_format="rgb24"),
    "animation.gif": lambda p: make_clip(p, codec="gif", frames=FRAMES, pixel_format="rgb8"),
    "still.png": make_still,
    "still.jpg": make_still,
    "still.bmp": make_still,
    "still.tiff": make_still,
    "still.webp": make_still,
}


def evenly(start: int) -> list[int]:
    """Times in thousandths of a second, 25 pictures a second from ``start`` on."""
    return [start + 40 * number for number in range(FRAMES)]


def join_clips(path: Path, *sizes: tuple[int, int], **kinds: Any) -> Path:
    """Recordings that begin at the same time, one behind the other in one file; their numbers go on."""
    content = b""
    for part, size in enumerate(sizes):
        first, last = part * FRAMES // len(sizes), (part + 1) * FRAMES // len(sizes)
        made = make_clip(
            path.with_stem(f"{path.stem}-part"), size=size, frames=last - first, first=first, bframes=2, gop=12, **kinds
        )
        content += made.read_bytes()
        made.unlink()
    path.write_bytes(content)
    return path


def skip_head(path: Path) -> Path:
    """Have the edit list leave out the first ``SKIPPED`` pictures, which are still decoded for what follows."""
    content = bytearray(path.read_bytes())
    at = content.index(b"elst")
    version, count = content[at + 4], int.from_bytes(content[at + 8 : at + 12], "big")
    assert (version, count) == (0, 1)
    begin = at + 16
    media_time = int.from_bytes(content[begin : begin + 4], "big", signed=True)
    with av.open(str(path)) as container:
        base = container.streams.video[0].time_base
    later = media_time + SKIPPED * int(Fraction(1, 25) / base)
    content[begin : begin + 4] = later.to_bytes(4, "big", signed=True)
    path.write_bytes(content)
    return path


def number_shown(name: str, picture: NDArray[Any]) -> int:
    """Which picture of the footage ``name`` this is, by the bars in it; RGB (H, W, 3)."""
    if name.startswith("interlaced."):
        first = 1 if name == "interlaced.ts" else 0
        number, second = read_number(picture[first::2]), read_number(picture[1 - first :: 2])
        assert (number % 2, second) == (0, number + 1)
        return number // 2
    return read_number(picture) - {"edited.mp4": SKIPPED, "still": 5}.get(name if name == "edited.mp4" else name[:5], 0)


def damage_packets(path: Path, numbers: list[int], *, bits: int = 6) -> Path:
    """Turn over some bits in the middle of the named packets, always the same ones, and return ``path``."""
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    content, chance = bytearray(path.read_bytes()), random.Random(4)
    for number in numbers:
        pos, size = places[number]
        for _ in range(bits):
            content[pos + size // 3 + chance.randrange(size // 2)] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    return path


def lose_slices(path: Path, numbers: list[int]) -> Path:
    """Make a filler of the second slice of each of the named packets, which decoders pass over, and return ``path``."""
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    content = bytearray(path.read_bytes())
    for number in numbers:
        (at, size), slices = places[number], 0
        end = at + size
        while at < end:
            kind = content[at + 4] & 31
            slices += kind in (1, 5)
            if kind in (1, 5) and slices == 2:
                content[at + 4] = 12
            at += 4 + int.from_bytes(content[at : at + 4], "big")
    path.write_bytes(content)
    return path


def sequential(path: Path) -> list[tuple[int | None, str]]:
    """PTS and digest of the planes of every picture that can be decoded, as one thread decodes them from the start."""
    pictures: list[tuple[int | None, str]] = []
    with av.open(str(path), **TOLD.get(path.name, {})) as container:
        video = container.streams.video[0]
        video.thread_type = "NONE"
        for packet in container.demux(video):
            with contextlib.suppress(av.error.InvalidDataError):
                pictures += [(frame.pts, planes_digest(frame)) for frame in packet.decode()]
    return pictures
