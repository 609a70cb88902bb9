"""Rows read, and pictures taken apart by several threads, before it is their turn to be examined.

Hashing, inflating and reading let other threads run meanwhile. What is at hand at a time is bounded, in rows and in the
bytes of their pictures, however large a case or a picture says it is; a row that can't be read so is left to be read
alone.
"""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, TableClause, case, func, select
from sqlalchemy.exc import DBAPIError

from facet.case.bounds import bounded, most_bytes
from facet.case.database import Database
from facet.case.png import decode_png
from facet.case.records import BAD_RECORD, read_record
from facet.case.salvage import read_row
from facet.case.schema import TABLES
from facet.core.digest import picture_digest, sha256_bytes
from facet.core.errors import FacetError
from facet.core.frame import Picture
from facet.core.geometry import Box

ROWS = 64
BYTES = 1 << 27
"""Of the rows read in one go, and of their pictures when they are unpacked."""
LARGEST = 1 << 25
"""Bytes of a PNG file that is read together with others."""
_ALONE = ("indexes",)
"""Tables whose rows are read one by one: their content has a largest size, which is looked at first."""

Sides = tuple[int, int, int, int]
"""``x``, ``y``, ``w``, ``h`` of a box."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What is in a stored PNG file. ``picture_sha256`` is None where it is no picture that a case holds; ``cuts`` are
    the digests of what boxes cut from it; ``picture`` its pixels, where they were wanted."""

    sha256: str
    size: int
    width: int = 0
    height: int = 0
    bits: int = 0
    picture_sha256: str | None = None
    cuts: Mapping[Sides, str]
    picture: Picture | None = None


def see(png: bytes, sides: tuple[int, int] | None, boxes: Iterable[Sides] = (), *, keep: bool = False) -> Seen:
    """Take a PNG file apart. It is unpacked only if it claims to have these ``sides``, width and height in pixels;
    ``boxes`` are then cut from it, and ``keep`` says that its pixels are wanted afterwards."""
    sha256, size = sha256_bytes(png), len(png)
    if sides is None or _claimed(png)[:2] != sides:
        return Seen(sha256=sha256, size=size, cuts={})
    try:
        picture = decode_png(png)
        cuts: dict[Sides, str] = {}
        for box in boxes:
            try:
                cuts[box] = picture_digest(Box(**dict(zip("xywh", box, strict=True))).cut(picture))
            except (FacetError, *BAD_RECORD):
                continue  # the crop that claims this box is told
        return Seen(
            sha256=sha256, size=size, width=picture.shape[1], height=picture.shape[0],
            bits=8 if picture.dtype == np.uint8 else 16, picture_sha256=picture_digest(picture), cuts=cuts,
            picture=picture if keep else None,
        )  # fmt: skip
    except (FacetError, MemoryError, *BAD_RECORD):
        return Seen(sha256=sha256, size=size, cuts={})


class Ahead:
    """Reads ahead of an examination that goes through tables row by row."""

    def __init__(
        self, database: Database, boxes: Mapping[str, Sequence[Sides]], *, pixels: bool, threads: int | None = None
    ) -> None:
        """``boxes`` as :func:`boxes_by_frame` gives them; without ``pixels`` no picture is unpacked. ``threads`` are by
        default as many as the processors at hand."""
        self._database = database
        self._boxes = boxes
        self.pixels = pixels
        self._pool = ThreadPoolExecutor(threads or processors(), thread_name_prefix="verify")
        self._rows: dict[tuple[str, int], dict[str, Any]] = {}
        self._seen: dict[tuple[str, int], Future[Seen]] = {}

    def close(self) -> None:
        """Give up what is not done."""
        self._pool.shutdown(cancel_futures=True)

    def through(self, table: str, numbers: Sequence[int]) -> Iterator[int]:
        """The numbers one by one; the row of each is at hand until the next is asked for."""
        if table in _ALONE:
            yield from numbers
            return
        start, batches = 0, [self._batch(table, numbers, 0)]
        while start < len(numbers):
            count = batches.pop()
            if start + count < len(numbers):
                batches.append(self._batch(table, numbers, start + count))
            for seq in numbers[start : start + count]:
                yield seq
                self._rows.pop((table, seq), None)
                self._seen.pop((table, seq), None)
            start += count

    def read(self, table: str, seq: int, *names: str) -> dict[str, Any] | None:
        """Columns of a row as :func:`~facet.case.salvage.read_row` gives them. Raises ``Unreadable``."""
        row = self._rows.get((table, seq))
        if row is not None and all(name in row for name in names):
            return {name: row[name] for name in names}
        with self._database.read() as connection:
            return read_row(connection, TABLES[table], seq, *names)

    def seen(self, table: str, seq: int, record: Mapping[str, Any]) -> Seen | None:
        """What is in the PNG file of the row with this ``record``; None where no file is, or one longer than its pixels
        could be. Raises ``Unreadable``."""
        future = self._seen.get((table, seq))
        if future is not None:
            return future.result()
        size = (self.read(table, seq, "png_size") or {}).get("png_size")
        if type(size) is not int or size > most_bytes("png", record):
            return None
        png = (self.read(table, seq, "png") or {}).get("png")
        return see(png, *self._wanted(table, record), keep=table == "companions") if isinstance(png, bytes) else None

    def _wanted(self, table: str, record: Mapping[str, Any]) -> tuple[tuple[int, int] | None, Sequence[Sides]]:
        """The sides that a picture shall have, None if its pixels are of no concern, and what is cut from it."""
        if not self.pixels:
            return None, ()
        boxes = self._boxes.get(str(record.get("id")), ()) if table == "frames" else ()
        return sides_of(record), boxes

    def _batch(self, table: str, numbers: Sequence[int], start: int) -> int:
        """Read rows from ``numbers[start]`` on; how many numbers are done with."""
        group = numbers[start : start + ROWS]
        weight = done = 0
        try:
            with self._database.read() as connection:
                for row in _rows(connection, TABLES[table], group):
                    seq = row["seq"]
                    done = group.index(seq) + 1
                    self._rows[table, seq] = row
                    if isinstance(png := row.get("png"), bytes):
                        wanted = self._wanted(table, _record(row["record"]) if self.pixels else {})
                        self._seen[table, seq] = self._pool.submit(see, png, *wanted, keep=table == "companions")
                        weight += len(png) + (_unpacked(png) if self.pixels else 0)
                    if weight > BYTES:
                        return done
        except (FacetError, DBAPIError, OverflowError, MemoryError):
            return done + 1  # the next is read alone, and told if that fails too
        return len(group)


def processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def rows_at_hand(connection: Connection, table: TableClause, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By their numbers, those of some rows that can be read in one go."""
    found: dict[int, dict[str, Any]] = {}
    with contextlib.suppress(DBAPIError, OverflowError, MemoryError):
        for row in _rows(connection, table, numbers):
            found[row["seq"]] = row
    return found


def boxes_by_frame(connection: Connection) -> dict[str, list[Sides]]:
    """The boxes of the crops of each frame as far as they can be read; the records of the crops have the last word."""
    crops = TABLES["crops"].c
    found: dict[str, list[Sides]] = {}
    with contextlib.suppress(DBAPIError, OverflowError):
        for frame, *sides in connection.execute(select(crops.frame, crops.x, crops.y, crops.w, crops.h)):
            x, y, w, h = sides
            found.setdefault(frame, []).append((x, y, w, h))
    return found


def _rows(connection: Connection, table: TableClause, numbers: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Whole rows, without the PNG files that are too large to be read several at a time."""
    asked = select(*map(_bounded, table.c)).where(table.c.seq.in_(numbers)).order_by(table.c.seq)
    with contextlib.closing(connection.execute(asked)) as found:
        for row in found:
            read = row._asdict()
            if read.get("png", b"") is None:
                del read["png"]
            yield read


def _bounded(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if column.name == "png":
        return case((func.length(column) <= LARGEST, column)).label(column.name)
    return bounded(column) if column.name in ("record", "receipt", "entry") else column


def sides_of(record: Mapping[str, Any]) -> tuple[int, int] | None:
    """Width and height of the picture that a record tells of."""
    width, height = record.get("width"), record.get("height")
    return (width, height) if type(width) is int and type(height) is int else None


def _record(content: object) -> dict[str, Any]:
    """A record, empty where it is none."""
    try:
        return read_record(content) if isinstance(content, bytes) else {}
    except ValueError:
        return {}


def _claimed(png: bytes) -> tuple[int, int, int]:
    """Width, height and bits of a sample as the file says them, zeros where it does not."""
    return struct.unpack_from(">IIB", png, 16) if len(png) >= 25 else (0, 0, 0)


def _unpacked(png: bytes) -> int:
    """How many bytes the pixels claim to take."""
    width, height, bits = _claimed(png)
    return width * height * 3 * bits // 8
