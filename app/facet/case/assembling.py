"""Exhibits put together: their records, what was said of them since, where footage was found, companions of outputs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, select

from facet.case import rows
from facet.case.bounds import bounded
from facet.case.companions import CompanionRow, companion_row
from facet.case.exhibits import lineage
from facet.case.journal import RELOCATION, entries_of, relocations
from facet.case.reading import altered, keeps, read_records
from facet.case.records import companion_id, read_record
from facet.case.said import Said
from facet.case.schema import TABLES
from facet.core.digest import sha256_bytes

Kept = tuple[str, dict[str, Any]]
"""The digest of a record, and the record."""
GROUP = 500
"""Ids in one statement."""
_TOLD = b'"companions":[{'
"""In the bytes of every receipt that tells of companions: a text in it would have its quotes escaped."""

T = TypeVar("T")


def exhibit_rows(connection: Connection, table: str, kept: Sequence[Kept], said: Said) -> list[rows.ExhibitRow]:
    """The rows of ``table`` (footage, frames, crops, outputs) from their records; ``said`` is about them and what they
    were taken from. Raises ``InputError``, and like :mod:`facet.case.rows` for a bad record."""
    beside = companions_of(connection, [record["id"] for _, record in kept]) if table == "outputs" else {}
    places = relocations(entries_of(connection, RELOCATION)) if table == "footage" else {}
    makers: dict[str, Callable[[dict[str, Any], dict[str, Any]], rows.ExhibitRow]] = {
        "footage": lambda r, common: rows.footage_row(r, places.get(r["id"], r["path"]), common),
        "frames": rows.frame_row,
        "crops": rows.crop_row,
        "outputs": lambda r, common: rows.output_row(r, {**common, "companions": tuple(beside.get(r["id"], ()))}),
    }
    return [makers[table](record, said.common(record, sha256)) for sha256, record in kept]


def said_of(connection: Connection, about: Collection[str], more: Sequence[Kept] = ()) -> Said:
    """What was said of exhibits or remarks and of what these were taken from, and ``more`` records of remarks."""
    wanted = sorted({each for one in about for each in lineage(one)})
    found = {number_of(record): record for _, record in more} | _remarks_about(connection, wanted)
    found |= _remarks_about(connection, [record["id"] for record in found.values()])
    return Said(found[number] for number in sorted(found))


def companions_of(connection: Connection, outputs: Sequence[str]) -> dict[str, list[CompanionRow]]:
    """The companions of these outputs. Raises ``InputError`` where the receipt of one tells of others than are there:
    what several samples agree on must not be shown without what they don't."""
    found: dict[str, list[CompanionRow]] = {}
    if not keeps(connection, "companions"):
        return found
    table, receipts = TABLES["companions"], TABLES["outputs"].c
    for group in groups(outputs):
        told: set[str] = set()
        asked = select(receipts.id, bounded(receipts.receipt), receipts.receipt_sha256).where(receipts.id.in_(group))
        for output, content, sha256 in connection.execute(asked):
            if sha256_bytes(content) != sha256:
                raise altered(output)
            if _TOLD in content:
                listed = read_record(content)["output"].get("companions", [])
                told |= {companion_id(output, each["role"], each["number"]) for each in listed}
        there: set[str] = set()
        for sha256, record in read_records(connection, "companions", table.c.output.in_(group)):
            row = companion_row(record, sha256)
            found.setdefault(row.output, []).append(row)
            there.add(row.id)
        if told != there:
            raise altered(min(told ^ there))
    return found


def number_of(remark: dict[str, Any]) -> int:
    """What the remark of this record is counted by."""
    return int(remark["id"].removeprefix("R"))


def groups(values: Sequence[T], size: int = GROUP) -> Iterator[Sequence[T]]:
    """Runs of ``values``, none longer than ``size``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def _remarks_about(connection: Connection, exhibits: Sequence[str]) -> dict[int, dict[str, Any]]:
    """The records of remarks about these exhibits or remarks, by their numbers."""
    table = TABLES["remarks"]
    found: dict[int, dict[str, Any]] = {}
    for group in groups(exhibits):
        for _, record in read_records(connection, "remarks", table.c.exhibit.in_(group)):
            found[number_of(record)] = record
    return found
