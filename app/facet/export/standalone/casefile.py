"""A case file, opened so that nothing in it is trusted and nothing of it is written."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import struct
from pathlib import Path
from typing import Any, Iterator

from facet.export.standalone.canonical import sha256_of
from facet.export.standalone.findings import N_, Refused

MAGIC = b"SQLite format 3\0"
ENCRYPTED = b"FCET"
"""How the salt of an encrypted case begins."""
APPLICATION = 0x46434554
SCHEMAS = {
    0: "76aaa054a19bc76a601ad0a81c334a5b329bcf1dde815b76cbd8e3793f1ea19d",
    1: "633c2fee5403492cc3d8ffb538cd79e9d3adcaa845c50882b8334f49d9b96893",
    2: "c3374da2c2d99837dacfb954a7f20ef9d2374dc5180eadc3b2ad9a960d97e243",
    3: "0ad99fd8c7a1b2751ead2b225931d2b8e8a7c35b82215ca9b15e2a36eac32d1d",
}
"""Minor version of the format: digest of all that sqlite_schema then holds."""
LARGEST_CELL = 1 << 30
"""Bytes of a picture or record; more is not read."""


class CaseFile:
    """A case that was opened to be read. ``minor`` is the minor version of its format."""

    def __init__(self, path: Path) -> None:
        """Raises :class:`Refused` for what is no case, or holds what no case holds."""
        self.minor = _minor(path)
        self._connection = _connected(path)
        try:
            self._check_whole()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def rows(self, table: str, *columns: str) -> Iterator[tuple[Any, ...]]:
        """The rows in order: ``seq``, then these columns, bytes and texts for what they are (null where too long)."""
        chosen = ", ".join(f"CASE WHEN length({name}) < {LARGEST_CELL} THEN {name} END" for name in columns)
        # the names are this program's own, and the schema was compared before
        cursor = self._connection.execute(f"SELECT seq, {chosen} FROM {table} ORDER BY seq")  # noqa: S608
        with contextlib.closing(cursor):
            yield from cursor

    def cell(self, table: str, column: str, seq: int) -> Any:
        """One value. Raises ``sqlite3.Error`` where it can't be read."""
        wanted = f"CASE WHEN length({column}) < {LARGEST_CELL} THEN {column} END"
        found = self._connection.execute(f"SELECT {wanted} FROM {table} WHERE seq = ?", (seq,)).fetchone()  # noqa: S608
        return found[0] if found else None

    def _check_whole(self) -> None:
        try:
            schema = self._connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
            digest = schema_digest(schema)
            if digest != SCHEMAS[self.minor]:
                raise Refused("schema", N_("The tables of the case have been altered. Nothing in it can be relied on."))
            troubles = [row[0] for row in self._connection.execute("PRAGMA integrity_check(5)")]
        except (sqlite3.Error, TypeError, ValueError) as error:
            old = sqlite3.sqlite_version_info < (3, 37)
            template = (
                N_("This Python's SQLite ({version}) is too old for a case; 3.37 or newer is needed.")
                if old
                else N_("The case is damaged: {reason}.")
            )
            raise Refused("file", template, version=sqlite3.sqlite_version, reason=error) from None
        if troubles != ["ok"]:
            raise Refused("file", N_("The case is damaged: {reason}."), reason="; ".join(map(str, troubles)))


def schema_digest(schema: list[tuple[Any, Any, Any]]) -> str:
    """The digest by which :data:`SCHEMAS` knows what ``sqlite_schema`` holds: type, name and text of each object."""
    spelt = json.dumps(sorted([str(kind), str(name), sql or ""] for kind, name, sql in schema))
    return sha256_of(spelt.encode("utf-8"))


def _minor(path: Path) -> int:
    """The minor version, after a look at the first hundred bytes."""
    try:
        with path.open("rb") as stream:
            head = stream.read(100)
        size = path.stat().st_size
    except OSError as error:
        raise Refused("file", N_("The case can't be read: {reason}."), reason=error.strerror) from None
    if head.startswith(ENCRYPTED):
        raise Refused("encrypted", N_("The case is encrypted. Open it with Facet and its passphrase."))
    if len(head) < 100 or not head.startswith(MAGIC):
        raise Refused("file", N_("{name} is not a case of Facet."), name=path.name)
    page, pages = struct.unpack_from(">H", head, 16)[0], struct.unpack_from(">I", head, 28)[0]
    version, application = struct.unpack_from(">I", head, 60)[0], struct.unpack_from(">I", head, 68)[0]
    if application != APPLICATION:
        raise Refused("file", N_("{name} is not a case of Facet."), name=path.name)
    if version >> 16 != 1 or version & 0xFFFF not in SCHEMAS:
        raise Refused("file", N_("The case has a format that this program does not know. Use a newer one."))
    if head[18:20] != b"\1\1" or page * pages != size:
        raise Refused("file", N_("The case is cut off, longer than it is, or was changed by another program."))
    if any(path.with_name(path.name + ending).exists() for ending in ("-wal", "-journal")):
        raise Refused("file", N_("Beside the case lies what a program that was stopped left behind. Open it in Facet."))
    return int(version & 0xFFFF)


def _connected(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path.resolve().as_uri() + "?mode=ro&immutable=1", uri=True)
        for pragma in ("trusted_schema=OFF", "query_only=ON", "mmap_size=0", "cell_size_check=ON"):
            connection.execute("PRAGMA " + pragma)
    except sqlite3.Error as error:
        raise Refused("file", N_("The case can't be read: {reason}."), reason=error) from None
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    return connection
