"""The examination of stored pictures: the file, its pixels, the cut from the frame, the receipt of the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from facet.case.examine_companions import CompanionExamination
from facet.case.png import decode_png
from facet.case.records import BAD_RECORD, read_record
from facet.case.salvage import Unreadable
from facet.case.verification import Findings
from facet.core.digest import picture_digest, sha256_bytes
from facet.core.errors import FacetError
from facet.core.frame import Picture
from facet.core.geometry import Box
from facet.core.i18n import N_, _
from facet.core.receipt import SCHEMA, Receipt

_DIFFERS = {
    "frames": N_("Frame {exhibit}: picture differs from its digest."),
    "crops": N_("Crop {exhibit}: picture differs from its digest."),
    "outputs": N_("Output {exhibit}: picture differs from its digest."),
}
Read = Callable[..., dict[str, Any] | None]
"""``read(table, seq, *columns)``: those columns of a row, None where it is not. Raises ``Unreadable``."""
Records = dict[str, dict[str, dict[str, Any]]]
"""Table, id, record: those found to be well so far. It grows while the examination goes on."""


class PictureExamination:
    """Frames, then crops, then outputs, then companions; a frame just examined is kept for its crops."""

    def __init__(self, read: Read, records: Records, findings: Findings, companions: CompanionExamination) -> None:
        self._companions = companions
        self._read = read
        self._records = records
        self._findings = findings
        self._frames: dict[str, int] = {}
        self._frame: tuple[str, Picture | None] = ("", None)

    def examine(self, table: str, seq: int, exhibit: str, record: dict[str, Any], *, well: bool) -> None:
        """Examine what belongs to a row beside its record, which is ``well`` or not."""
        values = {"exhibit": exhibit}
        add = self._findings.add
        content, trouble = self._file(table, seq, record)
        add(exhibit, "png", trouble, _("The picture file of {exhibit} has its digest."), values)
        picture = _decoded(content, record, table)
        if table == "companions":
            self._companions.picture(exhibit, record, picture)
            return
        trouble = None if picture is not None else _(_DIFFERS[table])
        add(exhibit, "picture", trouble, _("The pixels of {exhibit} have their digest."), values)
        if table == "frames" and well:
            self._frames[exhibit] = seq
            self._frame = (exhibit, picture)
        elif table == "crops":
            trouble = self._cut(record, picture)
            add(exhibit, "cut", trouble, _("{exhibit} is what its box cuts from its frame."), values)
        elif table == "outputs":
            try:
                trouble = next(self._receipt(seq, record), None)
            except Unreadable:
                trouble = _("The receipt of {exhibit} can't be read: the file is damaged there.")
            except BAD_RECORD:
                trouble = _("The receipt of {exhibit} has been altered.")
            add(exhibit, "receipt", trouble, _("The receipt of {exhibit} tells of this output."), values)

    def _file(self, table: str, seq: int, record: dict[str, Any]) -> tuple[bytes | None, str | None]:
        """The PNG file, if it can be read, and what is wrong with it."""
        try:
            png = (self._read(table, seq, "png") or {}).get("png")
        except Unreadable:
            return None, _("The picture file of {exhibit} can't be read: the file is damaged there.")
        if not isinstance(png, bytes):
            return None, _("The PNG file of {exhibit} has been altered: it is no picture any more.")
        if sha256_bytes(png) != record.get("png_sha256") or len(png) != record.get("png_bytes"):
            return png, _("The picture file of {exhibit} has been altered: its digest differs.")
        return png, None

    def _cut(self, record: dict[str, Any], picture: Picture | None) -> str | None:
        try:
            frame = self._frame_picture(record["frame"])
            if frame is None:
                return _("{exhibit} can't be compared with its frame, which is missing or altered.")
            cut = Box(**record["box"]).cut(frame)
            if picture is not None and cut.dtype == picture.dtype and np.array_equal(cut, picture):
                return None
        except (FacetError, *BAD_RECORD):
            pass
        return _("{exhibit} is not what its box cuts from its frame.")

    def _frame_picture(self, frame: str) -> Picture | None:
        if self._frame[0] != frame:
            picture = None
            if frame in self._frames:
                content, _trouble = self._file("frames", self._frames[frame], self._records["frames"][frame])
                picture = _decoded(content, self._records["frames"][frame], "frames")
            self._frame = (frame, picture)
        return self._frame[1]

    def _receipt(self, seq: int, record: dict[str, Any]) -> Iterator[str]:
        content = (self._read("outputs", seq, "receipt") or {}).get("receipt")
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


def _decoded(content: bytes | None, record: dict[str, Any], table: str) -> Picture | None:
    """The picture in a PNG file, if it is the one its record tells of."""
    try:
        picture = None if content is None else decode_png(content)
        if picture is None or (table in ("outputs", "companions") and picture.dtype != np.uint8):
            return None
        height, width, _channels = picture.shape
        told = (record["width"], record["height"], record["picture_sha256"])
        return picture if (width, height, picture_digest(picture)) == told else None
    except (FacetError, MemoryError, *BAD_RECORD):
        return None
