"""Attacks with a database tool: cells and rows, the guards taken off and put back as they were."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from pathlib import Path

from case.attacks.attacked_case import Attacked
from case.tampering import unguarded
from facet.case.schema import TABLES
from facet.core.digest import sha256_bytes

Attack = Callable[[Path, random.Random, Attacked], str]
Row = tuple[str, int]
"""A table and the number of a row."""


def edited_cell(path: Path, chance: random.Random, _of: Attacked) -> str:
    """One cell says something else."""
    with unguarded(path) as connection:
        table, seq = _row(connection, chance)
        column = chance.choice(columns(connection, table))
        (value,) = connection.execute(f"SELECT {column} FROM {table} WHERE seq = ?", (seq,)).fetchone()
        _set(connection, table, seq, column, _other(value, chance))
    return f"{table} {seq}.{column}"


def cell_of_another_row(path: Path, chance: random.Random, _of: Attacked) -> str:
    """One cell says what another row says."""
    with unguarded(path) as connection:
        table, one, other = _two(connection, chance)
        column = chance.choice(columns(connection, table))
        (value,) = connection.execute(f"SELECT {column} FROM {table} WHERE seq = ?", (other,)).fetchone()
        _set(connection, table, one, column, value)
    return f"{table} {one}.{column} as {other}"


def deleted_rows(path: Path, chance: random.Random, _of: Attacked) -> str:
    """One to three rows are gone."""
    with unguarded(path) as connection:
        table, _seq = _row(connection, chance)
        rows = _numbers(connection, table)
        gone = chance.sample(rows, min(len(rows), chance.choice((1, 1, 2, 3))))
        for seq in gone:
            connection.execute(f"DELETE FROM {table} WHERE seq = ?", (seq,))
    return f"{table} {gone}"


def reordered_rows(path: Path, chance: random.Random, _of: Attacked) -> str:
    """Two rows change numbers."""
    with unguarded(path) as connection:
        table, one, other = _two(connection, chance)
        for before, after in ((one, -1), (other, one), (-1, other)):
            connection.execute(f"UPDATE {table} SET seq = ? WHERE seq = ?", (after, before))
    return f"{table} {one} and {other}"


def renumbered_row(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A row gets a number that no row has, before all or far behind all."""
    with unguarded(path) as connection:
        table, seq = _row(connection, chance)
        new = chance.choice((0, -1, -(1 << 63), seq + 1000, (1 << 63) - 1))
        _set(connection, table, seq, "seq", new)
    return f"{table} {seq} to {new}"


def swapped_contents(path: Path, chance: random.Random, _of: Attacked) -> str:
    """Two rows keep their number and id and change everything else, or one column."""
    with unguarded(path) as connection:
        table, one, other = _two(connection, chance)
        names = [name for name in columns(connection, table) if name not in ("seq", "id")]
        if chance.random() < 0.5:
            names = [chance.choice(names)]
        held = {
            seq: connection.execute(f"SELECT {', '.join(names)} FROM {table} WHERE seq = ?", (seq,)).fetchone()
            for seq in (one, other)
        }
        for name in names:  # out of the way of unique columns
            _set(connection, table, one, name, _elsewhere(held[one][names.index(name)]))
        for seq, values in ((other, held[one]), (one, held[other])):
            for name, value in zip(names, values, strict=True):
                _set(connection, table, seq, name, value)
    return f"{table} {one} and {other}: {', '.join(names)}"


def swapped_ids(path: Path, chance: random.Random, _of: Attacked) -> str:
    """Two rows change ids."""
    with unguarded(path) as connection:
        table, one, other = _two(connection, chance, named=True)
        ids = {
            seq: connection.execute(f"SELECT id FROM {table} WHERE seq = ?", (seq,)).fetchone()[0]
            for seq in (one, other)
        }
        for seq, value in ((one, "away"), (other, ids[one]), (one, ids[other])):
            _set(connection, table, seq, "id", value)
    return f"{table} {one} and {other}"


def inserted_row(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A copy of a row is added under a new id, at the end or in between."""
    with unguarded(path) as connection:
        table, seq = _row(connection, chance, named=True)
        rows = _numbers(connection, table)
        new = chance.choice((max(rows) + 1, 0, max(rows) + 5))
        names = columns(connection, table)
        values = list(connection.execute(f"SELECT * FROM {table} WHERE seq = ?", (seq,)).fetchone())
        values[names.index("seq")] = new
        for name, value in zip(names, values, strict=True):
            if name not in ("seq", "record") and isinstance(value, str):
                values[names.index(name)] = _elsewhere(value) if _unique(connection, table, name) else value
        _insert(connection, "INSERT", table, names, values)
    return f"{table} {new} like {seq}"


def replaced_through_the_guards(path: Path, chance: random.Random, _of: Attacked) -> str:
    """``INSERT OR REPLACE`` without recursive triggers, which once slipped past the guards against deleting."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys=OFF")
    try:
        table, seq = _row(connection, chance)
        names = columns(connection, table)
        values = list(connection.execute(f"SELECT * FROM {table} WHERE seq = ?", (seq,)).fetchone())
        place = chance.randrange(1, len(values))
        values[place] = _other(values[place], chance)
        if chance.random() < 0.5:
            values[0] = max(_numbers(connection, table)) + 1
        _insert(connection, "INSERT OR REPLACE", table, names, values)
    finally:
        connection.close()
    return f"{table} {seq}.{names[place]}"


def replaced_without_the_guards(path: Path, chance: random.Random, _of: Attacked) -> str:
    """``INSERT OR REPLACE`` while the guards are off."""
    with unguarded(path) as connection:
        table, seq = _row(connection, chance)
        names = columns(connection, table)
        values = list(connection.execute(f"SELECT * FROM {table} WHERE seq = ?", (seq,)).fetchone())
        place = chance.randrange(1, len(values))
        values[place] = _other(values[place], chance)
        _insert(connection, "INSERT OR REPLACE", table, names, values)
    return f"{table} {seq}.{names[place]}"


def cell_of_another_kind(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A cell of text becomes bytes, one of bytes text, one of numbers either: what ``STRICT`` forbids, taken out of the
    schema for a moment."""
    connection = sqlite3.connect(path, isolation_level=None)
    table, seq = _row(connection, chance)
    schema = connection.execute("SELECT rowid, type, name, sql FROM sqlite_schema").fetchall()
    column = chance.choice([name for name in columns(connection, table) if name != "seq"])
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute("DELETE FROM sqlite_schema WHERE type = 'trigger'")
    connection.execute(
        "UPDATE sqlite_schema SET sql = replace(replace(sql, ') STRICT', ')'), 'TEXT', 'BLOB') WHERE name = ?", (table,)
    )
    connection.close()
    connection = sqlite3.connect(path, isolation_level=None)
    (value,) = connection.execute(f"SELECT {column} FROM {table} WHERE seq = ?", (seq,)).fetchone()
    if isinstance(value, str):
        other: object = chance.choice((value.encode(), 1))
    elif isinstance(value, bytes):
        other = chance.choice((value.decode("latin-1"), 7))
    else:
        other = chance.choice((str(value), float(value), str(value).encode()))
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE seq = ?", (other, seq))
    connection.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA writable_schema=ON")
    for _rowid, kind, name, sql in schema:
        if kind == "trigger":
            connection.execute(
                "INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('trigger', ?, ?, 0, ?)",
                (name, next(each for each in (*TABLES, "journal") if name.startswith(each)), sql),
            )
        elif kind == "table":
            connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (sql, name))
    connection.close()
    return f"{table} {seq}.{column}"


def columns(connection: sqlite3.Connection, table: str) -> list[str]:
    """The names of a table's columns in order."""
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def _row(connection: sqlite3.Connection, chance: random.Random, *, named: bool = False) -> Row:
    there = [name for name in (*TABLES, *(() if named else ("journal",))) if _numbers(connection, name)]
    table = chance.choice(there)
    return table, chance.choice(_numbers(connection, table))


def _two(connection: sqlite3.Connection, chance: random.Random, *, named: bool = False) -> tuple[str, int, int]:
    several = [name for name in (*TABLES, *(() if named else ("journal",))) if len(_numbers(connection, name)) > 1]
    table = chance.choice(several)
    one, other = chance.sample(_numbers(connection, table), 2)
    return table, one, other


def _numbers(connection: sqlite3.Connection, table: str) -> list[int]:
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (table,)).fetchone():
        return []
    return [row[0] for row in connection.execute(f"SELECT seq FROM {table} ORDER BY seq")]


def _set(connection: sqlite3.Connection, table: str, seq: int, column: str, value: object) -> None:
    connection.execute(f"UPDATE {table} SET {column} = ? WHERE seq = ?", (value, seq))


def _insert(connection: sqlite3.Connection, verb: str, table: str, names: list[str], values: list[object]) -> None:
    connection.execute(f"{verb} INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", values)


def _unique(connection: sqlite3.Connection, table: str, column: str) -> bool:
    """Whether a column is part of what must not occur twice."""
    indexes = [row[1] for row in connection.execute(f"PRAGMA index_list({table})")]
    return any(column == row[2] for name in indexes for row in connection.execute(f"PRAGMA index_info({name})"))


def _elsewhere(value: object) -> object:
    """A value of the same kind that no row has."""
    if isinstance(value, str):
        return sha256_bytes(value.encode()) if len(value) == 64 else f"{value}9"
    return value + 100_000 if isinstance(value, int) else value


def _other(value: object, chance: random.Random) -> object:
    """Another value of the same kind: a little different, or entirely."""
    if isinstance(value, int):
        return chance.choice((value + 1, value - 1, 0 if value else 5, -(1 << 63), (1 << 63) - 1))
    if value is None:
        return "1"
    text = isinstance(value, str)
    content = bytearray(value.encode() if isinstance(value, str) else bytes(value))  # type: ignore[arg-type]
    how = chance.choice(("byte", "cut", "longer", "empty", "case"))
    if how == "byte" and content:
        place = chance.randrange(len(content))
        content[place] = chance.choice([byte for byte in (48, 97, 120) if byte != content[place]])
    elif how == "cut":
        del content[-1:]
    elif how == "longer":
        content += b"0"
    elif how == "case":
        content = bytearray(content.swapcase())
    else:
        content = bytearray()
    return content.decode("utf-8", "replace") if text else bytes(content)
