"""The examination of companions: what the receipt tells of them, and that the spread is the one its pictures make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from facet.case.companions import called
from facet.case.journal import Entry
from facet.case.records import BAD_RECORD, companion_id
from facet.case.verification import Findings
from facet.core.frame import Picture
from facet.core.i18n import _
from facet.core.receipt import Receipt
from facet.core.spread import SCHEMA, Deviation, complete, drawn

_TOLD = ("role", "number", "picture_sha256", "facts")


class CompanionExamination:
    """Receipts come first, then companions row by row, those of an output together; :meth:`end` closes the last."""

    def __init__(self, journal: Sequence[Entry], findings: Findings) -> None:
        self._findings = findings
        self._named: dict[str, list[tuple[str, str | None]]] = {}
        for entry in journal:
            rows = [(row.id, row.digests.get("picture")) for row in entry.rows if row.table == "companions"]
            if rows and entry.exhibit is not None:
                self._named[entry.exhibit] = rows
        self._told: dict[str, Any] = {}
        self._output = ""
        self._spread: tuple[Picture, Mapping[str, Any]] | None = None
        self._deviation = Deviation()
        self._comparable = True

    def receipt(self, receipt: Receipt, architecture: str) -> Iterator[str]:
        """What is wrong with what a receipt tells of companions. Raises one of ``BAD_RECORD`` for what it can't."""
        output = str(receipt.exhibit)
        told: list[Any] = receipt.output.get("companions", [])  # type: ignore[assignment]
        ids = [companion_id(output, each["role"], each["number"]) for each in told]
        if [*zip(ids, (each["picture_sha256"] for each in told), strict=True)] != self._named.get(output, []):
            yield _("The receipt of {exhibit} tells of other samples, or of another spread, than the journal.")
        if not complete(architecture, [(each["role"], each["number"]) for each in told]):
            yield _("{exhibit} was made of several samples, but the map of their spread is missing.")
        self._told.update(zip(ids, told, strict=True))

    def record(self, record: Mapping[str, Any], output: Mapping[str, Any] | None) -> str | None:
        """What is wrong between a companion's record, that of its ``output`` and the receipt."""
        size = ("width", "height")
        if output is None or any(record[name] != output[name] for name in size):
            return _("What {exhibit} was taken from is not in the case, or was altered.")
        told = self._told.get(record["id"])
        if told is not None and told != {name: record[name] for name in _TOLD}:
            return _("The receipt of its output tells of {exhibit} otherwise.")
        return None

    def picture(self, exhibit: str, record: Mapping[str, Any], picture: Picture | None) -> None:
        """Take in the next companion; ``picture`` is None where it is not the one its record tells of."""
        output, _slash, name = exhibit.rpartition("/")
        role, _dash, number = name.partition("-")
        words = called(role, int(number[:9]) if number[:9].isdecimal() else 1)
        trouble = None if picture is not None else _("Output {output}: its {companion} differs from its digest.")
        well = _("Output {output}: its {companion} has its digest.")
        self._findings.add(exhibit, "picture", trouble, well, {"output": output, "companion": words})
        if output != self._output:
            self.end()
            self._output = output
        try:
            if picture is None:
                self._comparable = False
            elif record["role"] == "spread":
                self._spread = (picture, record["facts"])
            else:
                self._deviation.add(picture.astype(np.uint8, copy=False))
        except BAD_RECORD:
            self._comparable = False

    def end(self) -> None:
        """Say whether the spread of the output at hand is the one its pictures make."""
        spread, deviation, comparable = self._spread, self._deviation, self._comparable
        self._spread, self._deviation, self._comparable = None, Deviation(), True
        if spread is None or not comparable:
            return  # what is missing or altered was told
        trouble: str | None = _("Output {output}: its spread is not the one that its samples make.")
        try:
            picture, facts = spread
            if facts["schema"] != SCHEMA:
                return  # drawn by a rule that this version does not know
            if facts["count"] == deviation.count and np.array_equal(drawn(deviation.levels()), picture):
                trouble = None
        except BAD_RECORD:
            pass
        well = _("Output {output}: its spread is the one that its {count} samples make.")
        values = {"output": self._output, "count": deviation.count}
        self._findings.add(f"{self._output}/spread", "spread", trouble, well, values)
