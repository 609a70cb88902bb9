"""Connections to the SQLite file through SQLAlchemy that can't do harm."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from facet.case import schema, sqlcipher
from facet.case.encryption import CaseKey
from facet.core import owner_only

BUSY_SECONDS = 20.0
"""How long to wait for another program to finish its transaction."""


def create_file(path: Path, key: CaseKey | None = None) -> Connection:
    """Make an empty case at ``path``, which must not exist, encrypted with ``key``: a connection with a transaction
    open, the schema in it. It is its owner's alone, and so is the undo log that SQLite makes like it."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, owner_only.MODE))
    connection = connect(path, "rwc", key)
    connection.exec_driver_sql(f"PRAGMA application_id={schema.APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version={schema.USER_VERSION}")
    for statement in schema.statements():
        connection.exec_driver_sql(statement)
    return connection


def connect(path: Path, mode: str, key: CaseKey | None = None) -> Connection:
    """Open ``path``, encrypted with ``key``, and look at it once.

    ``mode`` is ``rw``, ``rwc`` for an empty file, ``ro``, ``immutable`` for media without locks, or ``copy`` for a
    private copy that is read. Raises ``DBAPIError``, and ``EnvironmentLacksError`` without SQLCipher.
    """
    options = {"immutable": "mode=ro&immutable=1", "copy": "mode=rw"}.get(mode, f"mode={mode}")
    place = path.absolute().as_posix()
    # a share of Windows (//server/share) must not be taken for the host of an address
    uri = f"file://{'' if place.startswith('/') else '/'}{quote(os.fsencode(place))}?{options}"
    module = sqlite3 if key is None else sqlcipher.driver()

    def ready() -> Any:
        connection = module.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS)
        # bytes that are no UTF-8 must not stop a verification, nor be taken for anything else
        connection.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
        for pragma in _pragmas(mode, key):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    def make() -> Any:
        return ready() if key is None else sqlcipher.LastingConnection(ready, reader=mode not in ("rw", "rwc"))

    engine = create_engine("sqlite://", module=module, creator=make, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("facet_begin", "BEGIN DEFERRED"))

    connection = None
    try:
        connection = engine.connect()
        touch(connection)
    except BaseException:
        if connection is not None:
            connection.close()
        engine.dispose()
        raise
    return connection


def touch(connection: Connection) -> None:
    """Make SQLite look at the file. What can't be used shows here."""
    transaction = connection.execution_options(facet_begin="BEGIN DEFERRED").begin()
    try:
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_schema").one()
    finally:
        transaction.rollback()


def _pragmas(mode: str, key: CaseKey | None) -> tuple[str, ...]:
    return (
        *(() if key is None else key.pragmas(schema.PAGE_SIZE)),
        *((f"page_size={schema.PAGE_SIZE}", "auto_vacuum=NONE", "encoding='UTF-8'") if mode == "rwc" else ()),
        "trusted_schema=OFF",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        "cell_size_check=ON",
        "mmap_size=0",  # a file cut off while it is mapped would kill the program
        "temp_store=MEMORY",
        "synchronous=EXTRA",
        "fullfsync=ON",
        *(() if mode in ("rw", "rwc", "copy") else ("query_only=ON",)),
    )
