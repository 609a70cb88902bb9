"""What was said of exhibits, as its records say it: notes, findings, withdrawals, aliases; marks, tags, clocks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from facet.case.typed import typed
from facet.core.camera_clock import CameraClock
from facet.core.canonical import parse_ratio


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """Something said after the fact: ``kind`` is note, finding, withdrawal or alias; ``exhibit`` None for the whole
    case; ``at`` UTC."""

    id: str
    kind: str
    exhibit: str | None
    text: str
    examiner: str
    at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A place in footage that somebody wants to find again: frame ``first``, or ``first`` to ``last``, both included;
    ``utc`` of its recording; ``withdrawn`` the reason, None while it stands."""

    id: str
    footage: str
    first: int
    last: int | None
    text: str
    examiner: str
    utc: str
    withdrawn: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """A word by which an exhibit, or with None the case, shall be found again; ``utc`` of its recording; ``withdrawn``
    the reason, None while it stands."""

    id: str
    exhibit: str | None
    text: str
    examiner: str
    utc: str
    withdrawn: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockRow:
    """A reading of the clock in the picture of some footage, as recorded; of those that stand the last one holds."""

    id: str
    footage: str
    index: int
    seconds: str
    shows: str
    zone: str
    true: str | None
    source: str
    examiner: str
    utc: str
    withdrawn: str | None = None

    def reading(self) -> CameraClock:
        """What it says, to be reckoned with. Raises ``InputError`` where its zone is not known here."""
        fields = {name: getattr(self, name) for name in ("index", "seconds", "shows", "zone", "true")}
        return CameraClock.from_json(fields, self.source)


AnyRemark = Remark | Mark | ClockRow | Tag


def remark(record: dict[str, Any]) -> Remark:
    """From the record of a remark."""
    return typed(Remark(**{name: record[name] for name in Remark.__slots__}))


def mark(record: dict[str, Any], withdrawn: str | None = None) -> Mark:
    """From the record of a mark."""
    first, last = record["first"], record["last"]
    if (
        type(first) is not int
        or not (last is None or type(last) is int)
        or not 0 <= first <= (first if last is None else last)
    ):
        raise ValueError("not frames of a mark")
    return typed(Mark(**_said(record), first=first, last=last, text=record["text"], withdrawn=withdrawn))


def tag(record: dict[str, Any], withdrawn: str | None = None) -> Tag:
    """From the record of a tag."""
    named = {name: record[name] for name in ("id", "exhibit", "text", "examiner")}
    return typed(Tag(**named, utc=record["at"], withdrawn=withdrawn))


def clock(record: dict[str, Any], withdrawn: str | None = None) -> ClockRow:
    """From the record of a reading of the clock in the picture."""
    named = {name: record[name] for name in ("index", "seconds", "shows", "zone", "true")}
    if parse_ratio(record["seconds"]) < 0 or type(record["index"]) is not int:
        raise ValueError("not a reading of a clock")
    return typed(ClockRow(**_said(record), **named, source=record["text"], withdrawn=withdrawn))


OTHER_REMARKS: dict[str, Callable[[dict[str, Any]], object]] = {"mark": mark, "camera-clock": clock, "tag": tag}
"""Kinds of remarks that are no :class:`Remark`."""


def _said(record: dict[str, Any]) -> dict[str, Any]:
    return {"id": record["id"], "footage": record["exhibit"], "examiner": record["examiner"], "utc": record["at"]}
