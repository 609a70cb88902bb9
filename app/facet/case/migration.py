"""Migration: the evidence of an older case, byte for byte, in a new file of the present format.

Minor versions only add, so the steps from one to the next change nothing that is there: all rows and all journal
entries are copied as they are, with their ids, digests and receipts, and an entry more says what was done. What the
old file was stays provable by its digest in that entry. The old file is only read.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, TableClause, func, insert, select
from sqlalchemy.exc import IntegrityError

from facet.case import text
from facet.case.creation import new_file
from facet.case.database import Database
from facet.case.encryption import CaseKey
from facet.case.failures import plainly
from facet.case.footage_files import stored_path
from facet.case.journal import MIGRATION, RELOCATION, entries_of, relocations
from facet.case.reading import read_records
from facet.case.recording import Recording
from facet.case.schema import JOURNAL, MAJOR, MINOR, minor_of, tables
from facet.case.verify import verify_case
from facet.core.canonical import Json
from facet.core.digest import sha256_file
from facet.core.errors import EnvironmentLacksError, InputError, NegativeAnswer
from facet.core.progress import Progress

STEPS = {
    1: "stored indexes, marks and camera clocks",
    2: "samples and candidates with the map of their spread",
    3: "seals, tags, and the local time of every entry",
}
"""The migrations, numbered by the minor version that each leads to, and what that version brought."""


def migrate(old: Database, out: Path, *, examiner: str, progress: Progress) -> None:
    """See :meth:`facet.case.opened.OpenCase.migrate`."""
    examiner = text.line(examiner, lacking=text.NO_EXAMINER)
    name = old.path.name
    if old.file != old.path:
        raise InputError(
            "{name} holds a write that was never finished. Open it once to write, then migrate it.", name=name
        )
    before = _digest(old.path, progress)
    with old.read() as reading:
        minor = minor_of(reading)
        if minor >= MINOR:
            raise InputError(
                "{name} has the present format {version} already. There is nothing to migrate.",
                name=name, version=_version(minor),
            )  # fmt: skip
        with new_file(out, examiner, old.key) as connection:
            _copy(reading, connection, old.path, minor, progress)
            steps: list[Json] = [_version(step) for step in STEPS if step > minor]
            told: Json = {"from": _version(minor), "to": _version(MINOR), "steps": steps, "sha256": before}
            Recording(connection, examiner).journal(MIGRATION, details=told)
            _relocate(reading, connection, old.path, out, examiner)
            connection.commit()
            _ensure_whole(Path(connection.exec_driver_sql("PRAGMA database_list").one()[2]), old.key, name, progress)
            if _digest(old.path, progress) != before:
                raise EnvironmentLacksError(
                    "{name} was written to while it was copied. Nothing was made; close it everywhere and try again.",
                    name=name,
                )


def _digest(path: Path, progress: Progress) -> str:
    try:
        return sha256_file(path, progress)
    except OSError as error:
        raise EnvironmentLacksError(
            "{name} can't be read: {reason}. Check the disk.", name=path.name, reason=error.strerror or str(error)
        ) from error


def _copy(reading: Connection, connection: Connection, source: Path, minor: int, progress: Progress) -> None:
    """Every row of every table in its order."""
    kept = (JOURNAL, *tables(minor).values())
    total = sum(reading.execute(select(func.count()).select_from(table)).scalar_one() for table in kept)
    done = 0
    for table in kept:
        for row in _rows(reading, table, source):
            progress(done, total, "migrate")
            try:
                connection.execute(insert(table).values(row))
            except IntegrityError as error:
                raise _not_whole(source.name, f"{table.name} {row['seq']}: {error.orig}.") from error
            done += 1


def _rows(reading: Connection, table: TableClause, source: Path) -> Iterator[dict[str, Any]]:
    with plainly(source):
        for row in reading.execute(select(table).order_by(table.c.seq)):
            yield row._asdict()


def _relocate(reading: Connection, connection: Connection, source: Path, out: Path, examiner: str) -> None:
    """Say anew where the footage is, seen from another folder."""
    if source.parent == out.resolve().parent:
        return
    places = relocations(entries_of(reading, RELOCATION))
    for _, record in read_records(reading, "footage"):
        path = places.get(record["id"], record["path"])
        if not PurePosixPath(path).is_absolute():
            moved: Json = {"path": stored_path(source.parent / path, out)}
            Recording(connection, examiner).journal(RELOCATION, record["id"], details=moved)


def _ensure_whole(draft: Path, key: CaseKey | None, name: str, progress: Progress) -> None:
    """Raise ``NegativeAnswer`` unless the copy is whole, which it is not if the old case was not."""
    with contextlib.closing(Database(draft, writable=False, key=key)) as new:
        answer = verify_case(new, progress, footage=None, against=None, files=False)
    if not answer.ok:
        raise _not_whole(name, answer.failed[0].message)


def _not_whole(name: str, what: str) -> NegativeAnswer:
    return NegativeAnswer(
        "{name} is not what was recorded, so nothing was made of it. {what} See facet verify.", name=name, what=what
    )


def _version(minor: int) -> str:
    return f"{MAJOR}.{minor}"
