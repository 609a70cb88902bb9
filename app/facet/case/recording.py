"""What is written to a case: each kind of row, its record, its pixels, and the journal entry that names it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, insert, select

from facet.case import records
from facet.case.bounds import check_length
from facet.case.exhibits import frame_id
from facet.case.journal import RECORDING, NamedRow, append_entry
from facet.case.png import encode_png
from facet.case.reading import exists, read_one
from facet.case.rows import LARGEST_INDEX
from facet.case.schema import TABLES, minor_of
from facet.case.seals import seal_facts
from facet.core.canonical import Json, canonical_json
from facet.core.clock import utc_now
from facet.core.descriptor import Descriptor, Family
from facet.core.digest import picture_digest, sha256_bytes
from facet.core.errors import InputError, InternalError
from facet.core.frame import Frame, Picture
from facet.core.geometry import Box
from facet.core.receipt import Receipt
from facet.core.run import Companion
from facet.core.seal import SealStatement, Signature, TimeStamp

Blob = bytes


class Recording:
    """One write in the transaction under way: rows, then :meth:`journal` once. One moment, one examiner."""

    def __init__(self, connection: Connection, examiner: str, at: str | None = None) -> None:
        """``at`` is the moment, where it was fixed before: UTC, as ``utc_now`` writes it."""
        self.connection = connection
        self.examiner = examiner
        self.at = at or utc_now()
        self._rows: list[NamedRow] = []

    def row(self, table: str, record: Mapping[str, Json], **blobs: Blob) -> str:
        """Add a row: the record, signed with moment and examiner, and its blobs. Returns its id."""
        content = canonical_json({"schema": records.SCHEMAS[table], **record, "at": self.at, "examiner": self.examiner})
        return self._insert(table, str(record["id"]), content, blobs, dict(record))

    def card(self, descriptor: Descriptor) -> str:
        """Add the card of a backend unless the case has it. Returns its digest, which is its id."""
        sha256 = descriptor.card_sha256
        if exists(self.connection, "cards", sha256):
            return sha256
        content = canonical_json(descriptor.to_json())
        if sha256_bytes(content) != sha256:
            raise InternalError("The card of {backend} is not what its digest says.", backend=descriptor.id)
        return self._insert("cards", sha256, content, {}, {})

    def journal(
        self,
        action: str,
        exhibit: str | None = None,
        *,
        digests: Mapping[str, str] | None = None,
        details: Json = None,
    ) -> None:
        """Close the write with its entry, which names the rows: first the one it is about, then a new card, then
        companions."""
        order = RECORDING.get(action, ())
        append_entry(
            self.connection,
            at=self.at,
            examiner=self.examiner,
            action=action,
            exhibit=exhibit,
            rows=sorted(self._rows, key=lambda row: order.index(row.table)),
            digests=digests,
            details=details,
        )

    def _insert(self, table: str, row_id: str, content: bytes, blobs: Mapping[str, Blob], record: Any) -> str:
        for each in (content, blobs.get("receipt", b"")):
            check_length(each)
        columns = TABLES[table]
        seq = self.connection.execute(select(func.coalesce(func.max(columns.c.seq), 0) + 1)).scalar_one()
        derived = {"id": row_id, **records.columns_of(table, record)}
        sha256 = sha256_bytes(content)
        self.connection.execute(
            insert(columns).values(seq=seq, record=content, record_sha256=sha256, **derived, **blobs)
        )
        digests = {"record": sha256}
        for name in ("png", "receipt", "picture", "content"):
            if f"{name}_sha256" in derived:
                digests[name] = derived[f"{name}_sha256"]
        self._rows.append(NamedRow(table=table, id=row_id, digests=digests))
        return row_id


def record_case(writing: Recording, *, number: str, title: str, agency: str, identity: str, facet: str) -> None:
    """The first row of a case."""
    facts: dict[str, Json] = {
        "number": number,
        "title": title,
        "agency": agency,
        "identity": identity,
        "facet": facet,
        "created": writing.at,
    }
    writing.row("case_facts", {"id": records.CASE_ID, **facts})
    writing.journal("create")


def record_footage(
    writing: Recording,
    *,
    name: str,
    path: str,
    sha256: str,
    md5: str | None,
    size: int,
    modified: str,
    probe: Json,
    index: tuple[str, Blob] | None,
) -> str:
    """A file of footage that the case does not hold yet, and its index: the decoder's build and the content. A case of
    format 1.0 keeps neither MD5 nor index."""
    newer: dict[str, Json] = {"md5": md5} if minor_of(writing.connection) >= 1 else {}
    number = writing.connection.execute(select(func.count() + 1).select_from(TABLES["footage"])).scalar_one()
    footage = writing.row(
        "footage",
        {
            "id": str(number),
            "name": name,
            "path": path,
            "sha256": sha256,
            "size": size,
            "modified": modified,
            "probe": probe,
            **newer,
        },
    )
    if index is not None:
        _index(writing, footage, sha256, index)
    writing.journal("ingest", footage)
    return footage


def record_index(writing: Recording, footage: str, sha256: str, index: tuple[str, Blob]) -> None:
    """Another index of footage that the case holds, made by another decoder."""
    if _index(writing, footage, sha256, index):
        writing.journal("index", footage)


def _index(writing: Recording, footage: str, sha256: str, index: tuple[str, Blob]) -> bool:
    """Add the row, unless the case's format has no such table, the content is too large, or it has one already."""
    decoder, content = index
    if minor_of(writing.connection) < 1 or not 0 < len(content) <= LARGEST_INDEX:
        return False
    columns = TABLES["indexes"].c
    ids = writing.connection.execute(select(columns.id).where(columns.footage == footage)).scalars().all()
    if any(read_one(writing.connection, "indexes", each)["decoder"] == decoder for each in ids):
        return False
    count = writing.connection.execute(select(func.count() + 1).select_from(TABLES["indexes"])).scalar_one()
    facts: dict[str, Json] = {
        "id": f"I{count}",
        "footage": footage,
        "footage_sha256": sha256,
        "decoder": decoder,
        "content_sha256": sha256_bytes(content),
        "content_bytes": len(content),
    }
    writing.row("indexes", facts, content=content)
    return True


def same_frame(connection: Connection, footage: str, frame: Frame) -> tuple[str | None, int]:
    """The id of this very frame if the case has it, and how many decodings of its picture the case has.

    It is the same if its name, its pixels and what the examiner said of it are, whatever decoder made it.
    """
    columns = TABLES["frames"].c
    found = connection.execute(
        select(columns.id)
        .where(
            columns.footage == footage, columns.stream == frame.name.stream, columns.picture_index == frame.name.index
        )
        .order_by(columns.version)
    ).scalars()
    ids = list(found)
    wanted = _comparable(frame.record())
    for each in ids:
        if _comparable(read_one(connection, "frames", each)) == wanted:
            return each, len(ids)
    return None, len(ids)


def record_frame(writing: Recording, footage: str, frame: Frame, png: bytes, version: int) -> str:
    """A whole source frame."""
    record = {
        "id": frame_id(footage, frame.name.stream, frame.name.index, version),
        "footage": footage,
        "version": version,
        **frame.record(),
        **_png_facts(png),
    }
    exhibit = writing.row("frames", record, png=png)
    writing.journal("frame", exhibit)
    return exhibit


def same_crop(connection: Connection, frame: str, box: Box) -> tuple[str | None, int]:
    """The id of the crop of this box if the case has it, and how many crops the frame has."""
    columns = TABLES["crops"].c
    found = connection.execute(
        select(columns.id, columns.x, columns.y, columns.w, columns.h).where(columns.frame == frame)
    ).all()
    same = (str(row[0]) for row in found if tuple(row[1:]) == (box.x, box.y, box.w, box.h))
    return next(same, None), len(found)


def record_crop(writing: Recording, frame: str, box: Box, picture: Picture, number: int) -> str:
    """A crop; ``picture`` is what the box cuts from the stored frame."""
    png = encode_png(picture)
    record = {
        "id": f"{frame}/C{number}",
        "frame": frame,
        "number": number,
        "box": box.to_json(),
        **_picture_facts(picture),
        **_png_facts(png),
    }
    exhibit = writing.row("crops", record, png=png)
    writing.journal("crop", exhibit)
    return exhibit


def record_output(
    writing: Recording,
    crop: str,
    *,
    picture: NDArray[np.uint8],
    png: bytes,
    receipt: Callable[[str], Receipt],
    descriptor: Descriptor,
    companions: Sequence[tuple[Companion, Blob]] = (),
) -> str:
    """An output with its receipt and card, and its companions with their PNG files: all of them or nothing. Raises
    ``InternalError`` where the receipt tells of something else."""
    columns = TABLES["outputs"].c
    count = writing.connection.execute(select(func.count()).where(columns.crop == crop)).scalar_one()
    exhibit = f"{crop}/E{count + 1}"
    facts = _picture_facts(picture)
    made = receipt(exhibit)
    wrong = _misfit(writing.connection, made, exhibit, crop, facts) or _stranger(made, descriptor)
    if made.output.get("companions", []) != [one.told() for one, _ in companions]:
        wrong = "output companions"
    if wrong:
        raise InternalError(
            "The receipt of {exhibit} tells of another run ({field}). Nothing was recorded.",
            exhibit=exhibit,
            field=wrong,
        )
    if descriptor.family is Family.GENERATIVE and not (made.reason or "").strip():
        raise InputError(
            "{backend} invents detail: say why it is used before it runs. Nothing was recorded.", backend=descriptor.id
        )
    content = made.canonical()
    record = {
        "id": exhibit,
        "crop": crop,
        "number": count + 1,
        "backend": descriptor.id,
        "family": descriptor.family.value,
        "card_sha256": writing.card(descriptor),
        "receipt_sha256": sha256_bytes(content),
        **facts,
        **_png_facts(png),
    }
    writing.row("outputs", record, png=png, receipt=content)
    for one, one_png in companions:
        named: dict[str, Json] = {"output": exhibit, "role": one.role, "number": one.number, "facts": one.facts}
        told = {**named, **_picture_facts(one.picture), **_png_facts(one_png)}
        writing.row("companions", {"id": records.companion_id(exhibit, one.role, one.number), **told}, png=one_png)
    writing.journal("output", exhibit)
    return exhibit


def record_remark(writing: Recording, kind: str, exhibit: str | None, text: str, **more: Json) -> str:
    """A note, finding, withdrawal, alias or tag; or a mark or a reading of the camera's clock with
    ``more`` that it says."""
    number = writing.connection.execute(select(func.count() + 1).select_from(TABLES["remarks"])).scalar_one()
    remark = writing.row("remarks", {"id": f"R{number}", "kind": kind, "exhibit": exhibit, "text": text, **more})
    writing.journal(kind, exhibit)
    return remark


def record_seal(
    writing: Recording, statement: SealStatement, signature: Signature, time_stamp: TimeStamp | None
) -> str:
    """A seal over the entry that is the last one now: the seal's id."""
    number = writing.connection.execute(select(func.count() + 1).select_from(TABLES["seals"])).scalar_one()
    seal = writing.row("seals", {"id": f"K{number}", **seal_facts(statement, signature, time_stamp)})
    writing.journal("seal")
    return seal


def _misfit(connection: Connection, made: Receipt, exhibit: str, crop: str, facts: Mapping[str, Json]) -> str | None:
    """The field in which a receipt tells of another exhibit, output or input; None when it is right."""
    if made.exhibit != exhibit:
        return "exhibit"
    if any(made.output.get(name) != value for name, value in facts.items()):
        return "output"
    inputs: list[Any] = made.inputs
    told = {str(each["exhibit"]): each["picture_sha256"] for each in inputs}
    if crop not in told:
        return "inputs"
    right = all(read_one(connection, "crops", each)["picture_sha256"] == sha256 for each, sha256 in told.items())
    return None if right else "inputs"


def _stranger(made: Receipt, descriptor: Descriptor) -> str | None:
    """The field in which a receipt tells of another backend than ``descriptor``; None when it is right."""
    told = {name: made.backend.get(name) for name in ("id", "card_sha256", "weights_sha256", "family")}
    card: dict[str, Json] = {
        "id": descriptor.id,
        "card_sha256": descriptor.card_sha256,
        "weights_sha256": descriptor.weights_sha256,
        "family": descriptor.family.value,
    }
    return next((f"backend {name}" for name in card if told[name] != card[name]), None)


def _comparable(record: Mapping[str, Any]) -> bytes:
    """What tells a decoding of a picture from another. An older record that tells of no overrides has none."""
    decoding = record["decoding"]
    said = {"fields": decoding.get("fields", "weave"), "overrides": decoding.get("overrides", {})}
    return canonical_json({"name": record["name"], "picture_sha256": record["picture_sha256"], **said})


def _picture_facts(picture: Picture) -> dict[str, Json]:
    height, width, _ = picture.shape
    return {"width": int(width), "height": int(height), "picture_sha256": picture_digest(picture)}


def _png_facts(png: bytes) -> dict[str, Json]:
    return {"png_sha256": sha256_bytes(png), "png_bytes": len(png)}
