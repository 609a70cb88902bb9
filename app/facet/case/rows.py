"""What a case holds, row by row, as its records say it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from facet.case.companions import CompanionRow, companion_row
from facet.case.remark_rows import OTHER_REMARKS, Remark, remark
from facet.case.seals import seal_row
from facet.case.typed import typed
from facet.core.canonical import Json, parse_ratio
from facet.core.descriptor import Family
from facet.core.geometry import Box

LARGEST_INDEX = 1 << 28
"""Bytes of a stored index, compressed. A larger one is not kept, and is none of ours where it is found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseFacts:
    """What was stated when the case was made. ``identity`` is random and tells two cases apart; ``facet`` the version
    that made it; ``created`` UTC."""

    number: str
    title: str
    agency: str
    examiner: str
    created: str
    identity: str
    facet: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexRow:
    """The index of some footage as one decoder made it, kept to be used again. ``footage_sha256`` is the footage's
    digest, ``decoder`` the build; ``content_bytes`` of the compressed content."""

    id: str
    footage: str
    footage_sha256: str
    decoder: str
    content_sha256: str
    content_bytes: int
    record_sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ExhibitRow:
    """What every exhibit has. ``at`` (UTC) and ``examiner`` of its recording; ``aliases`` in the order they were given,
    ``tags`` those that stand; ``withdrawal`` the remark that withdrew it or what it was taken from, None while it
    stands."""

    id: str
    at: str
    examiner: str
    record_sha256: str
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    withdrawal: Remark | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FootageRow(ExhibitRow):
    """A file of evidence outside the case. ``size`` in bytes, ``modified`` UTC; ``path`` relative to the case's folder
    with ``/`` where possible, as last told; ``probe`` what the decoder said of it; ``md5`` for old reports, None where
    it was not taken."""

    name: str
    sha256: str
    md5: str | None
    size: int
    modified: str
    path: str
    probe: dict[str, Json] = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class PictureRow(ExhibitRow):
    """An exhibit with pixels, sizes in pixels; the PNG's ``png_bytes``."""

    width: int
    height: int
    picture_sha256: str
    png_sha256: str
    png_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameRow(PictureRow):
    """A whole source frame. ``pts`` in ``time_base`` units or None; ``seconds`` after the first picture; ``version``
    counts the decodings of this picture in the case; ``decoding`` as :class:`facet.core.frame.Decoding` has it."""

    footage: str
    stream: int
    index: int
    version: int
    pts: int | None
    time_base: Fraction
    seconds: Fraction
    planes_sha256: str
    decoding: dict[str, Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class CropRow(PictureRow):
    """The pixels of a frame inside a box (source pixels)."""

    frame: str
    box: Box


@dataclass(frozen=True, kw_only=True, slots=True)
class OutputRow(PictureRow):
    """What a backend made of a crop, and the pictures that belong to it."""

    crop: str
    backend: str
    family: Family
    card_sha256: str
    receipt_sha256: str
    companions: tuple[CompanionRow, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """An exhibit and what was taken from it."""

    row: ExhibitRow
    branches: tuple[Branch, ...] = ()


def case_facts(record: dict[str, Any]) -> CaseFacts:
    """From the record of a case. Like all here, raises ``KeyError``, ``TypeError`` or ``ValueError`` for a bad one."""
    return typed(CaseFacts(**{name: record[name] for name in CaseFacts.__slots__}))


def index_row(record: dict[str, Any], record_sha256: str = "") -> IndexRow:
    """From the record of a stored index."""
    named = {name: record[name] for name in IndexRow.__slots__ if name != "record_sha256"}
    if not 0 < record["content_bytes"] <= LARGEST_INDEX:
        raise ValueError("not the size of an index")
    return typed(IndexRow(**named, record_sha256=record_sha256))


def footage_row(record: dict[str, Any], path: str, common: dict[str, Any]) -> FootageRow:
    """From the record of footage and where it was last told to be."""
    named = {name: record[name] for name in ("name", "sha256", "size", "modified", "probe")}
    return typed(FootageRow(**named, md5=record.get("md5"), path=path, **common))


def frame_row(record: dict[str, Any], common: dict[str, Any]) -> FrameRow:
    """From the record of a frame."""
    name = record["name"]
    row = FrameRow(
        **_picture(record),
        **common,
        footage=record["footage"],
        stream=name["stream"],
        index=name["index"],
        version=record["version"],
        pts=name["pts"],
        time_base=parse_ratio(name["time_base"]),
        seconds=parse_ratio(record["seconds"]),
        planes_sha256=record["planes_sha256"],
        decoding=record["decoding"],
    )
    return typed(row)


def crop_row(record: dict[str, Any], common: dict[str, Any]) -> CropRow:
    """From the record of a crop."""
    return typed(CropRow(**_picture(record), **common, frame=record["frame"], box=typed(Box(**record["box"]))))


def output_row(record: dict[str, Any], common: dict[str, Any]) -> OutputRow:
    """From the record of an output."""
    named = {name: record[name] for name in ("crop", "backend", "card_sha256", "receipt_sha256")}
    return typed(OutputRow(**_picture(record), **common, **named, family=Family(record["family"])))


def check(table: str, record: dict[str, Any]) -> None:
    """Raise what is wrong with a record that its row can't be made of. Cards are not rows."""
    common = {"id": record["id"], "at": record["at"], "examiner": record["examiner"], "record_sha256": ""}
    makers: dict[str, Callable[[], object]] = {
        "case_facts": lambda: case_facts(record),
        "footage": lambda: footage_row(record, record["path"], common),
        "frames": lambda: frame_row(record, common),
        "crops": lambda: crop_row(record, common),
        "outputs": lambda: output_row(record, common),
        "remarks": lambda: OTHER_REMARKS.get(record["kind"], remark)(record),
        "indexes": lambda: index_row(record),
        "companions": lambda: companion_row(record),
        "seals": lambda: seal_row(record),
    }
    makers[table]()


def tree(
    footage: Sequence[FootageRow], frames: Sequence[FrameRow], crops: Sequence[CropRow], outputs: Sequence[OutputRow]
) -> tuple[Branch, ...]:
    """Everything under what it was taken from, each level in the order it was recorded."""
    of_crop: dict[str, list[Branch]] = {}
    for output in outputs:
        of_crop.setdefault(output.crop, []).append(Branch(row=output))
    of_frame: dict[str, list[Branch]] = {}
    for crop in crops:
        of_frame.setdefault(crop.frame, []).append(Branch(row=crop, branches=tuple(of_crop.get(crop.id, ()))))
    of_footage: dict[str, list[Branch]] = {}
    for frame in frames:
        of_footage.setdefault(frame.footage, []).append(Branch(row=frame, branches=tuple(of_frame.get(frame.id, ()))))
    return tuple(Branch(row=each, branches=tuple(of_footage.get(each.id, ()))) for each in footage)


def _picture(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in ("width", "height", "picture_sha256", "png_sha256", "png_bytes")}
