"""What is known of every packet and every picture of one video stream, as arrays that cross between processes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import parse_ratio
from facet.core.errors import InputError
from facet.core.wire import Buffer
from facet.footage.remark import Remark

NONE = np.iinfo(np.int64).min
"""Stands for a time or place that the container does not give."""
PACKET = np.dtype([("pts", "<i8"), ("dts", "<i8"), ("pos", "<i8"), ("size", "<i8"), ("key", "?"), ("bad", "?")])
"""One row a packet, in file order. ``bad``: empty, corrupt, or to be dropped by order of the container."""
PICTURE = np.dtype([("packet", "<i8"), ("pts", "<i8"), ("key", "?"), ("corrupt", "?"), ("tainted", "?")])
"""One row a picture, in presentation order. ``packet`` -1: which packet carried it is not known. ``corrupt``: the
decoder concealed damage in it. ``tainted``: decoded after damage and before the next whole keyframe, so that it may
show what was concealed. Both are known only where everything was decoded."""
RANGES = 100
"""Runs of damaged pictures that are listed; of hostile footage there could be any number."""
DIGEST = 32
"""Bytes of SHA-256."""


@dataclass(frozen=True, kw_only=True)
class FrameIndex:
    """Every picture in presentation order, counted from 0.

    ``packets`` and ``pictures`` are arrays of ``PACKET`` and ``PICTURE``; ``digests`` (N, 32) uint8 holds the proof of
    each picture (:mod:`facet.footage.proof`) as one sequential decode gave it, or (0, 32) where only the packets
    were read.
    """

    packets: NDArray[Any] = field(repr=False)
    pictures: NDArray[Any] = field(repr=False)
    digests: NDArray[np.uint8] = field(repr=False)
    time_base: Fraction
    rate: Fraction
    """Pictures in a second as the container states them (25 where it states nothing)."""
    method: str
    """``packets`` or ``decoded``."""
    reasons: tuple[Remark, ...]
    """Why that method."""
    single_thread: bool
    missing_bytes: int = 0
    """Bytes by which the file ends before it says that it does, where it says so."""
    missing_seconds: Fraction | None = None
    """Seconds by which the pictures end before the container says that they do, where that is no mere inaccuracy."""

    @property
    def count(self) -> int:
        """Pictures."""
        return len(self.pictures)

    @property
    def pts(self) -> NDArray[np.int64]:
        """Presentation times in ``time_base`` units, int64 (N,); ``NONE`` where there is none."""
        values: NDArray[np.int64] = self.pictures["pts"]
        return values

    @property
    def has_pts(self) -> NDArray[np.bool_]:
        """Which pictures have a presentation time, bool (N,)."""
        mask: NDArray[np.bool_] = self.pts != NONE
        return mask

    @property
    def key(self) -> NDArray[np.bool_]:
        """Which pictures are keyframes, bool (N,)."""
        values: NDArray[np.bool_] = self.pictures["key"]
        return values

    @cached_property
    def timed(self) -> str:
        """``pts`` where the presentation times rise throughout, else ``rate``: times are counted out by the rate."""
        rising = self.has_pts.all() and (self.pts[1:] > self.pts[:-1]).all()  # differences could overflow
        return "pts" if rising else "rate"

    def pts_of(self, index: int) -> int | None:
        """The presentation time of a picture, or None."""
        value = int(self.pts[index])
        return None if value == NONE else value

    def seconds(self, index: int) -> Fraction:
        """Time after the first picture, exactly."""
        if self.timed == "pts":
            return (int(self.pts[index]) - int(self.pts[0])) * self.time_base
        return index / self.rate

    @cached_property
    def end(self) -> Fraction:
        """Seconds after the first picture at which the last one ends, by the mean interval."""
        last = self.seconds(self.count - 1)
        return last + (last / (self.count - 1) if self.count > 1 else 1 / self.rate)

    def at(self, seconds: Fraction) -> int:
        """The last picture not later than ``seconds`` after the first. The caller keeps to 0 <= seconds <= end."""
        if self.timed == "rate":
            return min(int(seconds * self.rate), self.count - 1)
        ticks = int(self.pts[0]) + seconds / self.time_base
        return int(np.searchsorted(self.pts, ticks.__floor__(), side="right")) - 1

    @cached_property
    def order(self) -> NDArray[np.int64]:
        """The picture that each packet carries, int64 (packets,); -1 for none or not known."""
        order = np.full(len(self.packets), -1, np.int64)
        known = self.pictures["packet"] >= 0
        order[self.pictures["packet"][known]] = np.flatnonzero(known)
        return order

    @property
    def damaged(self) -> list[list[int]]:
        """First and last picture of every run of pictures in which the decoder concealed damage, ``RANGES`` at most."""
        return ranges(self.pictures["corrupt"])

    @property
    def tainted(self) -> list[list[int]]:
        """First and last picture of every run of pictures that may show what was concealed before them, ``RANGES`` at
        most."""
        return ranges(self.pictures["tainted"])

    def digest(self, index: int) -> str | None:
        """The proof of a picture in the sequential decode, lower-case hex, where it was made."""
        return bytes(self.digests[index]).hex() if len(self.digests) else None

    def to_wire(self) -> tuple[dict[str, Any], Sequence[Buffer]]:
        """Arguments and buffers of a message."""
        head = {
            "time_base": str(self.time_base),
            "rate": str(self.rate),
            "method": self.method,
            "reasons": [reason.to_json() for reason in self.reasons],
            "single_thread": self.single_thread,
            "missing_bytes": self.missing_bytes,
            "missing_seconds": None if self.missing_seconds is None else str(self.missing_seconds),
        }
        return head, [array.tobytes() for array in (self.packets, self.pictures, self.digests)]

    @classmethod
    def from_wire(cls, head: Mapping[str, Any], buffers: Sequence[Buffer]) -> FrameIndex:
        """The other way round. Raises ``ValueError`` for arrays that don't fit each other."""
        packets = np.frombuffer(buffers[0], PACKET)
        pictures = np.frombuffer(buffers[1], PICTURE)
        digests = np.frombuffer(buffers[2], np.uint8).reshape(-1, DIGEST)
        carried = pictures["packet"]
        fits = len(digests) in (0, len(pictures)) and len(pictures) > 0
        if not fits or not -1 <= carried.min() <= carried.max() < len(packets):
            raise ValueError("the index does not fit itself")
        return cls(
            packets=packets,
            pictures=pictures,
            digests=digests,
            time_base=parse_ratio(head["time_base"]),
            rate=parse_ratio(head["rate"]),
            method=str(head["method"]),
            reasons=tuple(Remark.from_json(reason) for reason in head["reasons"]),
            single_thread=bool(head["single_thread"]),
            missing_bytes=int(head["missing_bytes"]),
            missing_seconds=None if head["missing_seconds"] is None else parse_ratio(head["missing_seconds"]),
        )


def ranges(marked: NDArray[np.bool_]) -> list[list[int]]:
    """First and last place of every run of True in bool (N,), the first ``RANGES`` of them."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return [[int(first), int(end) - 1] for first, end in edges.reshape(-1, 2)[:RANGES]]


def parse_seconds(value: Fraction | float | str | int) -> Fraction:
    """``value`` as an exact number of seconds. Raises ``InputError``."""
    try:
        return Fraction(value)
    except (ValueError, ZeroDivisionError, OverflowError):
        raise InputError("«{value}» is not a time in seconds. Write it like 12.48.", value=str(value)) from None
