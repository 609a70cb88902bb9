"""The examination of every row of evidence: its record, its columns, what the journal says of it, its pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from facet.case import rows
from facet.case.ahead import Ahead
from facet.case.examine_companions import CompanionExamination
from facet.case.examine_pictures import PictureExamination
from facet.case.exhibits import Exhibit
from facet.case.journal import Entry, NamedRow
from facet.case.records import BAD_RECORD, SCHEMAS, columns_of, identity_of, read_record
from facet.case.salvage import Unreadable
from facet.case.schema import TABLES
from facet.case.verification import Findings
from facet.core.descriptor import Descriptor
from facet.core.digest import sha256_bytes
from facet.core.errors import InputError
from facet.core.i18n import _

_BLOBS = ("png", "receipt", "content")
_LETTERS = {"remarks": "R", "indexes": "I", "seals": "K"}
"""What the ids of a table begin with that counts per case."""
_EXHIBITS = ("footage", "frames", "crops", "outputs")
_ON_FOOTAGE = ("mark", "camera-clock")
"""Remarks that are about footage."""
_WITHDRAWN = (*_ON_FOOTAGE, "tag")
"""Remarks that can be withdrawn like an exhibit."""


class Examination:
    """Rows are given table by table in the order of :data:`~facet.case.schema.TABLES`, each table then ended.

    ``journal`` holds the entries that could be read, ``whole`` says that there are no others.
    """

    def __init__(self, ahead: Ahead, journal: list[Entry], findings: Findings, *, whole: bool) -> None:
        self._ahead = ahead
        self._findings = findings
        self._whole = whole
        self._named: dict[str, dict[str, list[tuple[int, NamedRow, Entry]]]] = {name: {} for name in TABLES}
        for entry in journal:
            for row in entry.rows:
                if row.table in self._named:
                    of_table = self._named[row.table]
                    place = len(of_table) + 1
                    of_table.setdefault(row.id, []).append((place, row, entry))
        self._seen: set[str] = set()
        self._lost: list[int] = []
        self._place = 0
        self._records: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in TABLES}
        self._companions = CompanionExamination(journal, findings)
        self._pictures = PictureExamination(ahead, self._records, findings, self._companions)

    def expected(self, table: str) -> int:
        """How many rows the journal names in ``table``."""
        return len(self._named[table])

    def records(self, table: str) -> list[dict[str, Any]]:
        """The records that were found to be well."""
        return list(self._records[table].values())

    def row(self, table: str, seq: int) -> None:
        """Examine a row, whatever state it is in."""
        names = [column.name for column in TABLES[table].c if column.name not in _BLOBS]
        try:
            stored = self._ahead.read(table, seq, *names)
        except Unreadable:
            self._lost.append(seq)
            return
        if stored is None:
            return
        record: dict[str, Any] = {}
        try:
            record = read_record(stored["record"])
            exhibit = self._called(table, stored, record)
            trouble = next(self._troubles(table, seq, exhibit, stored, record), None)
        except BAD_RECORD:
            exhibit = self._called(table, stored, record)
            trouble = _("The record of {exhibit} has been altered.")
        self._seen.add(exhibit)
        well = _("The record of {exhibit} is as the journal has it.")
        if self._findings.add(exhibit, _word(table), trouble, well, {"exhibit": exhibit}):
            self._records[table][exhibit] = record
        if "png" in names_of(table):
            self._pictures.examine(table, seq, exhibit, record, well=trouble is None)
        elif table == "indexes":
            self._index(seq, exhibit, record)

    def end(self, table: str) -> None:
        """Tell of rows that the journal names and that were not found, and of numbers that were skipped."""
        gone = [row_id for row_id in self._named[table] if row_id not in self._seen]
        for row_id in gone:
            trouble = (
                _("{exhibit} can't be read: the file is damaged there.")
                if self._lost
                else _("{exhibit} is missing, although the journal names it.")
            )
            self._findings.add(row_id, _word(table), trouble, "", {"exhibit": row_id})
        for seq in self._lost[len(gone) :]:
            place = f"{table} {seq}"
            trouble = _("{exhibit} can't be read: the file is damaged there.")
            self._findings.add(place, _word(table), trouble, "", {"exhibit": place})
        if self._whole:
            for row_id in _after_gaps(table, list(self._named[table])):
                trouble = _("The number before {exhibit} is missing: something was taken out.")
                self._findings.add(row_id, "journal", trouble, "", {"exhibit": row_id})
        if table == "companions":
            self._companions.end()
        self._seen, self._lost, self._place = set(), [], 0

    def _called(self, table: str, stored: dict[str, Any], record: dict[str, Any]) -> str:
        """The id of a row as the journal has it: by its record's digest if need be."""
        content = stored["record"]
        digest = sha256_bytes(content) if isinstance(content, bytes) else ""
        for row_id in (record.get("id") if table != "cards" else digest, stored["id"]):
            if isinstance(row_id, str) and row_id in self._named[table]:
                return row_id
        vouched = (i for i, told in self._named[table].items() if told[0][1].digests["record"] == digest)
        return next(vouched, str(stored["id"]))

    def _troubles(
        self, table: str, seq: int, exhibit: str, stored: dict[str, Any], record: dict[str, Any]
    ) -> Iterator[str]:
        """What is wrong with a record: nothing when all that speaks of it agrees."""
        digest = sha256_bytes(stored["record"])
        if digest != stored["record_sha256"]:
            yield _("The record of {exhibit} has been altered: its digest differs.")
        told = self._named[table].get(exhibit)
        if told is None:
            yield _("{exhibit} is not named by any journal entry: it was slipped in, or its entry is gone.")
            return
        place, vouched, entry = told[0]
        if len(told) > 1 or exhibit in self._seen:
            yield _("{exhibit} is there, or is named by the journal, more than once.")
        if vouched.digests["record"] != digest:
            yield _("The record of {exhibit} has been altered: the journal has another digest.")
        misplaced = seq != place if self._whole else place <= self._place
        if misplaced or stored["id"] != exhibit or exhibit != _own_id(table, record, digest):
            yield _("{exhibit} has been renumbered.")
        self._place = place
        if table == "cards":
            if Descriptor.from_json(record).to_json() != record:
                yield _("The card {exhibit} has been altered.")
            return
        if record["schema"] != SCHEMAS[table] or record["id"] != exhibit:
            yield _("The record of {exhibit} has been altered.")
        if (record["at"], record["examiner"]) != (entry.at, entry.examiner):
            yield _("The record of {exhibit} names another time or examiner than the journal.")
        if not _as_told(table, record, entry):
            yield _("The record of {exhibit} has been altered.")
        wanted = columns_of(table, record)
        if any(type(stored[name]) is not type(value) or stored[name] != value for name, value in wanted.items()):
            yield _("The columns of {exhibit} have been altered: they differ from its record.")
        blobs = {name: record[f"{name}_sha256"] for name in (*_BLOBS, "picture") if f"{name}_sha256" in record}
        if vouched.digests != {"record": digest, **blobs}:
            yield _("The digests of {exhibit} are not those the journal has.")
        rows.check(table, record)
        yield from self._origin(table, record)

    def _origin(self, table: str, record: dict[str, Any]) -> Iterator[str]:
        """Whether what a row was taken from, or speaks of, is there and is what the row says."""
        records = self._records
        torn = _("What {exhibit} was taken from is not in the case, or was altered.")
        if table == "frames":
            footage = records["footage"].get(record["footage"])
            if footage is None or footage["sha256"] != record["name"]["footage_sha256"]:
                yield torn
        elif table == "crops":
            if record["frame"] not in records["frames"]:
                yield torn
        elif table == "outputs":
            card = records["cards"].get(record["card_sha256"])
            if card is None or (card["id"], card["family"]) != (record["backend"], record["family"]):
                yield _("The card of the backend that made {exhibit} is not in the case, or was altered.")
            if record["crop"] not in records["crops"]:
                yield torn
        elif table == "indexes":
            footage = records["footage"].get(record["footage"])
            if footage is None or footage["sha256"] != record["footage_sha256"]:
                yield torn
        elif table == "companions":
            trouble = self._companions.record(record, records["outputs"].get(record["output"]))
            if trouble is not None:
                yield trouble
        elif table == "remarks" and not self._is_there(record["kind"], record["exhibit"]):
            yield _("What {exhibit} refers to is not in the case, or was altered.")

    def _is_there(self, kind: str, about: str | None) -> bool:
        """Whether a remark of this kind may be about ``about``."""
        if kind in _ON_FOOTAGE:
            return about in self._records["footage"]
        if about is None or any(about in self._records[each] for each in _EXHIBITS):
            return True
        return kind == "withdrawal" and self._records["remarks"].get(about, {}).get("kind") in _WITHDRAWN

    def _index(self, seq: int, exhibit: str, record: dict[str, Any]) -> None:
        """Examine the content of a stored index."""
        try:
            size = (self._ahead.read("indexes", seq, "content_size") or {}).get("content_size")
            fits = size == record.get("content_bytes") and type(size) is int and size <= rows.LARGEST_INDEX
            content = (self._ahead.read("indexes", seq, "content") or {}).get("content") if fits else None
            whole = isinstance(content, bytes) and sha256_bytes(content) == record.get("content_sha256")
            trouble = None if whole else _("The stored index {exhibit} has been altered: its digest differs.")
        except Unreadable:
            trouble = _("The stored index {exhibit} can't be read: the file is damaged there.")
        self._findings.add(
            exhibit, "index", trouble, _("The stored index {exhibit} has its digest."), {"exhibit": exhibit}
        )


def names_of(table: str) -> list[str]:
    """The columns of a table."""
    return [column.name for column in TABLES[table].c]


def _word(table: str) -> str:
    return {"case_facts": "case", "cards": "card"}.get(table, "record")


def _as_told(table: str, record: dict[str, Any], entry: Entry) -> bool:
    """Whether a remark, a stored index, a companion or a seal is about what its journal entry says."""
    if table == "remarks":
        return bool((record["kind"], record["exhibit"]) == (entry.action, entry.exhibit))
    if table == "seals":
        return bool(record["head"] == {"seq": entry.seq - 1, "sha256": entry.previous})
    about = {"indexes": "footage", "companions": "output"}.get(table)
    return bool(about is None or record[about] == entry.exhibit)


def _own_id(table: str, record: dict[str, Any], digest: str) -> str:
    return digest if table == "cards" else identity_of(table, record)


def _after_gaps(table: str, ids: list[str]) -> list[str]:
    """The ids whose predecessor of the same kind is not among ``ids``, which are in the order they were given."""
    found: list[str] = []
    counts: dict[str, int] = {}
    for row_id in ids:
        try:
            kin, number = _numbered(table, row_id)
        except (InputError, ValueError):
            found.append(row_id)
            continue
        if number != counts.get(kin, 0) + 1:
            found.append(row_id)
        counts[kin] = number
    return found


def _numbered(table: str, row_id: str) -> tuple[str, int]:
    """What a row is counted under, and its number there. Raises ``InputError`` or ``ValueError`` for a strange id."""
    if table in ("case_facts", "cards"):
        return row_id, 1
    if table in _LETTERS:
        return "", int(row_id.removeprefix(_LETTERS[table]))
    if table == "companions":
        kin, _dash, number = row_id.partition("-")
        if Exhibit.parse(row_id.rpartition("/")[0]).table != "outputs":
            raise ValueError(row_id)
        return kin, int(number or 1)
    exhibit = Exhibit.parse(row_id)
    if exhibit.table != table:
        raise ValueError(row_id)
    if table == "frames":
        return row_id.partition("v")[0], exhibit.version or 0
    return exhibit.parent or "", exhibit.output or exhibit.crop or exhibit.footage
