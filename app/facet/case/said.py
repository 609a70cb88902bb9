"""What was said of exhibits since they were recorded: aliases, tags, withdrawals, and all other remarks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from facet.case.exhibits import lineage
from facet.case.remark_rows import (
    OTHER_REMARKS,
    AnyRemark,
    ClockRow,
    Mark,
    Remark,
    Tag,
    clock,
    mark,
    remark,
    tag,
)


class Said:
    """Remarks in the order they were made, and what follows from them for the exhibits they are about."""

    def __init__(self, records: Iterable[dict[str, Any]]) -> None:
        """``records`` of remarks: all, or all about some exhibits, what these were taken from, and these remarks.
        Raises ``KeyError``, ``TypeError`` or ``ValueError`` for a bad one."""
        said = list(records)
        self.remarks = [remark(record) for record in said if record["kind"] not in OTHER_REMARKS]
        self._of: dict[str, list[Remark]] = {}
        for each in self.remarks:
            if each.exhibit is not None:
                self._of.setdefault(each.exhibit, []).append(each)
        self.marks = [mark(record, self._why(record)) for record in said if record["kind"] == "mark"]
        self.clocks = [clock(record, self._why(record)) for record in said if record["kind"] == "camera-clock"]
        self.tags = [tag(record, self._why(record)) for record in said if record["kind"] == "tag"]
        self._tagged: dict[str | None, list[str]] = {}
        for given in self.tags:
            if given.withdrawn is None:
                self._tagged.setdefault(given.exhibit, []).append(given.text)
        others: list[Mark | ClockRow | Tag] = [*self.marks, *self.clocks, *self.tags]
        of_id: dict[str, AnyRemark] = {each.id: each for each in (*self.remarks, *others)}
        self.all: list[AnyRemark] = [of_id[record["id"]] for record in said]

    def common(self, record: dict[str, Any], sha256: str) -> dict[str, Any]:
        """The fields of an :class:`~facet.case.rows.ExhibitRow`; ``sha256`` is the digest of its record."""
        exhibit = str(record["id"])
        withdrawals = (r for each in lineage(exhibit) for r in self._of.get(each, []) if r.kind == "withdrawal")
        return {
            "id": exhibit,
            "at": record["at"],
            "examiner": record["examiner"],
            "record_sha256": sha256,
            "aliases": tuple(each.text for each in self._of.get(exhibit, []) if each.kind == "alias"),
            "tags": tuple(self._tagged.get(exhibit, ())),
            "withdrawal": next(withdrawals, None),
        }

    def _why(self, record: dict[str, Any]) -> str | None:
        """Why a mark, a reading or a tag was withdrawn, itself or what it is about; None while it stands."""
        remarks = (r for each in (record["id"], *lineage(record["exhibit"] or "")) for r in self._of.get(each, []))
        return next((each.text for each in remarks if each.kind == "withdrawal"), None)
