"""Rows read from an open case, each compared with its own digest before anyone sees it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, func, select

from facet.case import rows
from facet.case.companions import CompanionRow, companion_row
from facet.case.exhibits import lineage
from facet.case.journal import Entry, entries, relocations
from facet.case.records import CASE_ID, read_record
from facet.case.schema import TABLES, minor_of, tables
from facet.case.seals import seal_row
from facet.core.digest import sha256_bytes
from facet.core.errors import InputError


class Contents:
    """One consistent reading of everything but the pixels."""

    def __init__(self, connection: Connection) -> None:
        """Raises ``InputError`` at the first row that is not what its digest says."""
        self.journal: list[Entry] = entries(connection)
        self.facts = rows.case_facts(read_one(connection, "case_facts", CASE_ID))
        said = [record for _, record in _records(connection, "remarks")]
        self.remarks = [rows.remark(record) for record in said if record["kind"] not in rows.OTHER_REMARKS]
        self._said: dict[str, list[rows.Remark]] = {}
        for remark in self.remarks:
            if remark.exhibit is not None:
                self._said.setdefault(remark.exhibit, []).append(remark)
        self.tags = [rows.tag(record, self._why(record)) for record in said if record["kind"] == "tag"]
        self._tagged: dict[str | None, list[str]] = {}
        for tag in self.tags:
            if tag.withdrawn is None:
                self._tagged.setdefault(tag.exhibit, []).append(tag.text)
        places = relocations(self.journal)
        self.footage = [
            rows.footage_row(record, places.get(record["id"], record["path"]), self._common(record, sha256))
            for sha256, record in _records(connection, "footage")
        ]
        self.frames = [rows.frame_row(r, self._common(r, sha256)) for sha256, r in _records(connection, "frames")]
        self.crops = [rows.crop_row(r, self._common(r, sha256)) for sha256, r in _records(connection, "crops")]
        companions = self._companions(connection)
        self.outputs = [
            rows.output_row(r, {**self._common(r, sha256), "companions": tuple(companions.get(r["id"], ()))})
            for sha256, r in _records(connection, "outputs")
        ]
        self.marks = [rows.mark(record, self._why(record)) for record in said if record["kind"] == "mark"]
        self.clocks = [rows.clock(record, self._why(record)) for record in said if record["kind"] == "camera-clock"]
        kept = _records(connection, "indexes") if keeps(connection, "indexes") else ()
        self.indexes = [rows.index_row(record, sha256) for sha256, record in kept]
        sealed = _records(connection, "seals") if keeps(connection, "seals") else ()
        self.seals = [seal_row(record, sha256) for sha256, record in sealed]

    @property
    def tree(self) -> tuple[rows.Branch, ...]:
        """Everything under what it was taken from."""
        return rows.tree(self.footage, self.frames, self.crops, self.outputs)

    def _companions(self, connection: Connection) -> dict[str, list[CompanionRow]]:
        """The companions by output. Raises ``InputError`` where the journal names others than are there: what several
        samples agree on must not be shown without what they don't."""
        named = {row.id for entry in self.journal for row in entry.rows if row.table == "companions"}
        of_output: dict[str, list[CompanionRow]] = {}
        for sha256, record in _records(connection, "companions") if keeps(connection, "companions") else ():
            row = companion_row(record, sha256)
            of_output.setdefault(row.output, []).append(row)
        strange = named ^ {row.id for found in of_output.values() for row in found}
        if strange:
            raise altered(min(strange))
        return of_output

    def _why(self, record: dict[str, Any]) -> str | None:
        """Why a mark, a reading or a tag was withdrawn, itself or what it is about; None while it stands."""
        remarks = (r for each in (record["id"], *lineage(record["exhibit"] or "")) for r in self._said.get(each, []))
        return next((remark.text for remark in remarks if remark.kind == "withdrawal"), None)

    def _common(self, record: dict[str, Any], sha256: str) -> dict[str, Any]:
        exhibit = str(record["id"])
        own = self._said.get(exhibit, [])
        withdrawals = (r for each in lineage(exhibit) for r in self._said.get(each, []) if r.kind == "withdrawal")
        return {
            "id": exhibit,
            "at": record["at"],
            "examiner": record["examiner"],
            "record_sha256": sha256,
            "aliases": tuple(remark.text for remark in own if remark.kind == "alias"),
            "tags": tuple(self._tagged.get(exhibit, ())),
            "withdrawal": next(withdrawals, None),
        }


def read_one(connection: Connection, table: str, row_id: str) -> dict[str, Any]:
    """The record of a row. Raises ``InputError`` where there is none or it is not what its digest says."""
    columns = TABLES[table].c
    row = connection.execute(select(columns.record, columns.record_sha256).where(columns.id == row_id)).one_or_none()
    if row is None:
        raise missing(row_id)
    return _sound(row_id, row.record, row.record_sha256)


def read_bytes(connection: Connection, table: str, row_id: str, column: str) -> bytes:
    """A blob of a row (``png``, ``receipt``, ``content``), compared with the size and digest in its record. Raises
    ``InputError``."""
    record = read_one(connection, table, row_id)
    columns = TABLES[table].c
    size = connection.execute(select(func.length(columns[column])).where(columns.id == row_id)).scalar_one()
    if size != record.get(f"{column}_bytes", size):
        raise altered(row_id)  # before it is in memory
    content = connection.execute(select(columns[column]).where(columns.id == row_id)).scalar_one()
    if sha256_bytes(content) != record.get(f"{column}_sha256"):
        raise altered(row_id)
    return bytes(content)


def exists(connection: Connection, table: str, row_id: str) -> bool:
    """Whether ``table`` has a row of this id."""
    columns = TABLES[table].c
    return connection.execute(select(columns.seq).where(columns.id == row_id)).one_or_none() is not None


def keeps(connection: Connection, table: str) -> bool:
    """Whether the case's format has this table."""
    return table in tables(minor_of(connection))


def missing(exhibit: str) -> InputError:
    """What is said of an exhibit that the case does not hold."""
    return InputError("There is no exhibit {exhibit} in this case. See what it holds with facet show.", exhibit=exhibit)


def altered(exhibit: str) -> InputError:
    """What is said of an exhibit that is not what was recorded."""
    return InputError("{exhibit} has been altered. Don't rely on this case; facet verify tells more.", exhibit=exhibit)


def _records(connection: Connection, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    columns = TABLES[table].c
    found = connection.execute(select(columns.id, columns.record, columns.record_sha256).order_by(columns.seq))
    for row in found:
        yield row.record_sha256, _sound(row.id, row.record, row.record_sha256)


def _sound(row_id: str, content: bytes, sha256: str) -> dict[str, Any]:
    if sha256_bytes(content) != sha256:
        raise altered(row_id)
    try:
        record = read_record(content)
    except ValueError:
        raise altered(row_id) from None
    if "id" in record and record["id"] != row_id and row_id != sha256:
        raise altered(row_id)
    return record
