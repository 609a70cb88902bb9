"""Rows out of a file that may be damaged anywhere: what can be read, and which can't."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, TableClause, func, or_, select
from sqlalchemy.exc import DBAPIError

from facet.case.bounds import bounded

PROBE = 200
"""Numbers without a row after which a damaged table is taken to end."""
MOST = 10_000_000
"""A table that claims more rows does so by damage."""
_BOUNDED = ("record", "receipt", "entry")


class Unreadable(Exception):  # noqa: N818  # what is told of a row
    """SQLite can't deliver this row. The text says why."""


def read_row(connection: Connection, table: TableClause, seq: int, *names: str) -> dict[str, Any] | None:
    """Columns of one row by name, all without ``names``; None where it is not. ``png_size`` is the length of ``png`` in
    bytes, and so on; a record, receipt or entry longer than any may be is null. Raises :class:`Unreadable`."""
    columns = [_column(table, name) for name in names or table.c.keys()]
    try:
        found = connection.execute(select(*columns).where(table.c.seq == seq)).mappings().one_or_none()
        return None if found is None else dict(found)
    except (DBAPIError, OverflowError, MemoryError) as error:
        raise Unreadable(str(getattr(error, "orig", error))) from None


def _column(table: TableClause, name: str) -> ColumnElement[Any]:
    of, size, _rest = name.partition("_size")
    if size:
        return func.length(table.c[of]).label(name)
    return bounded(table.c[name]) if name in _BOUNDED else table.c[name]


def numbers(connection: Connection, table: TableClause, expected: int) -> list[int]:
    """The numbers (``seq``) to look for: 1 to ``expected``, and whatever else the table admits to."""
    wanted = set(range(1, expected + 1))
    try:
        others = select(table.c.seq).where(or_(table.c.seq < 1, table.c.seq > expected)).limit(MOST)
        for seq in connection.execute(others).scalars():
            wanted.add(int(seq))
    except (DBAPIError, TypeError, ValueError):
        wanted |= _probed(connection, table, expected)
    return sorted(wanted)


def last_number(connection: Connection, table: TableClause) -> int:
    """The highest number of a row, as far as it can be known."""
    try:
        last = connection.execute(select(func.max(table.c.seq))).scalar_one()
        if last is None:
            return 0
        if 0 < int(last) < MOST:
            return int(last)
    except (DBAPIError, TypeError, ValueError):
        pass
    return max(_probed(connection, table, 0), default=0)


def _probed(connection: Connection, table: TableClause, after: int) -> set[int]:
    found: set[int] = set()
    seq, empty = after, 0
    while empty < PROBE:
        seq += 1
        try:
            there = read_row(connection, table, seq, "seq") is not None
        except Unreadable:
            there = False
        empty = 0 if there else empty + 1
        if there:
            found.add(seq)
    return found


def phrases(connection: Connection, pragma: str) -> Iterable[str]:
    """What ``integrity_check`` or ``foreign_key_check`` complains of; nothing when all is well."""
    try:
        found = connection.exec_driver_sql(f"PRAGMA {pragma}").all()
    except DBAPIError as error:
        return [str(error.orig)]
    return [text for row in found if (text := " ".join(str(part) for part in row)) != "ok"]
