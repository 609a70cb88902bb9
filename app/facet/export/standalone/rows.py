"""Every row of evidence: its record, its columns, what the journal says of it, its pixels."""

from __future__ import annotations

import sqlite3
from typing import Any

from facet.export.standalone.canonical import read_object, sha256_of
from facet.export.standalone.casefile import CaseFile
from facet.export.standalone.chain import Chain, Named
from facet.export.standalone.findings import N_, Findings
from facet.export.standalone.pictures import Pixels, read_png

COLUMNS = {
    "case_facts": (0, ("id",)),
    "footage": (0, ("id", "sha256")),
    "frames": (0, ("id", "footage", "stream", "picture_index", "version", "picture_sha256", "png_sha256")),
    "crops": (0, ("id", "frame", "x", "y", "w", "h", "picture_sha256", "png_sha256")),
    "cards": (0, ()),
    "outputs": (0, ("id", "crop", "card_sha256", "receipt_sha256", "picture_sha256", "png_sha256")),
    "remarks": (0, ("id", "kind", "exhibit")),
    "indexes": (1, ("id", "footage", "content_sha256")),
    "companions": (2, ("id", "output", "role", "number", "picture_sha256", "png_sha256")),
    "seals": (3, ("id", "head_seq", "head_sha256", "fingerprint")),
}
"""For each table the minor version that brought it, and the columns that must say what the record says."""
WITHIN = {
    "stream": ("name", "stream"), "picture_index": ("name", "index"), "head_seq": ("head", "seq"),
    "head_sha256": ("head", "sha256"), **{side: ("box", side) for side in "xywh"},
}  # fmt: skip
"""Where a record says what a column says, where that is not under the column's own name."""
PICTURED = ("frames", "crops", "outputs", "companions")
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, sqlite3.Error)
"""What a record that was meddled with makes of code that reads it."""


class Rows:
    """All evidence of a case. ``records`` has by table and id those that are well."""

    def __init__(self, case: CaseFile, chain: Chain, findings: Findings, *, pixels: bool) -> None:
        """``pixels`` False leaves the pixels packed: only the digests of the picture files are then compared."""
        self._case, self._chain, self._findings, self._pixels = case, chain, findings, pixels
        self._frame: tuple[str, Pixels | None] = ("", None)
        self._frames: dict[str, int] = {}
        self.records: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in COLUMNS}

    def examine(self) -> None:
        """Look at every row of every table, in the order in which one is taken from another."""
        total = sum(len(self._chain.named.get(name, ())) for name in COLUMNS)
        done = 0
        for table, (since, columns) in COLUMNS.items():
            if since > self._case.minor:
                continue
            named = {each.id: (place, each) for place, each in enumerate(self._chain.named.get(table, ()), 1)}
            seen: set[str] = set()
            for row in self._case.rows(table, "record", "record_sha256", *(columns or ("id",))):
                self._findings.say(done, total, table)
                name = str(row[3])
                seen.add(name)
                self._row(table, name, row, named.get(name))
                done += 1
            for name in named:
                if name not in seen:
                    self._findings.bad(
                        name, "record", N_("{place} is missing, although the journal names it."), place=name
                    )
        if not any(row.check == "record" for row in self._findings.failed):
            self._findings.well("", "record", N_("All {count} records are as the journal has them."), count=done)

    def _row(self, table: str, name: str, row: tuple[Any, ...], named: tuple[int, Named] | None) -> None:
        seq, content, sha256, *columns = row
        if named is None:
            self._findings.bad(
                name, "record", N_("{place} is not named by any journal entry: it was slipped in."), place=name
            )
            return
        place, vouched = named
        try:
            record = read_object(content)
            digest = sha256_of(content)
            trouble = self._trouble(table, record, digest, vouched, columns)
            if digest != sha256:
                trouble = N_("The record of {place} has been altered: its digest differs.")
            elif seq != place:
                trouble = N_("{place} has been renumbered.")
            if trouble is None:
                trouble = self._content(table, seq, record)
        except UNREADABLE:
            trouble = N_("The record of {place} has been altered, or can't be read.")
        if trouble is None:
            self.records[table][name] = record
        else:
            self._findings.bad(name, "record", trouble, place=name)

    def _trouble(
        self, table: str, record: dict[str, Any], digest: str, vouched: Named, columns: list[Any]
    ) -> str | None:
        if vouched.digests["record"] != digest:
            return N_("The record of {place} has been altered: the journal has another digest.")
        if table == "cards":
            return None if vouched.id == columns[0] == digest else N_("{place} has been renumbered.")
        digests = {
            name: record[name + "_sha256"]
            for name in ("png", "picture", "receipt", "content")
            if name + "_sha256" in record
        }
        if vouched.id in self.records[table] or vouched.id != _own_id(table, record):
            trouble = N_("{place} has been renumbered.")
        elif (record["at"], record["examiner"]) != (vouched.at, vouched.examiner):
            trouble = N_("The record of {place} names another time or examiner than the journal.")
        elif [_told(record, name) for name in COLUMNS[table][1]] != columns:
            trouble = N_("The columns of {place} have been altered: they differ from its record.")
        elif vouched.digests != {"record": digest, **digests}:
            trouble = N_("The digests of {place} are not those the journal has.")
        else:
            trouble = None
        return trouble

    def _content(self, table: str, seq: int, record: dict[str, Any]) -> str | None:
        """What is wrong with the bytes that belong to a record."""
        if table == "indexes":
            content = self._case.cell(table, "content", seq)
            whole = sha256_of(content) == record["content_sha256"] and len(content) == record["content_bytes"]
            return None if whole else N_("The stored index {place} has been altered: its digest differs.")
        if table not in PICTURED:
            return None
        trouble = self._picture(table, seq, record)
        if trouble is None and table == "outputs":
            return self._receipt(seq, record)
        return trouble

    def _picture(self, table: str, seq: int, record: dict[str, Any]) -> str | None:
        png = self._case.cell(table, "png", seq)
        if sha256_of(png) != record["png_sha256"] or len(png) != record["png_bytes"]:
            return N_("The picture file of {place} has been altered: its digest differs.")
        if not self._pixels:
            return None
        try:
            picture = read_png(png, plain=True)
        except ValueError:
            return N_("The picture of {place} has been altered: it is no picture any more.")
        if (picture.width, picture.height, picture.digest()) != tuple(
            record[name] for name in ("width", "height", "picture_sha256")
        ):
            return N_("The pixels of {place} have been altered: their digest differs.")
        if table == "frames":
            self._frames[record["id"]] = seq
            self._frame = (record["id"], picture)
        elif table == "crops" and not self._cut_from(record, picture):
            return N_("{place} is not what its box cuts from its frame.")
        return None

    def _cut_from(self, record: dict[str, Any], picture: Pixels) -> bool:
        """Whether a crop is what its box cuts from its frame."""
        if self._frame[0] != record["frame"]:
            png = self._case.cell("frames", "png", self._frames[record["frame"]])
            self._frame = (record["frame"], read_png(png, plain=True))
        frame = self._frame[1]
        return frame is not None and frame.cut(**record["box"]) == picture

    def _receipt(self, seq: int, record: dict[str, Any]) -> str | None:
        content = self._case.cell("outputs", "receipt", seq)
        if sha256_of(content) != record["receipt_sha256"]:
            return N_("The receipt of {place} has been altered: its digest differs.")
        receipt = read_object(content)
        crops = self.records["crops"]
        inputs = {each["exhibit"]: each["picture_sha256"] for each in receipt["inputs"]}
        same = receipt["exhibit"] == record["id"] and record["crop"] in inputs
        same = same and all(receipt["output"][name] == record[name] for name in ("width", "height", "picture_sha256"))
        same = same and receipt["backend"]["card_sha256"] == record["card_sha256"]
        if same and all(each in crops and crops[each]["picture_sha256"] == digest for each, digest in inputs.items()):
            return None
        return N_("The receipt of {place} tells of another output, input or backend.")


def _told(record: dict[str, Any], column: str) -> Any:
    outer, inner = WITHIN.get(column, ("", column))
    return record[outer][inner] if outer else record[column]


def _own_id(table: str, record: dict[str, Any]) -> str:
    """The id that follows from what the record says."""
    if table == "frames":
        stream, index = record["name"]["stream"], record["name"]["index"]
        version = "v{}".format(record["version"]) if record["version"] > 1 else ""
        return "{}/{}F{}{}".format(record["footage"], f"S{stream}" if stream else "", index, version)
    if table == "crops":
        return "{}/C{}".format(record["frame"], record["number"])
    if table == "outputs":
        return "{}/E{}".format(record["crop"], record["number"])
    if table == "companions":
        role, number = record["role"], record["number"]
        return "{}/{}".format(record["output"], role if role == "spread" else f"{role}-{number}")
    return str(record["id"])
