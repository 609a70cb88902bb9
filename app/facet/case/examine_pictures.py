"""The examination of stored pictures: the file, its pixels, the cut from the frame, the receipt of the run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from facet.case.ahead import Ahead, Seen, Sides, see, sides_of
from facet.case.examine_companions import CompanionExamination
from facet.case.records import BAD_RECORD, read_record
from facet.case.salvage import Unreadable
from facet.case.verification import Findings
from facet.core.digest import sha256_bytes
from facet.core.i18n import N_, _
from facet.core.receipt import SCHEMA, Receipt

_DIFFERS = {
    "frames": N_("Frame {exhibit}: picture differs from its digest."),
    "crops": N_("Crop {exhibit}: picture differs from its digest."),
    "outputs": N_("Output {exhibit}: picture differs from its digest."),
}
Records = dict[str, dict[str, dict[str, Any]]]
"""Table, id, record: those found to be well so far. It grows while the examination goes on."""


class PictureExamination:
    """Frames, then crops, then outputs, then companions; of a frame stays what its crops are to be."""

    def __init__(self, ahead: Ahead, records: Records, findings: Findings, companions: CompanionExamination) -> None:
        self._ahead = ahead
        self._companions = companions
        self._records = records
        self._findings = findings
        self._frames: dict[str, int] = {}
        self._cuts: dict[tuple[str, Sides], str] = {}

    def examine(self, table: str, seq: int, exhibit: str, record: dict[str, Any], *, well: bool) -> None:
        """Examine what belongs to a row beside its record, which is ``well`` or not."""
        values = {"exhibit": exhibit}
        add = self._findings.add
        seen, trouble = self._file(table, seq, record)
        add(exhibit, "png", trouble, _("The picture file of {exhibit} has its digest."), values)
        if self._ahead.pixels:
            self._pixels(table, seq, exhibit, record, seen, well=well)
        if table == "outputs":
            try:
                trouble = next(self._receipt(seq, record), None)
            except Unreadable:
                trouble = _("The receipt of {exhibit} can't be read: the file is damaged there.")
            except BAD_RECORD:
                trouble = _("The receipt of {exhibit} has been altered.")
            add(exhibit, "receipt", trouble, _("The receipt of {exhibit} tells of this output."), values)

    def _pixels(
        self, table: str, seq: int, exhibit: str, record: dict[str, Any], seen: Seen | None, *, well: bool
    ) -> None:
        """Examine the pixels of a picture, and of a crop whether they are its frame's."""
        values = {"exhibit": exhibit}
        add = self._findings.add
        right = seen is not None and _as_told(seen, record, table)
        if table == "companions":
            self._companions.picture(exhibit, record, seen.picture if seen is not None and right else None)
            return
        trouble = None if right else _(_DIFFERS[table])
        add(exhibit, "picture", trouble, _("The pixels of {exhibit} have their digest."), values)
        if table == "frames":
            if seen is not None and right and well:
                self._frames[exhibit] = seq
                self._cuts |= {(exhibit, sides): sha256 for sides, sha256 in seen.cuts.items()}
        elif table == "crops":
            trouble = self._cut(record, right=right)
            add(exhibit, "cut", trouble, _("{exhibit} is what its box cuts from its frame."), values)

    def _file(self, table: str, seq: int, record: dict[str, Any]) -> tuple[Seen | None, str | None]:
        """What is in the PNG file, if it can be read, and what is wrong with it."""
        try:
            seen = self._ahead.seen(table, seq, record)
        except Unreadable:
            return None, _("The picture file of {exhibit} can't be read: the file is damaged there.")
        if seen is None:
            return None, _("The PNG file of {exhibit} has been altered: it is no picture any more.")
        if (seen.sha256, seen.size) != (record.get("png_sha256"), record.get("png_bytes")):
            return seen, _("The picture file of {exhibit} has been altered: its digest differs.")
        return seen, None

    def _cut(self, record: dict[str, Any], *, right: bool) -> str | None:
        """What is wrong between a crop, whose pixels are ``right`` or not, and its frame."""
        try:
            box = record["box"]
            frame, sides = record["frame"], (box["x"], box["y"], box["w"], box["h"])
            if frame not in self._frames:
                return _("{exhibit} can't be compared with its frame, which is missing or altered.")
            cut = self._cuts.get((frame, sides)) or self._cut_anew(frame, sides)
            if right and cut == record["picture_sha256"]:
                return None
        except (Unreadable, *BAD_RECORD):
            pass
        return _("{exhibit} is not what its box cuts from its frame.")

    def _cut_anew(self, frame: str, sides: Sides) -> str | None:
        """The digest of what a box cuts from a frame that was not known to have it: its columns say another."""
        png = (self._ahead.read("frames", self._frames[frame], "png") or {}).get("png")
        size = sides_of(self._records["frames"][frame])
        return see(png, size, (sides,)).cuts.get(sides) if isinstance(png, bytes) else None

    def _receipt(self, seq: int, record: dict[str, Any]) -> Iterator[str]:
        content = (self._ahead.read("outputs", seq, "receipt") or {}).get("receipt")
        if not isinstance(content, bytes) or sha256_bytes(content) != record["receipt_sha256"]:
            yield _("The receipt of {exhibit} has been altered: its digest differs.")
            return
        receipt = Receipt.from_json(read_record(content))
        if receipt.schema != SCHEMA or receipt.exhibit != record["id"]:
            yield _("The receipt of {exhibit} is of another output.")
        if any(receipt.output[name] != record[name] for name in ("width", "height", "picture_sha256")):
            yield _("The receipt of {exhibit} tells of other pixels.")
        crops = self._records["crops"]
        inputs: list[Any] = receipt.inputs
        told = {each["exhibit"]: each["picture_sha256"] for each in inputs}
        strange = any(each not in crops or crops[each]["picture_sha256"] != sha256 for each, sha256 in told.items())
        if strange or record["crop"] not in told:
            yield _("The receipt of {exhibit} tells of another input than the crop it was made from.")
        card = self._records["cards"].get(record["card_sha256"], {})
        named = tuple(receipt.backend[name] for name in ("id", "card_sha256", "weights_sha256", "family"))
        if named != (record["backend"], record["card_sha256"], card.get("weights_sha256"), record["family"]):
            yield _("The receipt of {exhibit} tells of another backend.")
        yield from self._companions.receipt(receipt, str(card.get("architecture")))


def _as_told(seen: Seen, record: dict[str, Any], table: str) -> bool:
    """Whether the pixels are those that the record tells of."""
    told = tuple(record.get(name) for name in ("width", "height", "picture_sha256"))
    deep = table in ("outputs", "companions") and seen.bits != 8
    return not deep and seen.picture_sha256 is not None and (seen.width, seen.height, seen.picture_sha256) == told
