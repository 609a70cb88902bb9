"""Connections to an encrypted file that outlive a damaged page.

SQLCipher lets a connection read nothing any more once it has met a page that is not authentic. So that a damaged
case can be read as far as possible, as SQLite reads one, such a connection is put by a new one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from facet.core.errors import EnvironmentLacksError

_DAMAGE = (11, 26)
"""``SQLITE_CORRUPT`` and ``SQLITE_NOTADB``, as SQLCipher calls a page that is not authentic."""


def driver() -> ModuleType:
    """SQLCipher's DB-API module. Raises ``EnvironmentLacksError`` where it is not installed."""
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        raise EnvironmentLacksError(
            "Encrypted cases need SQLCipher, which is not installed here. Install the package sqlcipher3."
        ) from None
    module: ModuleType = dbapi2
    return module


class LastingConnection:
    """A DB-API connection made by ``make``, and made anew after damage: within a reader's transaction, which then goes
    on in the new one; for a writer, whose transaction is lost, only after that was rolled back."""

    def __init__(self, make: Callable[[], Any], *, reader: bool) -> None:
        """``make`` must give a connection ready for use."""
        self._make = make
        self._reader = reader
        self._inner = make()
        self._lost = False
        self._handler: tuple[Any, ...] = (None, 0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    @property
    def isolation_level(self) -> str | None:
        """As of the connection behind."""
        level: str | None = self._inner.isolation_level
        return level

    @isolation_level.setter
    def isolation_level(self, value: str | None) -> None:
        self._inner.isolation_level = value

    def cursor(self) -> LastingCursor:
        """A cursor that tells of damage."""
        return LastingCursor(self)

    def execute(self, statement: str, values: Any = ()) -> LastingCursor:
        """As of a connection."""
        cursor = self.cursor()
        cursor.execute(statement, values)
        return cursor

    def set_progress_handler(self, handler: Callable[[], int] | None, beat: int) -> None:
        """As of a connection; a new one gets it too."""
        self._handler = (handler, beat)
        self._inner.set_progress_handler(handler, beat)

    def rollback(self) -> None:
        """As of a connection."""
        if self._lost:
            self._renew()
        else:
            self._inner.rollback()

    @contextlib.contextmanager
    def watching(self) -> Iterator[Any]:
        """The connection behind, put by a new one if it meets damage."""
        try:
            yield self._inner
        except driver().Error as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:
                self._after_damage()
            raise

    def _after_damage(self) -> None:
        under_way = self._inner.in_transaction
        if under_way and not self._reader:
            self._lost = True
            return
        with contextlib.suppress(driver().Error):  # a file that can't be opened again fails at the next statement
            self._renew()
            if under_way:
                self._inner.execute("BEGIN DEFERRED")

    def _renew(self) -> None:
        self._inner.close()
        self._inner = self._make()
        self._inner.set_progress_handler(*self._handler)
        self._lost = False


class LastingCursor:
    """A cursor of the connection that is behind at its first statement."""

    def __init__(self, connection: LastingConnection) -> None:
        """Use :meth:`LastingConnection.cursor`."""
        self._connection = connection
        with connection.watching() as inner:
            self._inner = inner.cursor()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def __iter__(self) -> Iterator[Any]:
        while (row := self.fetchone()) is not None:
            yield row

    def execute(self, statement: str, values: Any = ()) -> LastingCursor:
        """As of a cursor."""
        with self._connection.watching():
            self._inner.execute(statement, values)
        return self

    def executemany(self, statement: str, values: Any) -> LastingCursor:
        """As of a cursor."""
        with self._connection.watching():
            self._inner.executemany(statement, values)
        return self

    def close(self) -> None:
        """As of a cursor. Its connection may be gone already."""
        with contextlib.suppress(driver().ProgrammingError):
            self._inner.close()

    def fetchone(self) -> Any:
        """As of a cursor."""
        with self._connection.watching():
            return self._inner.fetchone()

    def fetchmany(self, size: int | None = None) -> Any:
        """As of a cursor."""
        with self._connection.watching():
            return self._inner.fetchmany(self._inner.arraysize if size is None else size)

    def fetchall(self) -> Any:
        """As of a cursor."""
        with self._connection.watching():
            return self._inner.fetchall()
