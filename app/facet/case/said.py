"""What was said of exhibits since they were recorded: aliases, tags, withdrawals, and all other remarks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from facet.case import rows
from facet.case.exhibits import lineage


class Said:
    """Remarks in the order they were made, and what follows from them for the exhibits they are about."""

    def __init__(self, records: Iterable[dict[str, Any]]) -> None:
        """``records`` of remarks: all, or all about some exhibits, what these were taken from, and these remarks.
        Raises ``KeyError``, ``TypeError`` or ``ValueError`` for a bad one."""
        said = list(records)
        self.remarks = [rows.remark(record) for record in said if record["kind"] not in rows.OTHER_REMARKS]
        self._of: dict[str, list[rows.Remark]] = {}
        for remark in self.remarks:
            if remark.exhibit is not None:
                self._of.setdefault(remark.exhibit, []).append(remark)
        self.marks = [rows.mark(record, self._why(record)) for record in said if record["kind"] == "mark"]
        self.clocks = [rows.clock(record, self._why(record)) for record in said if record["kind"] == "camera-clock"]
        self.tags = [rows.tag(record, self._why(record)) for record in said if record["kind"] == "tag"]
        self._tagged: dict[str | None, list[str]] = {}
        for tag in self.tags:
            if tag.withdrawn is None:
                self._tagged.setdefault(tag.exhibit, []).append(tag.text)
        others: list[rows.Mark | rows.ClockRow | rows.Tag] = [*self.marks, *self.clocks, *self.tags]
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
            "aliases": tuple(remark.text for remark in self._of.get(exhibit, []) if remark.kind == "alias"),
            "tags": tuple(self._tagged.get(exhibit, ())),
            "withdrawal": next(withdrawals, None),
        }

    def _why(self, record: dict[str, Any]) -> str | None:
        """Why a mark, a reading or a tag was withdrawn, itself or what it is about; None while it stands."""
        remarks = (r for each in (record["id"], *lineage(record["exhibit"] or "")) for r in self._of.get(each, []))
        return next((remark.text for remark in remarks if remark.kind == "withdrawal"), None)


AnyRemark = rows.Remark | rows.Mark | rows.ClockRow | rows.Tag
