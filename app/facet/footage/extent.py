"""Where a file begins and ends by its own account: bytes cut off at its end, foreign bytes in front, scrambling."""

from __future__ import annotations

import struct
from pathlib import Path

EBML, SEGMENT = b"\x1a\x45\xdf\xa3", b"\x18\x53\x80\x67"
DAHUA_KINDS = frozenset({0xFC, 0xFD, 0xFB, 0xF0, 0xF1})
"""Kinds of block in a Dahua recording: pictures, keyframes, and what goes with them."""
DAHUA_REACH = 8 << 20
"""Bytes at the front of a file in which a Dahua recording's first block is looked for."""
PACKET_SIZES = (188, 192, 204)
"""Bytes of a transport stream packet: plain, with a time code in front, with error correction behind."""
SYNC = 0x47
SAMPLE = 2 << 20
"""Bytes of a transport stream that are looked through for scrambled packets."""


def missing_bytes(path: Path, head: bytes) -> int:
    """Bytes by which an AVI or Matroska file says that it goes on after its end; 0 where it is whole or says nothing.

    Source: the RIFF chunk's size with its AVIX followers (OpenDML 1.02), the Segment's size (RFC 9559). ``head`` is the
    file's beginning, a kilobyte or more. Raises ``OSError``.
    """
    size = path.stat().st_size
    if head.startswith(b"RIFF"):
        return max(0, _riff_end(path, size) - size)
    if head.startswith(EBML):
        return max(0, (_segment_end(head) or size) - size)
    return 0


def _riff_end(path: Path, size: int) -> int:
    place = 0
    with path.open("rb") as stream:
        while place + 12 <= size:
            stream.seek(place)
            name, length, _ = struct.unpack("<4sI4s", stream.read(12))
            if name != b"RIFF" or not length:  # what follows is no part of it, or the size was never written
                break
            place += 8 + length + (length & 1)
    return place - 1 if place == size + 1 else place  # the last byte of padding is left out by many


def _segment_end(head: bytes) -> int | None:
    place, size = 4, _vint(head, 4)
    if size is None:
        return None
    place += size[1] + size[0]
    if head[place : place + 4] != SEGMENT or (size := _vint(head, place + 4)) is None:
        return None
    value, length = size
    return None if value == (1 << 7 * length) - 1 else place + 4 + length + value


def _vint(content: bytes, place: int) -> tuple[int, int] | None:
    """Value and length in bytes of an EBML number."""
    if place >= len(content) or not content[place]:
        return None
    length = 9 - content[place].bit_length()
    if place + length > len(content):
        return None
    value = int.from_bytes(content[place : place + length], "big")
    return value & ((1 << 7 * length) - 1), length


def dahua_offset(path: Path) -> int | None:
    """The place of the first whole block of a Dahua recording, or None. Raises ``OSError``.

    A block begins with ``DHAV``, its kind, channel and number, its length (24 bytes of head and 8 of tail included),
    and ends with ``dhav`` and the length again.
    """
    with path.open("rb") as stream:
        head = stream.read(DAHUA_REACH)
        place = head.find(b"DHAV")
        while place >= 0:
            if len(head) >= place + 24 and head[place + 4] in DAHUA_KINDS:
                (length,) = struct.unpack_from("<I", head, place + 12)
                stream.seek(place + max(length, 32) - 8)
                if stream.read(8) == b"dhav" + struct.pack("<I", length):
                    return place
            place = head.find(b"DHAV", place + 4)
    return None


def scrambled(path: Path, pid: int) -> bool:
    """Whether most of a transport stream's packets of the stream ``pid`` are scrambled (ISO/IEC 13818-1,
    ``transport_scrambling_control``), as far as ``SAMPLE`` bytes tell. Raises ``OSError``."""
    with path.open("rb") as stream:
        content = stream.read(SAMPLE)
    for size in PACKET_SIZES:
        for start in range(size):
            if len(content) >= start + 5 * size and all(content[start + n * size] == SYNC for n in range(5)):
                marks = [
                    content[at + 3] >> 6
                    for at in range(start, len(content) - 4, size)
                    if content[at] == SYNC and (content[at + 1] & 0x1F) << 8 | content[at + 2] == pid
                ]
                return sum(map(bool, marks)) * 2 > len(marks)
    return False
