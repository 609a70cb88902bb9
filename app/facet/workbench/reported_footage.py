"""Footage, its marks and its camera's clock as a report prints them.

A case may come from anybody: what its records say of the footage is taken for text, numbers and sentences only where it
is that.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from facet.case import Case, ClockRow, FootageCheck, FootageRow, FrameRow, Mark
from facet.core.camera_clock import CameraClock, clock_text, span_text
from facet.core.clock import decimal
from facet.core.errors import FacetError
from facet.core.i18n import _
from facet.footage import Remark
from facet.report.document import DigestCheck, FootageExhibit, StreamFacts
from facet.report.moments import ClockFacts, ClockTimes, MarkFacts
from facet.workbench.lookup import kept_index

Seconds = Callable[[int], Fraction | None]
"""The file time of a frame, None where it is not known."""


def footage_exhibit(case: Case, row: FootageRow, check: FootageCheck, at: str) -> FootageExhibit:
    """What is printed of some footage; ``check`` is what its file was found to be at ``at``."""
    probe: Mapping[str, Any] = row.probe
    used, streams = probe.get("stream"), probe.get("streams")
    marks, reading = case.marks(row.id), _reading(case.clock(row.id))
    seconds = _seconds(case, row) if marks else (lambda _index: None)
    return FootageExhibit(
        id=row.id,
        name=row.name,
        path=row.path,
        sha256=row.sha256,
        md5=row.md5,
        size=row.size,
        modified=row.modified,
        container=_text(probe.get("container")),
        duration=_text(probe.get("duration")),
        streams=tuple(_stream(each, used) for each in _list(streams) if isinstance(each, Mapping)),
        frames=_number(probe.get("frames")),
        index_method=_text(probe.get("index_method")),
        index_reason=" ".join(_said(probe.get("index_reasons"))),
        warnings=tuple(_said(probe.get("remarks"))),
        decoder=_words(probe.get("decoder")),
        check=DigestCheck(at=at if check.found else None, ok=check.ok if check.found else None, message=check.message),
        withdrawn=None if row.withdrawal is None else row.withdrawal.text,
        aliases=row.aliases,
        tags=row.tags,
        clocks=clock_facts(case, row.id),
        marks=tuple(_mark(mark, seconds(mark.first), reading) for mark in marks),
    )


def clock_times(case: Case, row: FrameRow) -> ClockTimes | None:
    """What clocks say at a frame; None where nobody read any, or its zone is not known here."""
    reading = _reading(case.clock(row.footage))
    shown = None if reading is None else reading.shown_at(row.seconds)
    if reading is None or shown is None:
        return None
    true = reading.true_at(row.seconds)
    held = next(each for each in clock_facts(case, row.footage) if each.holds)
    return ClockTimes(shown=clock_text(shown), true=None if true is None else clock_text(true), reading=held)


def clock_facts(case: Case, footage: str) -> tuple[ClockFacts, ...]:
    """All readings of the clock in the picture of some footage."""
    held = case.clock(footage)
    return tuple(_clock(row, holds=held is not None and row.id == held.id) for row in case.clocks(footage))


def _clock(row: ClockRow, *, holds: bool) -> ClockFacts:
    reading = _reading(row)
    ahead = None if reading is None else reading.ahead
    true = None if reading is None else reading.true_at(reading.seconds)
    return ClockFacts(
        id=row.id,
        index=row.index,
        seconds=decimal(Fraction(row.seconds)),
        shows=row.shows,
        zone=row.zone,
        true=row.true if true is None else clock_text(true),
        apart=None if ahead is None else span_text(ahead),
        behind=ahead is not None and ahead.total_seconds() < 0,
        source=row.source,
        examiner=row.examiner,
        at=row.utc,
        holds=holds,
        withdrawn=row.withdrawn,
    )


def _mark(mark: Mark, seconds: Fraction | None, reading: CameraClock | None) -> MarkFacts:
    shown = None if reading is None or seconds is None else reading.shown_at(seconds)
    return MarkFacts(
        id=mark.id,
        first=mark.first,
        last=mark.last,
        seconds=None if seconds is None else decimal(seconds),
        shown=None if shown is None else clock_text(shown),
        text=mark.text,
        examiner=mark.examiner,
        at=mark.utc,
        withdrawn=mark.withdrawn,
    )


def _reading(row: ClockRow | None) -> CameraClock | None:
    with contextlib.suppress(FacetError, ValueError, TypeError):
        return None if row is None else row.reading()
    return None


def _seconds(case: Case, row: FootageRow) -> Seconds:
    """The times of frames by the index that the case keeps, where it can be used."""
    kept = None
    with contextlib.suppress(FacetError, ValueError):
        stored = kept_index(case, row)
        kept = None if stored is None else stored.unpack()[0]
    return lambda index: kept.seconds(index) if kept is not None and index < kept.count else None


def _said(remarks: object) -> Iterator[str]:
    """Sentences of a probe in the report's language."""
    for remark in _list(remarks):
        with contextlib.suppress(LookupError, TypeError, ValueError):
            yield Remark.from_json(remark).localised(_)


def _stream(stream: Mapping[str, Any], used: object) -> StreamFacts:
    index = _number(stream.get("index"))
    return StreamFacts(
        index=-1 if index is None else index,
        type=_text(stream.get("type")) or "–",
        codec=_text(stream.get("codec")),
        width=_number(stream.get("width")),
        height=_number(stream.get("height")),
        pixel_format=_text(stream.get("pixel_format")),
        sample_aspect=_text(stream.get("sample_aspect")),
        rotation=_number(stream.get("rotation")),
        average_rate=_text(stream.get("average_rate")),
        time_base=_text(stream.get("time_base")),
        used=index is not None and index == used,
    )


def _words(value: object) -> str | None:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {version}" for name, version in value.items())
    return _text(value)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: object) -> int | None:
    return value if type(value) is int else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
