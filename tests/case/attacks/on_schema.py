"""Attacks on the tables and guards themselves, which change no evidence yet."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

from case.attacks.attacked_case import Attacked
from facet.case.schema import TABLES

_FOREIGN = (
    "CREATE VIEW sly AS SELECT * FROM outputs",
    "CREATE VIEW sly AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
    "CREATE TABLE sly (a)",
    "CREATE TABLE sly (a, b GENERATED ALWAYS AS (a || 'x') STORED)",
    "CREATE INDEX sly ON outputs (crop)",
    "CREATE INDEX sly ON remarks (upper(kind))",
    "CREATE TRIGGER sly AFTER INSERT ON remarks BEGIN SELECT 1; END",
    "CREATE TRIGGER sly AFTER INSERT ON journal BEGIN DELETE FROM remarks; END",
    "CREATE VIRTUAL TABLE sly USING fts5(a)",
    "ALTER TABLE remarks ADD COLUMN sly TEXT",
    "ALTER TABLE outputs RENAME COLUMN crop TO origin",
    "ALTER TABLE companions RENAME TO samples",
    "ANALYZE",
)


def dropped_guard(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A trigger is gone, or all are."""
    connection = sqlite3.connect(path, isolation_level=None)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")]
    gone = names if chance.random() < 0.2 else [chance.choice(names)]
    for name in gone:
        connection.execute(f"DROP TRIGGER {name}")
    connection.close()
    return gone[0] if len(gone) == 1 else "all"


def toothless_guard(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A trigger of the same name that lets everything pass."""
    connection = sqlite3.connect(path, isolation_level=None)
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    name, sql = chance.choice(triggers)
    connection.execute(f"DROP TRIGGER {name}")
    connection.execute(_tame(sql))
    connection.close()
    return str(name)


def foreign_object(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A view, table, index, trigger or column that no case has."""
    statement = chance.choice(_FOREIGN)
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    connection.close()
    return statement


def respelt_schema(path: Path, chance: random.Random, _of: Attacked) -> str:
    """The text of a table or guard, spelt otherwise."""
    connection = sqlite3.connect(path, isolation_level=None)
    texts = connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    name, sql = chance.choice(texts)
    one, other = chance.choice([pair for pair in _SPELLINGS if pair[0] in sql])
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute("UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?", (one, other, name))
    connection.close()
    return f"{name}: {one!r} to {other!r}"


def swapped_roots(path: Path, chance: random.Random, _of: Attacked) -> str:
    """Two tables, or two look-ups, change their places in the file."""
    connection = sqlite3.connect(path, isolation_level=None)
    kind = chance.choice(("table", "table", "index"))
    rows = connection.execute("SELECT name, rootpage FROM sqlite_schema WHERE type = ?", (kind,)).fetchall()
    (one, first), (other, second) = chance.sample(rows, 2)
    if kind == "table" and chance.random() < 0.3:
        (one, first), (other, second) = (row for row in rows if row[0] in ("cards", "case_facts"))
    connection.execute("PRAGMA writable_schema=ON")
    for name, page in ((one, second), (other, first)):
        connection.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = ?", (page, name))
    connection.close()
    return f"{one} and {other}"


def another_version(path: Path, chance: random.Random, _of: Attacked) -> str:
    """The header says another version of the format, or another program's file."""
    connection = sqlite3.connect(path, isolation_level=None)
    pragma = chance.choice(
        ("user_version=65536", "user_version=65537", "user_version=65599", "user_version=0", "application_id=1")
    )
    connection.execute(f"PRAGMA {pragma}")
    connection.close()
    return pragma


def packed_anew(path: Path, chance: random.Random, _of: Attacked) -> str:
    """SQLite's own tidying, which moves everything about and changes nothing that is said."""
    statement = chance.choice(("VACUUM", "REINDEX"))
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    connection.close()
    return statement


def emptied_table(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A table is made anew without its rows."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys=OFF")
    there = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    table = chance.choice([name for name in (*TABLES, "journal") if name in there])
    made = connection.execute(
        "SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY rowid", (table,)
    ).fetchall()
    connection.execute(f"DROP TABLE {table}")
    for (sql,) in made:
        connection.execute(sql)
    connection.close()
    return table


_SPELLINGS = (("TEXT NOT NULL", "TEXT"), ("CREATE", "create"), (" ", "  "), ("STRICT", "strict"), ("BEGIN", "BEGIN\n"))


def _tame(sql: str) -> str:
    return (
        sql.replace("WHEN NEW", "WHEN 0 AND NEW")
        if "WHEN NEW" in sql
        else sql.replace("SELECT RAISE(ABORT, ", "SELECT (")
    )
