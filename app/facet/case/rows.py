"""What a case holds, row by row, as its records say it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_origin, get_type_hints

from facet.case.companions import CompanionRow, companion_row
from facet.case.seals import seal_row
from facet.core.camera_clock import CameraClock
from facet.core.canonical import Json, parse_ratio
from facet.core.descriptor import Family
from facet.core.geometry import Box

T = TypeVar("T")

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
class Remark:
    """Something said after the fact: ``kind`` is note, finding, withdrawal or alias; ``exhibit`` None for the whole
    case; ``at`` UTC."""

    id: str
    kind: str
    exhibit: str | None
    text: str
    examiner: str
    at: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A place in footage that somebody wants to find again: frame ``first``, or ``first`` to ``last``, both included;
    ``utc`` of its recording; ``withdrawn`` the reason, None while it stands."""

    id: str
    footage: str
    first: int
    last: int | None
    text: str
    examiner: str
    utc: str
    withdrawn: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """A word by which an exhibit, or with None the case, shall be found again; ``utc`` of its recording; ``withdrawn``
    the reason, None while it stands."""

    id: str
    exhibit: str | None
    text: str
    examiner: str
    utc: str
    withdrawn: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockRow:
    """A reading of the clock in the picture of some footage, as recorded; of those that stand the last one holds."""

    id: str
    footage: str
    index: int
    seconds: str
    shows: str
    zone: str
    true: str | None
    source: str
    examiner: str
    utc: str
    withdrawn: str | None = None

    def reading(self) -> CameraClock:
        """What it says, to be reckoned with. Raises ``InputError`` where its zone is not known here."""
        fields = {name: getattr(self, name) for name in ("index", "seconds", "shows", "zone", "true")}
        return CameraClock.from_json(fields, self.source)


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
    return _typed(CaseFacts(**{name: record[name] for name in CaseFacts.__slots__}))


def remark(record: dict[str, Any]) -> Remark:
    """From the record of a remark."""
    return _typed(Remark(**{name: record[name] for name in Remark.__slots__}))


def mark(record: dict[str, Any], withdrawn: str | None = None) -> Mark:
    """From the record of a mark."""
    first, last = record["first"], record["last"]
    if (
        type(first) is not int
        or not (last is None or type(last) is int)
        or not 0 <= first <= (first if last is None else last)
    ):
        raise ValueError("not frames of a mark")
    return _typed(Mark(**_said(record), first=first, last=last, text=record["text"], withdrawn=withdrawn))


def tag(record: dict[str, Any], withdrawn: str | None = None) -> Tag:
    """From the record of a tag."""
    named = {name: record[name] for name in ("id", "exhibit", "text", "examiner")}
    return _typed(Tag(**named, utc=record["at"], withdrawn=withdrawn))


def clock(record: dict[str, Any], withdrawn: str | None = None) -> ClockRow:
    """From the record of a reading of the clock in the picture."""
    named = {name: record[name] for name in ("index", "seconds", "shows", "zone", "true")}
    if parse_ratio(record["seconds"]) < 0 or type(record["index"]) is not int:
        raise ValueError("not a reading of a clock")
    return _typed(ClockRow(**_said(record), **named, source=record["text"], withdrawn=withdrawn))


def index_row(record: dict[str, Any], record_sha256: str = "") -> IndexRow:
    """From the record of a stored index."""
    named = {name: record[name] for name in IndexRow.__slots__ if name != "record_sha256"}
    if not 0 < record["content_bytes"] <= LARGEST_INDEX:
        raise ValueError("not the size of an index")
    return _typed(IndexRow(**named, record_sha256=record_sha256))


def footage_row(record: dict[str, Any], path: str, common: dict[str, Any]) -> FootageRow:
    """From the record of footage and where it was last told to be."""
    named = {name: record[name] for name in ("name", "sha256", "size", "modified", "probe")}
    return _typed(FootageRow(**named, md5=record.get("md5"), path=path, **common))


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
    return _typed(row)


def crop_row(record: dict[str, Any], common: dict[str, Any]) -> CropRow:
    """From the record of a crop."""
    return _typed(CropRow(**_picture(record), **common, frame=record["frame"], box=_typed(Box(**record["box"]))))


def output_row(record: dict[str, Any], common: dict[str, Any]) -> OutputRow:
    """From the record of an output."""
    named = {name: record[name] for name in ("crop", "backend", "card_sha256", "receipt_sha256")}
    return _typed(OutputRow(**_picture(record), **common, **named, family=Family(record["family"])))


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


OTHER_REMARKS: dict[str, Callable[[dict[str, Any]], object]] = {"mark": mark, "camera-clock": clock, "tag": tag}
"""Kinds of remarks that are no :class:`Remark`."""


def _said(record: dict[str, Any]) -> dict[str, Any]:
    return {"id": record["id"], "footage": record["exhibit"], "examiner": record["examiner"], "utc": record["at"]}


def _typed(row: T) -> T:
    """``row``, if every field holds what it should: a file from elsewhere may say anything."""
    for name, kind in _kinds()[type(row)].items():
        if not isinstance(getattr(row, name), kind):
            raise TypeError(f"{name} is no {kind}")
    return row


@cache
def _kinds() -> dict[type, dict[str, Any]]:
    """What ``isinstance`` takes for each field of each kind of row."""
    made = (CaseFacts, Remark, Mark, Tag, ClockRow, IndexRow, FootageRow, FrameRow, CropRow, OutputRow, Box)
    return {
        row: {
            name: hint if isinstance(hint, UnionType) else get_origin(hint) or hint
            for name, hint in get_type_hints(row).items()
        }
        for row in made
    }


def _picture(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in ("width", "height", "picture_sha256", "png_sha256", "png_bytes")}
