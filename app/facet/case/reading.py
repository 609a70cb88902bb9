"""Rows read from an open case, each compared with its own digest before anyone sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from facet.case.bounds import bounded, most_bytes
from facet.case.records import read_record
from facet.case.schema import TABLES, minor_of, tables
from facet.core.digest import sha256_bytes
from facet.core.errors import InputError


def read_one(connection: Connection, table: str, row_id: str) -> dict[str, Any]:
    """The record of a row. Raises ``InputError`` where there is none or it is not what its digest says."""
    columns = TABLES[table].c
    asked = select(bounded(columns.record), columns.record_sha256).where(columns.id == row_id)
    row = connection.execute(asked).one_or_none()
    if row is None:
        raise missing(row_id)
    return _sound(row_id, row.record, row.record_sha256)


def read_bytes(connection: Connection, table: str, row_id: str, column: str) -> bytes:
    """A blob of a row (``png``, ``receipt``, ``content``), compared with the size and digest in its record. Raises
    ``InputError``."""
    record = read_one(connection, table, row_id)
    columns = TABLES[table].c
    size = connection.execute(select(func.length(columns[column])).where(columns.id == row_id)).scalar_one()
    if type(size) is not int or size != record.get(f"{column}_bytes", size) or size > most_bytes(column, record):
        raise altered(row_id)  # before it is in memory
    content = connection.execute(select(columns[column]).where(columns.id == row_id)).scalar_one()
    if not isinstance(content, bytes) or sha256_bytes(content) != record.get(f"{column}_sha256"):
        raise altered(row_id)
    return content


def read_records(
    connection: Connection, table: str, where: ColumnElement[bool] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Digest and record of every row, or of some, in the order they were recorded. Raises ``InputError`` at the first
    that is not what its digest says."""
    columns = TABLES[table].c
    asked = select(columns.id, bounded(columns.record), columns.record_sha256)
    for row in connection.execute((asked if where is None else asked.where(where)).order_by(columns.seq)):
        yield row.record_sha256, _sound(row.id, row.record, row.record_sha256)


def exists(connection: Connection, table: str, row_id: str) -> bool:
    """Whether ``table`` has a row of this id."""
    columns = TABLES[table].c
    return connection.execute(select(columns.seq).where(columns.id == row_id)).one_or_none() is not None


def keeps(connection: Connection, table: str) -> bool:
    """Whether the case's format has this table."""
    return table in tables(minor_of(connection))


def missing(exhibit: str) -> InputError:
    """What is said of an exhibit that the case does not hold."""
    return InputError("There is no exhibit {exhibit} in this case. See what it holds with facet show.", exhibit=exhibit)


def altered(exhibit: str) -> InputError:
    """What is said of an exhibit that is not what was recorded."""
    return InputError("{exhibit} has been altered. Don't rely on this case; facet verify tells more.", exhibit=exhibit)


def _sound(row_id: str, content: object, sha256: str) -> dict[str, Any]:
    if not isinstance(content, bytes) or sha256_bytes(content) != sha256:
        raise altered(row_id)
    try:
        record = read_record(content)
    except ValueError:
        raise altered(row_id) from None
    if "id" in record and record["id"] != row_id and row_id != sha256:
        raise altered(row_id)
    return record
