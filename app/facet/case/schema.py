"""The tables of a case file: their text is ``schema-1.3.sql`` (or that of an older minor version), this is how the
program speaks of them."""

from __future__ import annotations

import sqlite3
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, TableClause, column, table

APPLICATION_ID = 0x46434554
"""``FCET`` in ASCII, at byte 68 of the file."""
MAJOR, MINOR = 1, 3
"""The format of cases made now."""
USER_VERSION = MAJOR << 16 | MINOR
"""Major and minor version of the format, packed. A newer minor only adds: fields, actions, tables. A case stays in the
format it was made in."""
PAGE_SIZE = 8192

JOURNAL = table("journal", *map(column, ("seq", "sha256", "entry")))
_COMMON = ("seq", "id", "record_sha256", "record")
TABLES: dict[str, TableClause] = {
    name: table(name, *(column(each) for each in (*_COMMON, *rest)))
    for name, rest in {
        "case_facts": (),
        "footage": ("sha256",),
        "frames": ("footage", "stream", "picture_index", "version", "picture_sha256", "png_sha256", "png"),
        "crops": ("frame", "x", "y", "w", "h", "picture_sha256", "png_sha256", "png"),
        "cards": (),
        "outputs": ("crop", "card_sha256", "receipt_sha256", "picture_sha256", "png_sha256", "receipt", "png"),
        "remarks": ("kind", "exhibit"),
        "indexes": ("footage", "content_sha256", "content"),
        "companions": ("output", "role", "number", "picture_sha256", "png_sha256", "png"),
        "seals": ("head_seq", "head_sha256", "fingerprint"),
    }.items()
}
"""The evidence. Every table but the journal has ``seq`` (1, 2, 3 …), ``id``, ``record`` and ``record_sha256``."""
_SINCE = {"indexes": 1, "companions": 2, "seals": 3}
"""The minor version that brought a table, 0 for all others."""

_FOUND = "SELECT substr(type, 1, 20), substr(name, 1, 200), substr(sql, 1, 10000) FROM sqlite_schema LIMIT 1000"
"""More than any case has of everything, and no more of a hostile one."""

SchemaObject = tuple[str, str, str | None]
"""Type, name, and text as ``sqlite_schema`` keeps it (null for the indexes SQLite makes itself)."""


def minor_of(connection: Connection) -> int:
    """The minor version of an open file, within a transaction."""
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one()) & 0xFFFF


def tables(minor: int) -> dict[str, TableClause]:
    """Those of :data:`TABLES` that a case of this minor version has."""
    return {name: each for name, each in TABLES.items() if _SINCE.get(name, 0) <= minor}


@cache
def statements(minor: int = MINOR) -> tuple[str, ...]:
    """The statements that make an empty case of this minor version, one by one."""
    made: list[str] = []
    pending = ""
    text = Path(__file__).with_name(f"schema-{MAJOR}.{minor}.sql").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("--") or not (pending or line.strip()):
            continue
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            made.append(pending.strip())
            pending = ""
    return tuple(made)


@cache
def expected(minor: int = MINOR) -> frozenset[SchemaObject]:
    """What ``sqlite_schema`` of an unaltered case of this minor version holds."""
    connection = sqlite3.connect(":memory:")
    try:
        for statement in statements(minor):
            connection.execute(statement)
        return frozenset(connection.execute("SELECT type, name, sql FROM sqlite_schema"))
    finally:
        connection.close()


def alterations(connection: Connection) -> list[str]:
    """How the schema of an open file differs from what it should be: short English phrases, none when it is right.

    Raises what SQLAlchemy raises when the schema can't be read.
    """
    found = {
        (str(kind), str(name), None if sql is None else str(sql))
        for kind, name, sql in connection.exec_driver_sql(_FOUND).all()
    }
    wanted = expected(min(minor_of(connection), MINOR))
    names = {name for _, name, _ in wanted}
    there = {name for _, name, _ in found}
    phrases = [f"missing {kind} {name}" for kind, name, _ in wanted if name not in there]
    phrases += [f"foreign {kind} {name}" for kind, name, _ in found if name not in names]
    phrases += [f"changed {kind} {name}" for kind, name, _ in found - wanted if name in names]
    return sorted(phrases)
