"""Damaged and hostile footage by the thousand, each one made again from a seed and a number.

Small clips of many kinds of container are made once; a mutation is one to three seeded changes to the bytes of one.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from clips import make_clip, make_still
from dav import write_dav

FRAMES = 12
SIZE = (96, 64)

NAMES = (
    *(b"ftyp moov mvhd trak tkhd edts elst mdia mdhd hdlr minf stbl stsd avc1 avcC hev1 hvcC stts ctts stss".split()),
    *(b"stsc stsz stco co64 mdat moof mfhd traf tfhd tfdt trun mvex trex free".split()),
    *(b"RIFF LIST hdrl avih strl strh strf movi idx1 00dc JUNK".split()),
    *(b"IHDR IDAT IEND acTL fcTL fdAT PLTE gAMA".split()),
    *(b"DHAV dhav FLV onMetaData FRAME YUV4MPEG2".split()),
)
"""Marks of boxes, chunks and headers. A size stands four bytes before some, four bytes after others."""

IDENTIFIERS = (
    b"\x1a\x45\xdf\xa3",  # EBML
    b"\x18\x53\x80\x67",  # Matroska segment
    b"\x15\x49\xa9\x66",  # information
    b"\x16\x54\xae\x6b",  # tracks
    b"\x1f\x43\xb6\x75",  # cluster
    b"\x1c\x53\xbb\x6b",  # cues
    b"\x00\x00\x01",  # start code of MPEG, H.264 and HEVC
    b"\xff\xd8\xff",  # JPEG
    b"\xff\xc0",  # JPEG frame header
    b"\x47\x40",  # transport packet with the start of a payload
    b"\x21\xf9\x04",  # GIF graphic control
    b"\x30\x26\xb2\x75",  # ASF header
    b"\x06\x0e\x2b\x34",  # MXF key
    b"\x4e\x4d\x7a\x56",  # NUT main header
)

EXTREMES = tuple(
    value.to_bytes(width, order)  # type: ignore[arg-type]
    for width in (1, 2, 4, 8)
    for value in (0, 1, (1 << 8 * width) - 1, 1 << 8 * width - 1, (1 << 8 * width - 1) - 1, 1 << 8 * width - 2)
    for order in ("big", "little")
)


def _folder(path: Path) -> Path:
    path.mkdir()
    for number in range(FRAMES):
        make_still(path / f"{number:04d}.png", number=number, size=SIZE)
    return path


def _clip(**options: object) -> Callable[[Path], Path]:
    return lambda path: make_clip(path, frames=FRAMES, size=SIZE, **{"gop": 6, **options})  # type: ignore[arg-type]


QUIET = {"x265-params": "log-level=none:pools=none:frame-threads=1"}

KINDS: dict[str, Callable[[Path], Path]] = {
    "h264-b.mp4": _clip(bframes=2),
    "fragmented.mp4": _clip(container_options={"movflags": "frag_keyframe+empty_moov+default_base_moof"}),
    "hevc.mp4": _clip(codec="libx265", options=QUIET),
    "motion-jpeg.mov": _clip(codec="mjpeg", pixel_format="yuvj420p"),
    "h264-b.mkv": _clip(bframes=2),
    "lossless.mkv": _clip(codec="ffv1"),
    "open-groups.ts": _clip(bframes=2, options={"x264-params": "open-gop=1:b-adapt=0:scenecut=0"}),
    "mpeg2.mpg": _clip(codec="mpeg2video", bframes=2),
    "mpeg4-b.avi": _clip(codec="mpeg4", bframes=2),
    "motion-jpeg.avi": _clip(codec="mjpeg", pixel_format="yuvj420p"),
    "raw.h264": _clip(bframes=2, container_format="h264"),
    "raw.h265": _clip(codec="libx265", options=QUIET, container_format="hevc"),
    "sorenson.flv": _clip(codec="flv"),
    "windows.wmv": _clip(codec="wmv2"),
    "animation.gif": _clip(codec="gif", pixel_format="rgb8"),
    "mpeg2.mxf": _clip(codec="mpeg2video"),
    "uncompressed.y4m": _clip(codec="rawvideo"),
    "mpeg4.nut": _clip(codec="mpeg4"),
    "recorder.dav": lambda path: write_dav(path, frames=FRAMES, size=SIZE, gop=6),
    "still.png": lambda path: make_still(path, size=SIZE),
    "still.jpg": lambda path: make_still(path, size=SIZE),
    "folder": _folder,
}
"""What is mutated, by the name that the file gets."""


@dataclass(frozen=True)
class Mutation:
    """One case: the kind of clip, and what was done to its bytes."""

    number: int
    kind: str
    steps: tuple[str, ...]


class Mutations:
    """The cases of one seed. ``made`` is a folder for the sound clips."""

    def __init__(self, seed: int, made: Path) -> None:
        self.seed = seed
        self.sound = {name: make(made / name) for name, make in KINDS.items()}

    def write(self, number: int, folder: Path) -> tuple[Mutation, Path]:
        """Write case ``number`` into ``folder``; the same bytes for the same seed and encoders."""
        chance = random.Random(f"{self.seed}/{number}")
        kind = tuple(KINDS)[number // 10 % len(KINDS)]
        sound, path = self.sound[kind], folder / kind
        if sound.is_dir():
            shutil.copytree(sound, path)
            target = chance.choice(sorted(path.iterdir()))
            if chance.random() < 0.2:
                target.rename(path / chance.choice(("0900.png", "other.png", "00001.png", "%04d.png")))
                return Mutation(number, kind, (f"rename {target.name}",)), path
        else:
            target = path
        source = sound / target.name if sound.is_dir() else sound
        content, steps = bytearray(source.read_bytes()), []
        for _ in range(chance.choice((1, 1, 2, 3))):
            step = chance.choice(STEPS)
            steps.append(f"{step.__name__} {step(content, chance, self)}")
        target.write_bytes(content)
        return Mutation(number, kind, tuple(steps)), path


def flip_bits(content: bytearray, chance: random.Random, _all: Mutations) -> str:
    count = chance.choice((1, 4, 16, 64, 256))
    for _ in range(count if content else 0):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return str(count)


def overwrite(content: bytearray, chance: random.Random, _all: Mutations) -> str:
    begin, end = _piece(content, chance)
    fill = chance.choice(("00", "ff", "random"))
    content[begin:end] = (
        chance.randbytes(end - begin) if fill == "random" else bytes.fromhex(fill) * (end - begin)
    )  # fmt: skip
    return f"{begin}:{end} by {fill}"


def truncate(content: bytearray, chance: random.Random, _all: Mutations) -> str:
    end = chance.randrange(len(content) + 1)
    del content[end:]
    return f"at {end}"


def delete(content: bytearray, chance: random.Random, _all: Mutations) -> str:
    begin, end = _piece(content, chance)
    del content[begin:end]
    return f"{begin}:{end}"


def duplicate(content: bytearray, chance: random.Random, _all: Mutations) -> str:
    begin, end = _piece(content, chance)
    times = chance.choice((1, 1, 1, 20))
    content[end:end] = content[begin:end] * times
    return f"{begin}:{end} ×{times}"


def swap(content: bytearray, chance: random.Random, _all: Mutations) -> str:
    begin, end = _piece(content, chance)
    other = chance.randrange(len(content) + 1)
    piece = content[begin:end]
    del content[begin:end]
    content[other:other] = piece
    return f"{begin}:{end} to {other}"


def junk(content: bytearray, chance: random.Random, _all: Mutations) -> str:
    place = chance.choice((0, chance.randrange(len(content) + 1)))
    content[place:place] = chance.randbytes(chance.choice((1, 7, 512, 4096)))
    return f"at {place}"


def set_header(content: bytearray, chance: random.Random, _all: Mutations) -> str:
    """An extreme value in the first or the last half kilobyte, where most headers and tables of contents are."""
    near = chance.randrange(min(512, len(content)) + 1)
    place = chance.choice((near, max(0, len(content) - near)))
    value = chance.choice(EXTREMES)
    content[place : place + len(value)] = value
    return f"{value.hex()} at {place}"


def set_field(content: bytearray, chance: random.Random, _all: Mutations) -> str:
    """An extreme value near a mark of the format: in its size before or after, or in the fields that follow."""
    marks = [mark for mark in (*NAMES, *IDENTIFIERS) if mark in content]
    if not marks:
        return "nowhere"
    mark = chance.choice(marks)
    place, found = -1, content.find(mark)
    for _ in range(chance.randrange(1, 20)):
        place, found = found, content.find(mark, found + 1)
        if found < 0:
            break
    place += chance.choice((-4, len(mark), len(mark), len(mark) + chance.randrange(64)))
    value = chance.choice(EXTREMES)
    content[max(0, place) : max(0, place) + len(value)] = value
    return f"{value.hex()} at {place} ({mark.hex()})"


def join(content: bytearray, chance: random.Random, every: Mutations) -> str:
    """Another clip after this one, as where two recordings were joined without care."""
    other = chance.choice([name for name, path in every.sound.items() if path.is_file()])
    content += every.sound[other].read_bytes()
    return other


STEPS = (
    *(flip_bits, flip_bits, overwrite, overwrite, truncate, delete, duplicate, swap),
    *(junk, set_header, set_header, set_field, set_field, set_field, join),
)


def _piece(content: bytearray, chance: random.Random) -> tuple[int, int]:
    begin = chance.randrange(len(content) + 1)
    return begin, min(len(content), begin + chance.choice((1, 4, 16, 188, 1024, 8192)))
