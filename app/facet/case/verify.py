"""Verification: everything in a case against everything else in it, and against the footage and a head kept elsewhere.

Nothing is written. A damaged file is read as far as it can be; what can't be read is named and is not well.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from facet.case import footage_files, rows, schema
from facet.case.ahead import ROWS, Ahead, boxes_by_frame, rows_at_hand
from facet.case.database import Database
from facet.case.examine import Examination
from facet.case.footage_files import FootageCheck
from facet.case.journal import MIGRATION, Entry, Head, misfit, parse_entry, relocations
from facet.case.salvage import Unreadable, last_number, numbers, phrases, read_row
from facet.case.schema import JOURNAL
from facet.case.seals import seal_row
from facet.case.verification import Findings, Verification
from facet.core.canonical import canonical_digest
from facet.core.digest import sha256_bytes
from facet.core.errors import Cancelled
from facet.core.i18n import _
from facet.core.progress import Progress

_BEAT = 100_000
"""SQLite instructions between two looks at whether the caller wants to stop."""


def verify_case(
    database: Database,
    progress: Progress,
    *,
    footage: Path | None,
    against: str | Mapping[str, Any] | None,
    files: bool = True,
    pixels: bool = True,
) -> Verification:
    """See :meth:`facet.case.case.Case.verify`; without ``files`` the footage is not looked at. Raises
    ``InputError`` for a bad head or folder, ``Cancelled``."""
    wanted = None if against is None else Head.parse(against)
    findings = Findings()
    with database.read() as connection, _interruptible(connection, progress):
        _file(connection, database, findings)
    with database.read() as connection, _interruptible(connection, progress):
        journal = _journal(connection, findings)
        whole = all(row.ok for row in findings.rows if row.check == "journal")
        findings.recorded = {row.id: entry.seq for entry in reversed(journal) for row in entry.rows}
        if wanted is not None:
            _against(journal, wanted, findings)
        else:
            unchecked = _(
                "Completeness not checked: whether entries were cut off, or an older copy was put back, shows only "
                "against a head, a report or a seal kept elsewhere."
            )
            findings.add(None, "against", None, unchecked)
        boxes = boxes_by_frame(connection) if pixels else {}
        ahead = Ahead(database, boxes, pixels=pixels)
        if not pixels:
            findings.add(
                None, "picture", None, _("Pixels not compared: pictures were compared as files, by their digests.")
            )
        examination = Examination(ahead, journal, findings, whole=whole)
        known = schema.tables(schema.minor_of(connection)).items()
        plan = {name: numbers(connection, table, examination.expected(name)) for name, table in known}
    with contextlib.closing(ahead):
        _rows(ahead, examination, plan, progress)
    looked_at: list[FootageCheck] = []
    for row in _footage_rows(journal, examination.records("footage")) if files else ():
        checked = footage_files.check(row, database.path, full=True, folder=footage, progress=progress)
        well = checked.ok or not checked.found
        findings.add(row.id, "footage", None if well else "{message}", "{message}", {"message": checked.message})
        looked_at.append(checked)
    head = Head(seq=journal[-1].seq, sha256=journal[-1].sha256) if journal else None
    well = all(row.ok for row in findings.rows)
    seals, facts = examination.records("seals"), examination.records("case_facts")
    return Verification(
        ok=well, rows=tuple(findings.rows), head=head, footage=tuple(looked_at),
        seals=tuple(seal_row(record, canonical_digest(record)) for record in seals),
        identity=facts[0]["identity"] if facts else None,
    )  # fmt: skip


def _rows(ahead: Ahead, examination: Examination, plan: Mapping[str, list[int]], progress: Progress) -> None:
    """Every row of every table."""
    total = sum(map(len, plan.values()))
    done = 0
    for table, wanted in plan.items():
        for seq in ahead.through(table, wanted):
            progress(done, total, "verify")
            examination.row(table, seq)
            done += 1
        examination.end(table)
    progress(total, total, "verify")


def _file(connection: Connection, database: Database, findings: Findings) -> None:
    unauthentic = [] if database.key is None else [*phrases(connection, "cipher_integrity_check")]
    troubles = unauthentic or [*phrases(connection, "integrity_check(20)")]
    trouble = _("The file is damaged: {what}.") if troubles else None
    findings.add(None, "file", trouble, _("SQLite finds the file whole."), {"what": "; ".join(troubles[:3])})
    with contextlib.suppress(DBAPIError, OSError):
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        size = database.file.stat().st_size
        if size > pages * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one()):
            findings.add(None, "file", _("The file has bytes after its end: something was attached to it."), "")
    troubles = [*phrases(connection, "foreign_key_check")]
    trouble = _("Rows refer to rows that are not there: {what}.") if troubles else None
    findings.add(
        None, "foreign-keys", trouble, _("Every row refers to one that is there."), {"what": "; ".join(troubles[:3])}
    )
    try:
        troubles = schema.alterations(connection)
    except DBAPIError as error:
        troubles = [str(error.orig)]
    trouble = _("The tables have been altered: {what}.") if troubles else None
    findings.add(
        None, "schema", trouble, _("Tables and triggers are those of a case."), {"what": "; ".join(troubles[:5])}
    )


def _journal(connection: Connection, findings: Findings) -> list[Entry]:
    """The entries that can be read, each bad one told."""
    found: list[Entry] = []
    before: str | None = None
    last = last_number(connection, JOURNAL)
    bad = 0
    minor = schema.minor_of(connection)
    wanted = numbers(connection, JOURNAL, last)
    at_hand: dict[int, dict[str, Any]] = {}
    for place, seq in enumerate(wanted):
        if place % ROWS == 0:
            at_hand = rows_at_hand(connection, JOURNAL, wanted[place : place + ROWS])
        trouble, entry, digest = _entry(connection, seq, at_hand.get(seq), before, minor)
        if trouble is not None:
            findings.add(None, "journal", trouble, "", {"seq": seq})
            bad += 1
        if entry is not None:
            if trouble is None and _out_of_age(entry, found[-1] if found else None, minor):
                trouble = _("Journal entry {seq} is not of the case's format.")
                findings.add(None, "journal", trouble, "", {"seq": seq})
                bad += 1
            if found and entry.at < found[-1].at:
                findings.add(None, "journal", None, _("At entry {seq} the clock had been put back."), {"seq": seq})
            found.append(entry)
        before = digest
    if minor >= 3 and found and found[-1].local is None:
        findings.add(None, "journal", _("The journal does not tell of the case's copy into its format."), "")
        bad += 1
    if not last:
        findings.add(None, "journal", _("The journal is empty or can't be read."), "")
    elif not bad:
        findings.add(None, "journal", None, _("All {count} journal entries follow from one another."), {"count": last})
    return found


def _entry(
    connection: Connection, seq: int, row: dict[str, Any] | None, before: str | None, minor: int
) -> tuple[str | None, Entry | None, str | None]:
    """What is wrong with an entry of a case of this minor version, the entry if it can be read, and the digest of its
    bytes; ``row`` where it is at hand."""
    try:
        row = row or read_row(connection, JOURNAL, seq)
    except Unreadable:
        return _("Journal entry {seq} can't be read."), None, None
    if row is None:
        return _("Journal entry {seq} is missing."), None, None
    if not isinstance(row["entry"], bytes):
        return _("Journal entry {seq} has been altered."), None, None
    digest = sha256_bytes(row["entry"])
    try:
        entry = parse_entry(row["entry"])
    except ValueError:
        return _("Journal entry {seq} has been altered: it is not a journal entry."), None, digest
    trouble = None
    if row["sha256"] != digest:
        trouble = _("Journal entry {seq} has been altered: its digest differs.")
    elif entry.seq != seq:
        trouble = _("Journal entry {seq} has been altered: it calls itself another.")
    elif entry.previous != before:
        trouble = _("Journal entry {seq} does not follow from the one before it.")
    elif misfit(entry, minor) is not None or (entry.action == "create") != (seq == 1):
        trouble = _("Journal entry {seq} does not name the evidence that its action records.")
    return trouble, entry, digest


def _out_of_age(entry: Entry, before: Entry | None, minor: int) -> bool:
    """Whether an entry has a form that the case's format does not give it: the newer one begins with the case, or with
    its migration, and stays."""
    newer = entry.local is not None
    if minor < 3 or newer is (before is not None and before.local is not None):
        return newer and minor < 3
    return not (newer and entry.action in ("create", MIGRATION))


def _against(journal: list[Entry], wanted: Head, findings: Findings) -> None:
    there = any(entry.sha256 == wanted.sha256 and wanted.seq in (None, entry.seq) for entry in journal)
    trouble = None if there else _("The journal does not hold the head {head}: entries were changed or removed since.")
    findings.add(None, "against", trouble, _("The journal still holds the head {head}."), {"head": wanted})


def _footage_rows(journal: list[Entry], records: list[dict[str, Any]]) -> Iterator[rows.FootageRow]:
    places = relocations(journal)
    for record in records:
        common = {"id": record["id"], "at": record["at"], "examiner": record["examiner"], "record_sha256": ""}
        yield rows.footage_row(record, places.get(record["id"], record["path"]), common)


@contextlib.contextmanager
def _interruptible(connection: Connection, progress: Progress) -> Iterator[None]:
    """Let ``progress`` stop a long statement."""
    stopped: list[Cancelled] = []

    def look() -> int:
        try:
            progress(0, 0, "verify")
        except Cancelled as cancelled:
            stopped.append(cancelled)
            return 1
        return 0

    driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(look, _BEAT)
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)
        if stopped:
            raise stopped[0]
