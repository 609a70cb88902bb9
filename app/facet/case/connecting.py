"""Connections to the SQLite file through SQLAlchemy that can't do harm."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from facet.case import schema

BUSY_SECONDS = 20.0
"""How long to wait for another program to finish its transaction."""


def create_file(path: Path) -> Connection:
    """Make an empty case at ``path``, which must not exist: a connection with a transaction open, the schema in it."""
    connection = connect(path, "rwc")
    connection.exec_driver_sql(f"PRAGMA application_id={schema.APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version={schema.USER_VERSION}")
    for statement in schema.statements():
        connection.exec_driver_sql(statement)
    return connection


def connect(path: Path, mode: str) -> Connection:
    """Open ``path`` (``mode`` ``rw``, ``rwc``, ``ro``, or ``immutable`` for media without locks) and look at it once.
    Raises ``DBAPIError``."""
    options = "mode=ro&immutable=1" if mode == "immutable" else f"mode={mode}"
    place = path.absolute().as_posix()
    # a share of Windows (//server/share) must not be taken for the host of an address
    uri = f"file://{'' if place.startswith('/') else '/'}{quote(os.fsencode(place))}?{options}"

    def make() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=BUSY_SECONDS)
        # bytes that are no UTF-8 must not stop a verification, nor be taken for anything else
        connection.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
        return connection

    engine = create_engine("sqlite://", creator=make, poolclass=StaticPool)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("facet_begin", "BEGIN DEFERRED"))

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: object) -> None:
        first = (f"page_size={schema.PAGE_SIZE}", "auto_vacuum=NONE", "encoding='UTF-8'") if mode == "rwc" else ()
        for pragma in (
            *first,
            "trusted_schema=OFF",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            "cell_size_check=ON",
            "mmap_size=0",  # a file cut off while it is mapped would kill the program
            "temp_store=MEMORY",
            "synchronous=EXTRA",
            "fullfsync=ON",
            *([] if mode in ("rw", "rwc") else ["query_only=ON"]),
        ):
            connection.execute(f"PRAGMA {pragma}")

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
