"""What goes wrong with a case file, in plain words."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from facet.case import schema
from facet.case.header import DamagedCase, read_header
from facet.core.errors import EnvironmentLacksError, FacetError, InputError, InternalError

_ALTERED = ("malformed", "no such", "unsupported file format")
_LETTING_GO = (sqlite3.SQLITE_IOERR_UNLOCK, sqlite3.SQLITE_IOERR_RDLOCK)
"""Locks are given up once a commit is on disk, or after reading."""
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_MISMATCH)


@contextlib.contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Turn what SQLite says into one plain line."""
    try:
        yield
    except DBAPIError as error:
        raise explain(error, path) from error


def explain(error: DBAPIError, path: Path) -> FacetError:  # noqa: PLR0911  # a table of causes
    """What went wrong with the case at ``path``, and what to do."""
    name, reason = path.name, str(error.orig)
    code = code_of(error)
    if code == sqlite3.SQLITE_FULL:
        return EnvironmentLacksError(
            "No room is left for {name} ({reason}). Nothing was recorded; free some disk space and try again.",
            name=name, reason=reason,
        )  # fmt: skip
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return held(path)
    if getattr(error.orig, "sqlite_errorcode", 0) in _LETTING_GO:
        return doubtful(path, reason)
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return EnvironmentLacksError(
            "The disk of {name} fails ({reason}). Nothing was recorded; check the disk and its connection.",
            name=name, reason=reason,
        )  # fmt: skip
    moved = getattr(error.orig, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY_DBMOVED
    if moved or (code == sqlite3.SQLITE_READONLY and not path.exists()):  # SQLCipher's module tells only the latter
        return gone(path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return read_only(path, reason)
    if code == sqlite3.SQLITE_TOOBIG:
        return InputError("The picture is too large for a case file. Choose a smaller box or scale.")
    if code in _DAMAGE or (code == sqlite3.SQLITE_ERROR and any(word in reason for word in _ALTERED)):
        return damaged(path)
    return InternalError("The case {name} refused a statement: {reason}.", name=name, reason=reason)


def doubtful(path: Path, reason: str) -> EnvironmentLacksError:
    """What is said where a disk fails once a commit may have been on it."""
    return EnvironmentLacksError(
        "The disk of {name} fails ({reason}). What was recorded before is kept, and perhaps the last step; check "
        "the disk and its connection, and open the case again to see.",
        name=path.name, reason=reason,
    )  # fmt: skip


def read_only(path: Path, reason: str) -> InputError:
    """What is said where a case can't be written."""
    return InputError(
        "{name} can't be written where it is ({reason}). Copy it to a folder of yours, or open it only to read.",
        name=path.name, reason=reason,
    )  # fmt: skip


def gone(path: Path) -> EnvironmentLacksError:
    """What is said where the file is not where it was."""
    return EnvironmentLacksError(
        "{name} is no longer where it was opened: its drive was removed, or it was moved, replaced or deleted. "
        "Nothing was recorded; bring it back and open it again.",
        name=path.name,
    )


def held(path: Path) -> EnvironmentLacksError:
    """What is said where another program is in a transaction."""
    return EnvironmentLacksError(
        "Another program holds {name}. Nothing was recorded; try again when it has finished.", name=path.name
    )


def damaged(path: Path) -> FacetError:
    """What is said where SQLite finds damage, as it does where a disk does not answer."""
    try:
        pages, size = read_header(path).pages, path.stat().st_size
        if size < pages * schema.PAGE_SIZE:
            return cut_off(path, size, pages)
    except (EnvironmentLacksError, OSError):
        return gone(path)
    except FacetError:
        if not path.exists():
            return gone(path)
    return DamagedCase("{name} is damaged. Take it from a backup; facet verify tells what is affected.", name=path.name)


def cut_off(path: Path, size: int, pages: int) -> DamagedCase:
    """What is said where bytes are missing."""
    return DamagedCase(
        "{name} is cut off: {have} of {wanted} bytes are there. Take it from a backup.",
        name=path.name, have=size, wanted=pages * schema.PAGE_SIZE,
    )  # fmt: skip


def code_of(error: DBAPIError) -> int:
    """SQLite's primary result code."""
    return int(getattr(error.orig, "sqlite_errorcode", 0) or 0) & 0xFF
