"""Moments in footage as a report prints them: marks, and what the clock in the picture shows. Texts as they stand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkFacts:
    """A frame, or the frames ``first`` to ``last``, that somebody marked. ``seconds`` is the file time of the first, as
    decimal text, and ``shown`` what the clock in the picture shows there; null where that is not known. ``withdrawn``
    is the reason, null while it stands."""

    id: str
    first: int
    last: int | None
    seconds: str | None
    shown: str | None
    text: str
    examiner: str
    at: str
    withdrawn: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockFacts:
    """A reading of the clock in the picture of some footage. ``apart`` is the span between the clock and the true time,
    ``behind`` whether the clock is the one that is late; ``holds`` whether it is the reading that is used."""

    id: str
    index: int
    seconds: str
    shows: str
    zone: str
    true: str | None
    apart: str | None
    behind: bool
    source: str
    examiner: str
    at: str
    holds: bool
    withdrawn: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockTimes:
    """What the clock in the picture and a true clock say at one frame, reckoned from the reading ``reading``."""

    shown: str
    true: str | None
    reading: ClockFacts
