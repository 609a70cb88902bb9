"""What somebody with a database tool and bad intentions would do to a case file."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from case.closing import raw
from facet.core.canonical import canonical_json
from facet.core.digest import sha256_bytes


@contextmanager
def unguarded(path: Path) -> Iterator[sqlite3.Connection]:
    """The file without its triggers and foreign keys, which are put back afterwards as they were. What fails in between
    leaves the file as it was."""
    connection = raw(path, isolation_level=None)
    try:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid"
        ).fetchall()
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("BEGIN")
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
        connection.execute("COMMIT")
    finally:
        connection.close()


def sql(path: Path, statement: str, *values: Any) -> None:
    """One statement, unguarded."""
    with unguarded(path) as connection:
        connection.execute(statement, values)


def rewrite_record(connection: sqlite3.Connection, table: str, row_id: str, change: Callable[[dict], None]) -> None:
    """Change a record and make its own digest fit."""
    (content,) = connection.execute(f"SELECT record FROM {table} WHERE id = ?", (row_id,)).fetchone()
    record = json.loads(content)
    change(record)
    changed = canonical_json(record)
    connection.execute(
        f"UPDATE {table} SET record = ?, record_sha256 = ? WHERE id = ?", (changed, sha256_bytes(changed), row_id)
    )


def rechain(connection: sqlite3.Connection, change: Callable[[list[dict]], list[dict]]) -> None:
    """Change the journal and make the whole chain fit: what only a head kept elsewhere gives away."""
    entries = [json.loads(row[0]) for row in connection.execute("SELECT entry FROM journal ORDER BY seq")]
    connection.execute("DELETE FROM journal")
    previous = None
    for seq, entry in enumerate(change(entries), 1):
        content = canonical_json({**entry, "seq": seq, "previous": previous})
        previous = sha256_bytes(content)
        connection.execute("INSERT INTO journal (seq, sha256, entry) VALUES (?, ?, ?)", (seq, previous, content))


def places(path: Path, content: bytes, size: int = 8192) -> list[int]:
    """Where in the raw file the bytes of a blob lie, one number for each byte.

    Found by looking for its pieces: SQLite spreads a blob over pages with four bytes before each piece.
    """
    raw = path.read_bytes()
    found: list[int] = []
    while len(found) < len(content):
        rest = content[len(found) :]
        best, length, start = 0, 0, raw.find(rest[:32])
        while start >= 0:  # files begin alike: the place is where most of it follows
            room = min(len(rest), (start // size + 1) * size - start)
            same = next((n for n in range(room) if raw[start + n] != rest[n]), room)
            best, length = max((best, length), (start, same), key=lambda place: place[1])
            start = raw.find(rest[:32], start + 1)
        assert length, "not in the file"
        found += range(best, best + length)
    return found


def flip(path: Path, place: int, mask: int = 0x01) -> None:
    """Flip bits of one byte of the file."""
    with path.open("r+b") as stream:
        stream.seek(place)
        (byte,) = stream.read(1)
        stream.seek(place)
        stream.write(bytes([byte ^ mask]))
