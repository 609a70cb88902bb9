"""An index as a case keeps it: packed small, and unpacked with bounds, because a case may come from anybody.

The content is one zlib stream: the length of a header (4 bytes, little-endian), the header as canonical JSON, then the
columns of packets and pictures and the digests. A column of numbers holds the differences of one row to the next, as
little-endian 64-bit integers, all first bytes, then all second bytes and so on: what is regular packs to nearly
nothing.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet import __version__
from facet.core.canonical import canonical_json
from facet.footage.index import DIGEST, PACKET, PICTURE, FrameIndex
from facet.footage.remark import Remark

SCHEMA = "facet.stored-index/1"
HEADER_LIMIT = 1 << 22
"""Bytes of the header."""
LIMIT = 1 << 29
"""Bytes unpacked: some 60 hours at 25 pictures a second. A longer index is made anew each time."""
_LAYOUT = {"packets": PACKET.descr, "pictures": PICTURE.descr}
_ROTATIONS = (None, 0, 90, 180, 270)


@dataclass(frozen=True, kw_only=True)
class StoredIndex:
    """What was found in the footage of this digest by the decoder of this build; ``content`` is packed."""

    sha256: str
    content: bytes = field(repr=False)
    decoder: str

    @classmethod
    def pack(cls, index: FrameIndex, found: Mapping[str, Any], *, sha256: str, decoder: str) -> StoredIndex | None:
        """``found`` is what else the decoding process told, as JSON. None where it is too long to be kept."""
        head, _ = index.to_wire()
        counts = {"packets": len(index.packets), "pictures": len(index.pictures), "digests": len(index.digests)}
        if _size(counts) > LIMIT:
            return None
        facts = {"schema": SCHEMA, "layout": _layout(), "counts": counts, "index": head, "found": dict(found)}
        try:
            header = canonical_json(facts)
        except ValueError:  # numbers that no record has room for
            return None
        if len(header) > HEADER_LIMIT:
            return None
        packer = zlib.compressobj(6)
        parts = [packer.compress(struct.pack("<I", len(header)) + header)]
        for rows in (index.packets, index.pictures):
            parts += [packer.compress(_packed(np.ascontiguousarray(rows[name]))) for name in rows.dtype.names or ()]
        parts += [packer.compress(index.digests.tobytes()), packer.flush()]
        return cls(sha256=sha256, content=b"".join(parts), decoder=decoder)

    def unpack(self) -> tuple[FrameIndex, dict[str, Any]]:
        """The index, and what else the decoding process told. Raises ``ValueError`` for what was not packed here by
        this very layout, or is more than ``LIMIT``."""
        try:
            return self._unpacked()
        except (zlib.error, struct.error, LookupError, TypeError, ArithmeticError, AttributeError) as error:
            raise ValueError(f"not a stored index: {error}") from error

    def _unpacked(self) -> tuple[FrameIndex, dict[str, Any]]:
        stream = _Inflated(self.content)
        (length,) = struct.unpack("<I", stream.take(4))
        if length > HEADER_LIMIT:
            raise ValueError("its header is too long")
        facts = json.loads(stream.take(length))
        counts: dict[str, Any] = facts["counts"]
        if facts["schema"] != SCHEMA or facts["layout"] != _layout() or set(counts) != {*_LAYOUT, "digests"}:
            raise ValueError("another layout")
        if any(type(count) is not int or count < 0 for count in counts.values()) or _size(counts) > LIMIT:
            raise ValueError("its size makes no sense")
        rows = [_rows(stream, dtype, counts[name]) for name, dtype in (("packets", PACKET), ("pictures", PICTURE))]
        digests = stream.take(counts["digests"] * DIGEST)
        stream.end()
        found = facts["found"]
        index = FrameIndex.from_wire(facts["index"], [*(each.tobytes() for each in rows), digests])
        _check(index, found)
        return index, found


def decoder_text(build: Mapping[str, Any]) -> str:
    """A decoder's build as one line of text, with the version of the program that reads its packets."""
    return ", ".join([f"facet {__version__}", *(f"{name} {version}" for name, version in sorted(build.items()))])


class _Inflated:
    """A zlib stream, of which never more is in memory than was asked for."""

    def __init__(self, content: bytes) -> None:
        self._engine = zlib.decompressobj()
        self._rest = content

    def take(self, count: int) -> bytes:
        """Exactly so many bytes. Raises ``ValueError`` where the stream ends before."""
        parts: list[bytes] = []
        while count:
            part = self._engine.decompress(self._rest, count)
            self._rest = self._engine.unconsumed_tail
            if not part:
                raise ValueError("it ends too soon")
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def end(self) -> None:
        """Raises ``ValueError`` where anything follows."""
        if self._engine.decompress(self._rest, 1) or not self._engine.eof or self._engine.unused_data:
            raise ValueError("something follows it")


def _packed(column: NDArray[Any]) -> bytes:
    if column.dtype.kind != "i":
        return column.tobytes()
    with np.errstate(over="ignore"):
        apart = np.diff(column.astype("<i8"), prepend=np.int64(0))
    return apart.astype("<i8").view(np.uint8).reshape(-1, 8).T.tobytes()


def _rows(stream: _Inflated, dtype: np.dtype[Any], count: int) -> NDArray[Any]:
    rows = np.zeros(count, dtype)
    for name, each in _columns(dtype):
        if each.kind == "i":
            planes = np.frombuffer(stream.take(8 * count), np.uint8).reshape(8, count)
            with np.errstate(over="ignore"):
                rows[name] = np.cumsum(np.ascontiguousarray(planes.T).view("<i8").ravel(), dtype=np.int64)
        else:
            rows[name] = np.frombuffer(stream.take(count), np.uint8) != 0
    return rows


def _columns(dtype: np.dtype[Any]) -> Iterator[tuple[str, np.dtype[Any]]]:
    for name in dtype.names or ():
        yield name, dtype[name]


def _layout() -> dict[str, Any]:
    return {name: [list(each) for each in columns] for name, columns in _LAYOUT.items()}


def _size(counts: Mapping[str, int]) -> int:
    return counts["packets"] * PACKET.itemsize + counts["pictures"] * PICTURE.itemsize + counts["digests"] * DIGEST


def _check(index: FrameIndex, found: dict[str, Any]) -> None:
    """Raise what :meth:`StoredIndex.unpack` raises for values that nothing here would have packed."""
    if index.time_base <= 0 or index.rate <= 0 or (len(index.packets) and index.packets["size"].min() < 0):
        raise ValueError("its times or sizes make no sense")
    for remark in found["remarks"]:
        str(Remark.from_json(remark))
    typed = isinstance(found["colour"], dict) and isinstance(found["decoder"], dict)
    if not typed or found["rotation"] not in _ROTATIONS or type(found["interlaced"]) is not bool:
        raise ValueError("its facts make no sense")
