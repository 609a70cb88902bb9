"""The journal: one entry for every write, each holding the digest of the one before.

An entry is canonical JSON; its bytes are stored and hashed. It names every row that was written with it, and the
digests of the row's record and pictures, so that the digest of the last entry, the head, stands for the whole case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select

from facet.case import schema
from facet.case.bounds import bounded, check_length
from facet.case.records import read_record
from facet.case.schema import JOURNAL
from facet.core.canonical import Json, canonical_json
from facet.core.clock import local_of, same_moment
from facet.core.digest import sha256_bytes
from facet.core.errors import InputError

SCHEMAS = ("facet.journal/1", "facet.journal/2")
"""Of entries up to format 1.2, and since: an entry of the second also has the local time."""

RECORDING: dict[str, tuple[str, ...]] = {
    "create": ("case_facts",),
    "ingest": ("footage", "indexes"),
    "frame": ("frames",),
    "crop": ("crops",),
    "output": ("outputs", "cards", "companions"),
    "note": ("remarks",),
    "finding": ("remarks",),
    "withdrawal": ("remarks",),
    "alias": ("remarks",),
    "mark": ("remarks",),
    "camera-clock": ("remarks",),
    "index": ("indexes",),
    "tag": ("remarks",),
    "seal": ("seals",),
}
"""The actions that write evidence and the tables they write to; the first holds the row the entry is about, the second
gets one only when it is new, and companions are as many as the output has. All other actions write none."""
_MANY = "companions"
_SINCE = {"mark": 1, "camera-clock": 1, "index": 1, "tag": 3, "seal": 3}
"""The minor version of the format that brought an action, 0 for all others."""

RELOCATION = "relocate"
"""Footage was found elsewhere: ``details`` has its new ``path``."""
MIGRATION = "migrate"
"""The case was copied into a newer format: ``details`` has ``from``, ``to`` and the digest of the file before."""

_ENTRIES = select(JOURNAL.c.seq, JOURNAL.c.sha256, bounded(JOURNAL.c.entry))
_DIGEST = re.compile("[0-9a-f]{64}")
_HEAD = re.compile(r"(?:(?P<seq>[1-9][0-9]{0,15})[:\s@]\s*)?(?P<sha256>[0-9a-f]{64})", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """A point of the chain: the number of an entry and the digest of its bytes. ``seq`` is None where only the digest
    is known."""

    seq: int | None
    sha256: str

    def to_json(self) -> dict[str, Json]:
        """As canonical JSON values."""
        return {"seq": self.seq, "sha256": self.sha256}

    def __str__(self) -> str:
        return self.sha256 if self.seq is None else f"{self.seq}:{self.sha256}"

    @classmethod
    def parse(cls, given: str | Mapping[str, Any]) -> Head:
        """Read ``12:<64 hex>``, the digest alone, or ``{"seq": 12, "sha256": "…"}`` (as an object or its text)."""
        if isinstance(given, str):
            text = given.strip()
            found = _HEAD.fullmatch(text)
            if found is not None:
                return cls(seq=int(found["seq"]) if found["seq"] else None, sha256=found["sha256"].lower())
            try:
                given = json.loads(text)
            except (ValueError, RecursionError):
                given = {}
        if isinstance(given, Mapping):
            seq, sha256 = given.get("seq"), given.get("sha256")
            right_seq = seq is None or (type(seq) is int and seq > 0)
            if right_seq and isinstance(sha256, str) and _DIGEST.fullmatch(sha256):
                return cls(seq=seq, sha256=sha256)
        raise InputError(
            "That is not a journal head. Give it as NUMBER:DIGEST, for example 12:9f86d0…, with all 64 digits of the "
            "digest."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedRow:
    """A row that an entry vouches for. ``digests`` by what they are of: record, and png, picture, receipt where it has
    them."""

    table: str
    id: str
    digests: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A journal entry. ``sha256`` is the digest of its bytes, ``previous`` that of the entry before (None for the
    first); ``at`` UTC, ``local`` the same moment on the computer's clock with its offset, None up to format 1.2;
    ``digests`` are of files that left the program; ``details`` depend on the action."""

    seq: int
    sha256: str
    previous: str | None
    at: str
    examiner: str
    action: str
    exhibit: str | None
    rows: tuple[NamedRow, ...]
    digests: dict[str, str]
    details: Json
    local: str | None = None

    def to_json(self) -> dict[str, Json]:
        """What the entry's bytes say, and their digest."""
        return {**_fields(self), "sha256": self.sha256}


def parse_entry(content: bytes) -> Entry:
    """The entry that ``content`` spells. Raises ``ValueError`` where it is not one, to the last field."""
    fields = read_record(content)
    wanted = {"schema", "seq", "previous", "at", "examiner", "action", "exhibit", "rows", "digests", "details"}
    newer = fields.get("schema") == SCHEMAS[1]
    if set(fields) != (wanted | {"local"} if newer else wanted) or fields["schema"] not in SCHEMAS:
        raise ValueError("not the fields of a journal entry")
    strings = ("at", "examiner", "action")
    optional = ("previous", "exhibit")
    if not all(isinstance(fields[name], str) for name in strings) or type(fields["seq"]) is not int:
        raise ValueError("a field of the wrong type")
    if not all(fields[name] is None or isinstance(fields[name], str) for name in optional):
        raise ValueError("a field of the wrong type")
    if newer and not (isinstance(fields["local"], str) and same_moment(fields["at"], fields["local"])):
        raise ValueError("its two times are not one moment")
    if not isinstance(fields["rows"], list) or not _digests(fields["digests"]):
        raise ValueError("a field of the wrong type")
    rows: list[NamedRow] = []
    for row in fields["rows"]:
        if not isinstance(row, dict) or set(row) != {"table", "id", "digests"} or not _digests(row["digests"]):
            raise ValueError("a row it names has the wrong form")
        if not isinstance(row["table"], str) or not isinstance(row["id"], str) or "record" not in row["digests"]:
            raise ValueError("a row it names has the wrong form")
        rows.append(NamedRow(**row))
    rest = {name: fields[name] for name in (*strings, *optional, "seq", "digests", "details")}
    return Entry(sha256=sha256_bytes(content), rows=tuple(rows), **rest, local=fields.get("local"))


def misfit(entry: Entry, minor: int) -> str | None:
    """Why the rows an entry names are not those its action writes in a case of this minor version; None when they
    are."""
    tables = [row.table for row in entry.rows]
    known = schema.tables(minor)
    allowed = [name for name in RECORDING.get(entry.action, ()) if name in known]
    if not allowed or _SINCE.get(entry.action, 0) > minor:
        return "it names evidence although its action writes none" if tables else None
    several = [name for name in tables if name == _MANY] if _MANY in allowed else []
    single, singles = tables[: len(tables) - len(several)], [name for name in allowed if name != _MANY]
    if single not in (singles[:1], singles) or tables != [*single, *several]:
        return "it does not name the row its action writes"
    if entry.action in ("ingest", "frame", "crop", "output") and entry.exhibit != entry.rows[0].id:
        return "it names another exhibit than the one it records"
    return None


def relocations(journal: Sequence[Entry]) -> dict[str, str]:
    """Where footage was last told to be, by its id, if it was told anew after its ingest."""
    return {
        entry.exhibit: str(entry.details["path"])
        for entry in journal
        if entry.action == RELOCATION and entry.exhibit and isinstance(entry.details, dict) and "path" in entry.details
    }


def last_entry(connection: Connection) -> Entry | None:
    """The newest entry, None in a file without any. Raises ``InputError`` when its digest is not that of its bytes."""
    row = connection.execute(_ENTRIES.order_by(JOURNAL.c.seq.desc()).limit(1)).one_or_none()
    return None if row is None else _sound(row.seq, row.sha256, row.entry)


def entries(connection: Connection) -> list[Entry]:
    """All entries in order. Raises ``InputError`` at the first whose digest or number is wrong."""
    found = [_sound(*row) for row in connection.execute(_ENTRIES.order_by(JOURNAL.c.seq))]
    for before, entry in zip([None, *found], found, strict=False):
        if entry.previous != (before.sha256 if before else None) or entry.seq != (before.seq + 1 if before else 1):
            raise _altered(entry.seq)
    return found


def read_entries(connection: Connection, where: ColumnElement[bool]) -> list[Entry]:
    """Some entries in order. Each is compared with its own digest, not with the one before. Raises ``InputError``."""
    return [_sound(*row) for row in connection.execute(_ENTRIES.where(where).order_by(JOURNAL.c.seq))]


def entries_of(connection: Connection, action: str) -> list[Entry]:
    """As :func:`read_entries`, those of one action; no others are taken apart."""
    spelt = canonical_json({"action": action})[1:-1]
    found = read_entries(connection, func.instr(JOURNAL.c.entry, spelt) > 0)
    return [entry for entry in found if entry.action == action]


def append_entry(
    connection: Connection,
    *,
    at: str,
    examiner: str,
    action: str,
    exhibit: str | None = None,
    rows: Sequence[NamedRow] = (),
    digests: Mapping[str, str] | None = None,
    details: Json = None,
) -> Head:
    """Write the next entry in the transaction under way. The chain is read within it: nothing is remembered."""
    before = last_entry(connection)
    seq = before.seq + 1 if before else 1
    newer = schema.minor_of(connection) >= 3
    content = canonical_json(
        {
            "schema": SCHEMAS[newer],
            "seq": seq,
            "previous": before.sha256 if before else None,
            "at": at,
            **({"local": local_of(at)} if newer else {}),
            "examiner": examiner,
            "action": action,
            "exhibit": exhibit,
            "rows": [{"table": row.table, "id": row.id, "digests": row.digests} for row in rows],
            "digests": dict(digests or {}),
            "details": details,
        }
    )
    check_length(content)
    entry = parse_entry(content)
    connection.execute(insert(JOURNAL).values(seq=seq, sha256=entry.sha256, entry=content))
    return Head(seq=seq, sha256=entry.sha256)


def _sound(seq: int, sha256: str, content: bytes) -> Entry:
    try:
        entry = parse_entry(content)
    except ValueError:
        raise _altered(seq) from None
    if entry.sha256 != sha256 or entry.seq != seq:
        raise _altered(seq)
    return entry


def _altered(seq: int) -> InputError:
    return InputError(
        "Journal entry {seq} has been altered. Don't rely on this case; facet verify tells more.", seq=seq
    )


def _fields(entry: Entry) -> dict[str, Json]:
    return {
        "schema": SCHEMAS[entry.local is not None],
        "seq": entry.seq,
        "previous": entry.previous,
        "at": entry.at,
        **({} if entry.local is None else {"local": entry.local}),
        "examiner": entry.examiner,
        "action": entry.action,
        "exhibit": entry.exhibit,
        "rows": [{"table": row.table, "id": row.id, "digests": dict(row.digests)} for row in entry.rows],
        "digests": dict(entry.digests),
        "details": entry.details,
    }


def _digests(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(v, str) and _DIGEST.fullmatch(v) for v in value.values())
