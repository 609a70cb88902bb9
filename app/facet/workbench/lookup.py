"""Finding one thing in a case, or saying in one line that it is not there."""

from __future__ import annotations

from typing import TypeVar

from facet.case import Case, CropRow, ExhibitRow, FootageRow, FrameRow, OutputRow
from facet.core.canonical import Json
from facet.core.errors import InputError
from facet.footage import StoredIndex

RowT = TypeVar("RowT", bound=ExhibitRow)


def footage_row(case: Case, footage: str) -> FootageRow:
    """The footage of that id. Raises ``InputError``."""
    return _one(case, footage, FootageRow)


def crop_row(case: Case, crop: str) -> CropRow:
    """The crop of that id. Raises ``InputError``."""
    return _one(case, crop, CropRow)


def frame_row(case: Case, frame: str) -> FrameRow:
    """The frame of that id. Raises ``InputError``."""
    return _one(case, frame, FrameRow)


def output_row(case: Case, output: str) -> OutputRow:
    """The output of that id. Raises ``InputError``."""
    return _one(case, output, OutputRow)


def holds(case: Case, text: str) -> bool:
    """Whether ``text`` is the id of an exhibit in the case."""
    try:
        return case.holds(text)
    except InputError:
        return False


def upright(decoding: dict[str, Json]) -> tuple[int, str | None]:
    """Clockwise degrees that make a frame upright, and its sample aspect where pixels are not square."""
    rotation, aspect = decoding.get("rotation"), decoding.get("sample_aspect")
    turned = rotation % 360 if isinstance(rotation, int) else 0
    return turned, aspect if isinstance(aspect, str) and aspect not in ("1/1", "0/1") else None


def crop_upright(case: Case, crop: str) -> tuple[int, str | None]:
    """As :func:`upright`, for the frame that a crop was cut from."""
    return upright(frame_row(case, crop_row(case, crop).frame).decoding)


def kept_index(case: Case, footage: FootageRow, decoder: str | None = None) -> StoredIndex | None:
    """The index that the case keeps of some footage: the last, or that of a decoder; None without one."""
    stored = case.stored_index(footage.id, decoder)
    return None if stored is None else StoredIndex(sha256=footage.sha256, decoder=stored[0], content=stored[1])


def _one(case: Case, exhibit: str, kind: type[RowT]) -> RowT:
    row = case.row(exhibit) if holds(case, exhibit) else None
    if isinstance(row, kind):
        return row
    raise InputError("The case holds no exhibit «{id}». See: facet show CASE.", id=exhibit)
