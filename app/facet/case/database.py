"""The open case file: transactions and private copies."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Transaction
from sqlalchemy.exc import DBAPIError

from facet.case import schema
from facet.case.connecting import connect, touch
from facet.case.encryption import CaseKey, PassphraseWrong
from facet.case.failures import code_of, cut_off, doubtful, held, plainly
from facet.case.header import check_identity, foreign_setup
from facet.case.lock import grants_locks
from facet.core.errors import EnvironmentLacksError, InputError, InternalError

_ATTEMPTS = 5
_COPY = "copy.facet"


class Database:
    """One open case file. Safe from any thread, one at a time.

    A reader never writes: not the file, not its folder. Where a killed writer left a transaction half done, the reader
    takes a private copy and undoes it there.
    """

    def __init__(self, path: Path, *, writable: bool, key: CaseKey | None = None) -> None:
        """``path`` must have passed :func:`~facet.case.header.read_header`; ``key`` opens it where it is encrypted.
        Raises ``FacetError``."""
        self.path = path
        self.key = key
        self.writable = writable
        self._lock = threading.RLock()
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._connection: Connection | None = None
        with plainly(path):
            self._open()

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the case. Keep it short: a writer waits for it."""
        with self._lock:
            with plainly(self.path):
                connection = self._settled()
            if connection.in_transaction():  # reading within a write
                yield connection
                return
            with plainly(self.path):
                transaction = connection.execution_options(facet_begin="BEGIN DEFERRED").begin()
                try:
                    yield connection
                finally:
                    transaction.rollback()  # on a damaged file even the commit of a reading fails

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is wholly kept or not at all: on disk when this returns. Raises ``FacetError``."""
        if not self.writable:
            raise InputError(
                "{name} is open only to read. Open it with your name as examiner to write.", name=self.path.name
            )
        with self._lock, plainly(self.path):
            connection = self._settled()
            if connection.in_transaction():
                raise InternalError("A write within a write to {name}.", name=self.path.name)
            transaction = connection.execution_options(facet_begin="BEGIN IMMEDIATE").begin()
            before, committing = None, False
            try:
                before = None if self.key is None else _last(connection)
                yield connection
                committing = True
                transaction.commit()
            except BaseException as error:
                _undo(connection, transaction, error)
                if committing and _in_doubt(error, connection, before):
                    raise doubtful(self.path, str(getattr(error, "orig", error))) from error
                raise

    def close(self) -> None:
        """May be called twice."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection.engine.dispose()
                self._connection = None
            if self._copy is not None:
                self._copy.cleanup()
                self._copy = None

    @property
    def file(self) -> Path:
        """The file that is read: the case, or the private copy of it."""
        return self.path if self._copy is None else Path(self._copy.name) / _COPY

    @property
    def _journal(self) -> Path:
        return self.path.with_name(self.path.name + "-journal")

    def _settled(self) -> Connection:
        """The connection, on a file without a transaction half done."""
        if self._connection is None:
            raise InternalError("The case {name} is closed.", name=self.path.name)
        if self._connection.in_transaction() or self.writable:
            return self._connection
        if self._copy is not None and not self._journal.exists():  # a writer has cleaned up since
            self._open()
        elif self._copy is None and self._journal.exists():
            try:
                touch(self._connection)
            except DBAPIError as error:
                if not _half_done(error):
                    raise
                self._open()
        return self._connection

    def _open(self) -> None:
        self.close()
        try:
            self._connection = connect(self.path, "rw", self.key) if self.writable else self._open_to_read()
            if self.key is not None:
                self._check_inside(self._connection)
            self._check_length(self._connection)
        except DBAPIError as error:
            self.close()
            if self.key is not None and code_of(error) == sqlite3.SQLITE_NOTADB:
                raise PassphraseWrong(
                    "The passphrase of {name} is wrong, or its first page is damaged. Try again, or take the case "
                    "from a backup.",
                    name=self.path.name,
                ) from error
            raise
        except BaseException:
            self.close()
            raise

    def _check_inside(self, connection: Connection) -> None:
        """What :func:`~facet.case.header.read_header` can't see in an encrypted file."""
        names = ("application_id", "user_version", "page_size", "journal_mode", "encoding", "auto_vacuum")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]
        connection.rollback()
        check_identity(self.path.name, application_id=found[0], version=found[1])
        if [str(each) for each in found[2:]] != [str(schema.PAGE_SIZE), "delete", "UTF-8", "0"]:
            raise foreign_setup(self.path.name)

    def _check_length(self, connection: Connection) -> None:
        """SQLite takes a page that is cut off for one that ends in zeros."""
        transaction = connection.execution_options(facet_begin="BEGIN DEFERRED").begin()
        try:
            connection.exec_driver_sql("SELECT 1 FROM sqlite_schema LIMIT 1").all()  # holds the file as it is
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            size = self.file.stat().st_size
        finally:
            transaction.rollback()
        if size < pages * schema.PAGE_SIZE:
            raise cut_off(self.path, size, pages)

    def _open_to_read(self) -> Connection:
        unlocked = () if self._journal.exists() else ("immutable",)  # where nothing can be locked, nothing writes
        for mode in ("ro", "immutable") if grants_locks(self.path) else unlocked:
            try:
                connection = connect(self.path, mode, self.key)
            except DBAPIError as error:
                if _half_done(error):
                    break
                if (
                    mode == "ro"
                    and code_of(error) in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR)
                    and _fixed(self.path)
                ):
                    continue  # media without locks: nobody writes there
                raise
            return connection
        self._copy = tempfile.TemporaryDirectory(prefix="facet-case-")
        copied = Path(self._copy.name) / _COPY
        _copy_with_journal(self.path, self._journal, copied)
        return connect(copied, "copy", self.key)


def _undo(connection: Connection, transaction: Transaction, error: BaseException) -> None:
    """End the transaction that ``error`` came out of. A disk that fails then as well changes nothing of what is told:
    the next program to open the case undoes what is left."""
    with contextlib.ExitStack() as failing:
        if isinstance(error, DBAPIError):
            failing.enter_context(contextlib.suppress(DBAPIError, sqlite3.Error))
        transaction.rollback()
        driver: Any = connection.connection.driver_connection
        if driver is not None and driver.in_transaction:
            driver.rollback()  # a commit that failed leaves its transaction open, ready for a later commit


def _last(connection: Connection) -> int | None:
    """The number of the last journal entry."""
    last: int | None = connection.exec_driver_sql("SELECT max(seq) FROM journal").scalar_one()
    return last


def _in_doubt(error: BaseException, connection: Connection, before: int | None) -> bool:
    """Whether a commit that failed may be on the disk all the same. SQLite's module tells by the code; SQLCipher's
    tells only that the disk failed, so it is looked at."""
    if not isinstance(error, DBAPIError) or getattr(error.orig, "sqlite_errorcode", 0) != sqlite3.SQLITE_IOERR:
        return False
    try:
        return _last(connection) != before
    except DBAPIError:
        return True
    finally:
        with contextlib.suppress(DBAPIError):
            connection.rollback()


def _half_done(error: DBAPIError) -> bool:
    """Whether a transaction of a killed writer stands in the way of a reader, who would have to write to undo it."""
    return code_of(error) == sqlite3.SQLITE_READONLY


def _fixed(path: Path) -> bool:
    return not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK)


def _copy_with_journal(path: Path, journal: Path, copy: Path) -> None:
    """Copy a case and the undo log of its last transaction, both of the same moment."""
    for _ in range(_ATTEMPTS):
        copied_journal = copy.with_name(copy.name + "-journal")
        copied_journal.unlink(missing_ok=True)
        try:
            before = journal.read_bytes()
        except FileNotFoundError:
            before = b""
        if before:
            copied_journal.write_bytes(before)
        try:
            shutil.copyfile(path, copy)
            if (journal.read_bytes() if journal.exists() else b"") == before:
                return
        except OSError as error:
            raise EnvironmentLacksError(
                "{name} can't be copied to be read: {reason}. Free some space for temporary files.",
                name=path.name, reason=error.strerror or str(error),
            ) from error  # fmt: skip
    raise held(path)
