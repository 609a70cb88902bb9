"""Search: the exhibits to which every one of some words belongs.

A word belongs to an exhibit whose id it is (or the end of it: ``F412``, ``C1/E3``); whose alias or tag holds it; of
footage, whose file name holds it; of an output, whose backend's id, title or family holds it; or about which something
was written that holds it. What belongs to an exhibit also belongs to what was taken from it, but an exhibit is found
only if one of the words belongs to itself. Capitals don't matter. ``tag:hood`` looks among tags alone; so do
``exhibit:``, ``alias:``, ``footage:``, ``backend:`` and ``note:``. A tag that was withdrawn is not found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select

from facet.case import rows
from facet.case.assembling import groups, said_of
from facet.case.exhibits import Exhibit, lineage
from facet.case.paging import Page, read_rows
from facet.case.reading import read_records
from facet.case.remark_rows import Tag
from facet.case.schema import TABLES
from facet.core.errors import InputError

FIELDS = ("exhibit", "alias", "footage", "backend", "note", "tag")
_WORD = re.compile(r'(?:(?P<field>[a-z]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>\S+))')
_EXHIBITS = ("footage", "frames", "crops", "outputs")
_SPOKEN = {"alias": "alias", "tag": "tag"}
"""The field in which remarks of a kind are looked for; ``note`` for all others."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """Where a word was found: one of :data:`FIELDS`, and the text there."""

    field: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """What was found: an exhibit, or with None the case, of which something was said; and why."""

    row: rows.ExhibitRow | None
    matches: tuple[Match, ...]


def words_of(text: str) -> list[str]:
    """The words of what somebody typed; ``"two words"`` in quotation marks stay together."""
    found = ((each["field"], each["phrase"] or each["word"]) for each in _WORD.finditer(text))
    return [word if field is None else f"{field}:{word}" for field, word in found if word]


def find(connection: Connection, words: Sequence[str], *, after: int, count: int) -> Page[Hit]:
    """See :meth:`facet.case.opened.OpenCase.find`."""
    wanted = [word for word in words if word.strip()]
    if not wanted or count < 1 or after < 0:
        raise InputError("There is nothing to look for. Give one word or more.")
    own = [_belonging(connection, word) for word in wanted]
    found = [each for each in {key for one in own for key in one} if _has_all(each, own)]
    ordered = sorted(found, key=_order)
    shown = ordered[after : after + count]
    of_id = {row.id: row for row in read_rows(connection, [each for each in shown if each])}
    hits = (Hit(row=of_id.get(each), matches=_matches(each, own)) for each in shown)
    more = after + count if after + count < len(ordered) else None
    return Page(rows=tuple(hits), total=len(ordered), after=more)


_Belonging = dict[str, list[Match]]
"""By the id of the exhibit, empty for the case."""


def _belonging(connection: Connection, word: str) -> _Belonging:
    """What one word belongs to of itself."""
    field, colon, rest = word.partition(":")
    only, sought = (field, rest.strip()) if colon and field in FIELDS and rest.strip() else (None, word.strip())
    found: _Belonging = {}
    for exhibit, match in _everywhere(connection, sought, only):
        matches = found.setdefault(exhibit, [])
        if match not in matches:
            matches.append(match)
    return found


def _everywhere(connection: Connection, sought: str, only: str | None) -> Iterator[tuple[str, Match]]:
    if only in (None, "exhibit"):
        yield from _by_id(connection, sought)
    if only in (None, "footage"):
        yield from _by_name(connection, sought.casefold())
    if only in (None, "backend"):
        yield from _by_backend(connection, sought.casefold())
    if only in (None, "alias", "note", "tag"):
        for exhibit, match in _by_remark(connection, sought.casefold()):
            if only in (None, match.field):
                yield exhibit, match


def _by_id(connection: Connection, sought: str) -> Iterator[tuple[str, Match]]:
    for table in _EXHIBITS:
        column = TABLES[table].c.id
        ends = func.lower(func.substr(column, -len(sought) - 1)) == f"/{sought.lower()}"
        for exhibit in connection.execute(select(column).where(or_(column == sought, ends))).scalars():
            yield exhibit, Match(field="exhibit", text=exhibit)


def _by_name(connection: Connection, sought: str) -> Iterator[tuple[str, Match]]:
    for _, record in read_records(connection, "footage"):
        if sought in record["name"].casefold():
            yield record["id"], Match(field="footage", text=record["name"])


def _by_backend(connection: Connection, sought: str) -> Iterator[tuple[str, Match]]:
    for sha256, record in read_records(connection, "cards"):
        if any(sought in str(record[name]).casefold() for name in ("id", "title", "family")):
            outputs = TABLES["outputs"].c
            for exhibit in connection.execute(select(outputs.id).where(outputs.card_sha256 == sha256)).scalars():
                yield exhibit, Match(field="backend", text=record["id"])


def _by_remark(connection: Connection, sought: str) -> Iterator[tuple[str, Match]]:
    """Only remarks whose bytes hold the word are taken apart, and those in which it may be spelt by escapes."""
    table = TABLES["remarks"]
    numbers = [
        seq
        for seq, content in connection.execute(select(table.c.seq, table.c.record))
        if b"\\" in content or sought in content.decode("utf-8", "replace").casefold()
    ]
    for group in groups(numbers):
        kept = list(read_records(connection, "remarks", table.c.seq.in_(group)))
        about = {record["exhibit"] for _, record in kept} - {None}
        said = {each.id: each for each in said_of(connection, about, kept).all}
        for _, record in kept:
            remark = said[record["id"]]
            gone = isinstance(remark, Tag) and remark.withdrawn is not None
            if not gone and sought in record["text"].casefold():
                field = _SPOKEN.get(record["kind"], "note")
                yield record["exhibit"] or "", Match(field=field, text=record["text"])


def _has_all(exhibit: str, own: Sequence[_Belonging]) -> bool:
    kin = lineage(exhibit)
    return all(any(each in one for each in kin) for one in own)


def _matches(exhibit: str, own: Sequence[_Belonging]) -> tuple[Match, ...]:
    return tuple(dict.fromkeys(match for one in own for match in one.get(exhibit, ())))


def _order(exhibit: str) -> tuple[int, ...]:
    """The case first, then exhibits by their numbers."""
    if not exhibit:
        return ()
    parts = Exhibit.parse(exhibit)
    numbers = (parts.footage, parts.stream, parts.index, parts.version, parts.crop, parts.output)
    return tuple(number for number in numbers if number is not None)
