"""Long lists in pages, and single exhibits: no more of a case is read than is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import Connection, func, select

from facet.case import rows
from facet.case.assembling import exhibit_rows, groups, said_of
from facet.case.exhibits import Exhibit
from facet.case.journal import Entry, read_entries
from facet.case.reading import missing, read_records
from facet.case.remark_rows import AnyRemark
from facet.case.schema import JOURNAL, TABLES
from facet.core.errors import InputError

RowT_co = TypeVar("RowT_co", covariant=True)

Listed = rows.ExhibitRow | AnyRemark | Entry
"""What a page holds."""

LARGEST = 1000
"""Rows of one page."""
KINDS = ("footage", "frames", "crops", "outputs", "remarks", "journal")
_PARENT = {"frames": "footage", "crops": "frame", "outputs": "crop", "remarks": "exhibit"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[RowT_co]):
    """Some rows of a longer list, in the order they were recorded. ``total`` counts the whole list; ``after`` is what
    to ask for the next page with, None where this is the last."""

    rows: tuple[RowT_co, ...]
    total: int
    after: int | None


def read_page(connection: Connection, kind: str, *, after: int, count: int, of: str | None) -> Page[Listed]:
    """See :meth:`facet.case.opened.OpenCase.page`."""
    if kind not in KINDS or (of is not None and kind not in _PARENT):
        raise InputError(
            "There are no such pages of «{kind}». Ask for footage, frames, crops, outputs, remarks or journal; for "
            "frames of footage, crops of a frame, outputs of a crop, or remarks of an exhibit.",
            kind=kind,
        )
    if not 0 < count <= LARGEST or after < 0:
        raise InputError("A page has 1 to {most} rows, and follows row 0 or a later one.", most=LARGEST)
    table = JOURNAL if kind == "journal" else TABLES[kind]
    numbers, counted = select(table.c.seq).where(table.c.seq > after), select(func.max(table.c.seq))
    if of is not None:
        parent = table.c[_PARENT[kind]]
        numbers, counted = numbers.where(parent == of), select(func.count()).select_from(table).where(parent == of)
    wanted = [int(seq) for seq in connection.execute(numbers.order_by(table.c.seq).limit(count + 1)).scalars()]
    return Page(
        rows=tuple(_listed(connection, kind, wanted[:count])),
        total=connection.execute(counted).scalar_one() or 0,
        after=wanted[count - 1] if len(wanted) > count else None,
    )


def read_rows(connection: Connection, exhibits: Sequence[str]) -> list[rows.ExhibitRow]:
    """These exhibits, in this order. Raises ``InputError`` for an id that is none, or that the case does not hold."""
    of_table: dict[str, list[str]] = {}
    for exhibit in exhibits:
        of_table.setdefault(Exhibit.parse(exhibit).table, []).append(exhibit)
    found: dict[str, rows.ExhibitRow] = {}
    said = said_of(connection, exhibits)
    for table, ids in of_table.items():
        kept = [
            each for group in groups(ids) for each in read_records(connection, table, TABLES[table].c.id.in_(group))
        ]
        found |= {row.id: row for row in exhibit_rows(connection, table, kept, said)}
    for exhibit in exhibits:
        if exhibit not in found:
            raise missing(exhibit)
    return [found[exhibit] for exhibit in exhibits]


def _listed(connection: Connection, kind: str, numbers: list[int]) -> Sequence[Listed]:
    if kind == "journal":
        return read_entries(connection, JOURNAL.c.seq.in_(numbers))
    kept = list(read_records(connection, kind, TABLES[kind].c.seq.in_(numbers)))
    if kind == "remarks":
        about = {record["exhibit"] for _, record in kept} - {None}
        of_id = {each.id: each for each in said_of(connection, about, kept).all}
        return [of_id[record["id"]] for _, record in kept]
    return exhibit_rows(connection, kind, kept, said_of(connection, [record["id"] for _, record in kept]))
