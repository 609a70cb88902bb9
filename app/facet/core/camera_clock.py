"""The clock in the picture: what it shows at one frame, in which zone, and how far it is from the true time.

It is kept apart from the file's own time, which counts seconds from the first picture and knows no hour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from facet.core.canonical import LIMIT, Json, parse_ratio
from facet.core.errors import InputError

_OFFSET = re.compile(r"([+-])([01][0-9]|2[0-3]):([0-5][0-9])")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+){0,2}")
_ODD_NAMES = ("localtime", "posixrules", "Factory", "right/", "posix/")
"""Beginnings of what a system's folder of zones may hold beside zones: they mean something else on every machine."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CameraClock:
    """A reading of the clock in the picture.

    ``index`` is the picture it was read in (the first one that shows the reading, for the second to be sharp) and
    ``seconds`` that picture's file time, seconds after the first picture. ``shows`` is the date and time as it stands
    there, ``2026-11-02 14:03:12``; ``zone`` the zone that the clock keeps: an IANA name, whose summer time it then is
    taken to follow, or an offset like ``+09:00``. ``true``, if it is known, is the true time at that picture, and
    ``source`` who or what says so. Raises ``InputError`` for what can't be: an unknown zone, a time that the zone skips
    or has twice.
    """

    index: int
    seconds: Fraction
    shows: str
    zone: str
    true: datetime | None = None
    source: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.index < LIMIT:
            raise InputError("A picture's number is 0 or more.")
        object.__setattr__(self, "zone", self.zone.strip())
        object.__setattr__(self, "shows", _written(_shown(self.shows)))
        if self.true is not None and self.true.tzinfo is None:
            object.__setattr__(self, "true", _in_zone(self.true, self.zone))
        self._moment()

    @classmethod
    def read(
        cls, *, index: int, seconds: Fraction, shows: str, zone: str, true: str | None = None, source: str = ""
    ) -> CameraClock:
        """As typed. ``true`` is ISO 8601, with its own offset or else in ``zone``. Raises ``InputError``."""
        moment = None if true is None or not true.strip() else _moment_of(true)
        return cls(index=index, seconds=seconds, shows=shows, zone=zone, true=moment, source=source)

    @property
    def ahead(self) -> timedelta | None:
        """By how much the clock in the picture is ahead of the true time (negative: behind); None where that is not
        known."""
        return None if self.true is None else self._moment() - self.true.astimezone(UTC)

    def shown_at(self, seconds: Fraction) -> datetime | None:
        """What the clock shows at this file time, if it keeps its zone and runs evenly: aware, in ``zone``. None beyond
        the calendar's end."""
        return self._at(self._moment(), seconds)

    def true_at(self, seconds: Fraction) -> datetime | None:
        """The true time at this file time: aware, in ``zone``. None where it is not known, and beyond the calendar's
        end."""
        return None if self.true is None else self._at(self.true.astimezone(UTC), seconds)

    def to_json(self) -> dict[str, Json]:
        """Every field by name but ``source``; ``seconds`` as ``"n/d"``, ``true`` ISO 8601 with its offset."""
        return {
            "index": self.index,
            "seconds": f"{self.seconds.numerator}/{self.seconds.denominator}",
            "shows": self.shows,
            "zone": self.zone,
            "true": None if self.true is None else self.true.isoformat(),
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any], source: str) -> CameraClock:
        """The other way round. Raises ``InputError``, ``KeyError``, ``TypeError`` or ``ValueError`` for what is not a
        reading."""
        index, true = fields["index"], fields["true"]
        if type(index) is not int or not all(isinstance(fields[name], str) for name in ("seconds", "shows", "zone")):
            raise TypeError("not a reading of a clock")
        moment = None if true is None else datetime.fromisoformat(true)
        if moment is not None and moment.tzinfo is None:
            raise ValueError("a true time without its offset")
        return cls(
            index=index,
            seconds=parse_ratio(fields["seconds"]),
            shows=fields["shows"],
            zone=fields["zone"],
            true=moment,
            source=source,
        )

    def _moment(self) -> datetime:
        """When it was by the clock in the picture, in UTC."""
        return _in_zone(_shown(self.shows), self.zone).astimezone(UTC)

    def _at(self, start: datetime, seconds: Fraction) -> datetime | None:
        apart = seconds - self.seconds
        try:
            moved = start + timedelta(microseconds=round(apart * 1_000_000))
            return moved.astimezone(zone_of(self.zone))
        except OverflowError:
            return None


def zone_of(text: str) -> tzinfo:
    """The zone of that name or offset. Raises ``InputError``."""
    if found := _OFFSET.fullmatch(text):
        span = timedelta(hours=int(found[2]), minutes=int(found[3]))
        return timezone(-span if found[1] == "-" else span)
    if text == "UTC":
        return UTC
    if _NAME.fullmatch(text) and not text.startswith(_ODD_NAMES):
        try:
            return ZoneInfo(text)
        except (OSError, ValueError, LookupError):  # also ZoneInfoNotFoundError, and a folder of zones
            pass
    raise InputError(
        "«{zone}» is not a time zone. Give its name, like Asia/Seoul, or its offset, like +09:00.", zone=text
    )


def clock_text(moment: datetime) -> str:
    """A moment to the second with its offset, for example ``2026-11-02 14:03:12 +09:00``."""
    text = moment.isoformat(sep=" ", timespec="seconds")
    return f"{text[:19]} {text[19:]}".rstrip()


def span_text(span: timedelta) -> str:
    """Hours, minutes and seconds without a sign, for example ``0:04:12``; days are told as hours."""
    seconds = round(abs(span).total_seconds())
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _shown(text: str) -> datetime:
    try:
        shown = datetime.fromisoformat(text.strip())
    except ValueError:
        shown = None
    if shown is None or shown.tzinfo is not None or len(text.strip()) < 16:
        raise InputError(
            "«{text}» is not what a clock in a picture shows. Write date and time like 2026-11-02 14:03:12, the zone "
            "apart.",
            text=text,
        )
    return shown


def _moment_of(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        raise InputError(
            "«{text}» is not a date and time. Write it like 2026-11-02 14:07:24 or 2026-11-02T14:07:24+09:00.",
            text=text,
        ) from None


def _written(shown: datetime) -> str:
    return shown.isoformat(sep=" ", timespec="milliseconds" if shown.microsecond else "seconds")


def _in_zone(local: datetime, zone: str) -> datetime:
    """``local`` as a moment in ``zone``. Raises ``InputError`` where the zone skips it or has it twice."""
    rules = zone_of(zone)
    try:
        first, second = (local.replace(tzinfo=rules, fold=fold) for fold in (0, 1))
        if first.utcoffset() == second.utcoffset():
            first.astimezone(UTC)
            return first
        exists = first.astimezone(UTC).astimezone(rules).replace(tzinfo=None, fold=0) == local.replace(fold=0)
    except OverflowError:
        raise InputError("«{text}» is beyond the calendar's end.", text=_written(local)) from None
    if not exists:
        raise InputError(
            "{text} never was in {zone}: the clocks were put forward over it. Give the zone as an offset, {first} or "
            "{second}.",
            text=_written(local), zone=zone, first=_offset(second), second=_offset(first),
        )  # fmt: skip
    raise InputError(
        "{text} was twice in {zone}: the clocks were put back over it. Give the zone as an offset, {first} or "
        "{second}.",
        text=_written(local), zone=zone, first=_offset(first), second=_offset(second),
    )  # fmt: skip


def _offset(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")[19:]
