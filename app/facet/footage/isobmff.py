"""What the boxes of an MP4 or MOV file say before any decoder is trusted with it (ISO/IEC 14496-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"}
FIRST = {b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof", b"sidx"}
BOX_LIMIT = 100_000
"""Boxes looked at; a hostile file could hold any number."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Boxes:
    """``moov``: the table of contents is there. ``encrypted``: a picture track is (entry ``encv``). ``missing``: bytes
    by which the last top-level box claims to go on after the file ends."""

    moov: bool
    encrypted: bool
    missing: int


def read_boxes(path: Path) -> Boxes | None:
    """The facts, or None where ``path`` is no such file. Raises ``OSError``."""
    with path.open("rb") as stream:
        head = stream.read(12)
        if len(head) < 8 or head[4:8] not in FIRST:
            return None
        size = path.stat().st_size
        names: set[bytes] = set()
        encrypted, missing = False, 0
        for count, (name, start, end) in enumerate(_walk(stream, 0, size)):
            if count >= BOX_LIMIT:
                break
            names.add(name)
            missing = max(missing, end - size)
            if name == b"stsd":
                stream.seek(start)
                content = stream.read(min(end - start, 1 << 16))
                encrypted |= content[12:16] == b"encv"
        return Boxes(moov=bool(names & {b"moov", b"moof"}), encrypted=encrypted, missing=missing)


def _walk(stream: BinaryIO, start: int, end: int, depth: int = 0) -> Iterator[tuple[bytes, int, int]]:
    """Every box from ``start`` to ``end``: name, first byte of its content, end (as claimed at the top level)."""
    place = start
    while place + 8 <= end:
        stream.seek(place)
        header = stream.read(16)
        if len(header) < 8:
            return
        size, name = struct.unpack(">I4s", header[:8])
        begin = place + 8
        if size == 1 and len(header) == 16:
            (size,) = struct.unpack(">Q", header[8:])
            begin = place + 16
        elif size == 0:
            size = end - place
        if size < begin - place:
            return
        yield name, begin, place + size
        if name in CONTAINERS and depth < 8:
            yield from _walk(stream, begin, min(place + size, end), depth + 1)
        place += size
