"""Attacks on the journal: entries cut, joined, moved, slipped in or rewritten, without the rest of the chain."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from case.attacks.attacked_case import Attacked
from case.attacks.leaves import change_a_leaf
from case.tampering import unguarded
from facet.core.canonical import canonical_json
from facet.core.digest import sha256_bytes


def cut_journal(path: Path, chance: random.Random, _of: Attacked) -> str:
    """The last entries are gone, what they recorded is not."""
    with unguarded(path) as connection:
        entries = read_entries(connection)
        count = chance.randrange(1, min(8, len(entries)))
        while not any(entry["rows"] for entry in entries[-count:]):
            count += 1
        connection.execute("DELETE FROM journal WHERE seq > ?", (len(entries) - count,))
    return f"the last {count}"


def joined_journal(path: Path, chance: random.Random, of: Attacked) -> str:
    """Entries of another case follow, as they are or numbered and linked so that they fit."""
    with sqlite3.connect(of.stranger) as other:
        strangers = read_entries(other)
    other.close()
    chosen = chance.sample(strangers, chance.randrange(1, 6))
    with unguarded(path) as connection:
        own = read_entries(connection)
        fitted = chance.random() < 0.5
        write_entries(connection, [*own, *chosen], rechained_from=len(own) + 1 if fitted else None)
    return f"{len(chosen)} entries, {'fitted' if fitted else 'as they are'}"


def journal_of_another_case(path: Path, _chance: random.Random, of: Attacked) -> str:
    """The whole journal of another case in the place of its own."""
    with sqlite3.connect(of.stranger) as other:
        strangers = read_entries(other)
    other.close()
    with unguarded(path) as connection:
        write_entries(connection, strangers, rechained_from=None)
    return f"{len(strangers)} entries"


def moved_entries(path: Path, chance: random.Random, _of: Attacked) -> str:
    """Two entries change places: their bytes as they are, or numbered anew."""
    with unguarded(path) as connection:
        entries = read_entries(connection)
        one, other = chance.sample(range(len(entries)), 2)
        entries[one], entries[other] = entries[other], entries[one]
        if chance.random() < 0.5:
            for seq in (one, other):
                entries[seq]["seq"] = seq + 1
        write_entries(connection, entries, rechained_from=None)
    return f"{one + 1} and {other + 1}"


def taken_out_entry(path: Path, chance: random.Random, _of: Attacked) -> str:
    """An entry is gone; those after it keep their numbers, or move up."""
    with unguarded(path) as connection:
        entries = read_entries(connection)
        gone = chance.randrange(len(entries) - 1)
        if chance.random() < 0.5:
            connection.execute("DELETE FROM journal WHERE seq = ?", (gone + 1,))
        else:
            del entries[gone]
            for seq, entry in enumerate(entries, 1):
                entry["seq"] = seq
            write_entries(connection, entries, rechained_from=None)
    return f"{gone + 1}"


def slipped_in_entry(path: Path, chance: random.Random, _of: Attacked) -> str:
    """An entry of the attacker's in the midst of the others, which are numbered on but not linked anew."""
    with unguarded(path) as connection:
        entries = read_entries(connection)
        place = chance.randrange(1, len(entries))
        made = {**entries[place], "action": "export", "exhibit": None, "rows": [], "details": {"what": "png"}}
        entries.insert(place, made)
        for seq, entry in enumerate(entries, 1):
            entry["seq"] = seq
        write_entries(connection, entries, rechained_from=None)
    return f"as {place + 1}"


def rewritten_entry(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A field of an entry says something else; its own digest fits, the entry after it was not touched."""
    with unguarded(path) as connection:
        entries = read_entries(connection)
        place = chance.randrange(len(entries) - 1)
        what = change_a_leaf(entries[place], chance)
        content = canonical_json(entries[place])
        connection.execute(
            "UPDATE journal SET entry = ?, sha256 = ? WHERE seq = ?", (content, sha256_bytes(content), place + 1)
        )
    return f"{place + 1}: {what}"


def respelt_entry(path: Path, chance: random.Random, _of: Attacked) -> str:
    """An entry says the same in other bytes, its digest fits."""
    with unguarded(path) as connection:
        entries = read_entries(connection)
        place = chance.randrange(len(entries))
        content = json.dumps(
            entries[place], indent=chance.choice((None, 1)), ensure_ascii=chance.random() < 0.5
        ).encode()
        connection.execute(
            "UPDATE journal SET entry = ?, sha256 = ? WHERE seq = ?", (content, sha256_bytes(content), place + 1)
        )
    return f"{place + 1}"


def read_entries(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """All entries in order."""
    return [json.loads(row[0]) for row in connection.execute("SELECT entry FROM journal ORDER BY seq")]


def write_entries(
    connection: sqlite3.Connection,
    entries: list[dict[str, Any]],
    *,
    rechained_from: int | None,
    refit: Callable[[dict[str, Any], int, str | None], None] = lambda _entry, _seq, _previous: None,
) -> None:
    """Put ``entries`` in the place of the journal; from number ``rechained_from`` on each is numbered and linked, after
    ``refit`` had a look at it, its number and the digest of the entry before."""
    connection.execute("DELETE FROM journal")
    previous = None
    for seq, entry in enumerate(entries, 1):
        fitted = rechained_from is not None and seq >= rechained_from
        if fitted:
            refit(entry, seq, previous)
        content = canonical_json({**entry, "seq": seq, "previous": previous} if fitted else entry)
        previous = sha256_bytes(content)
        connection.execute("INSERT INTO journal (seq, sha256, entry) VALUES (?, ?, ?)", (seq, previous, content))
