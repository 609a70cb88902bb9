"""Finding one thing in a case, or saying in one line that it is not there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from facet.case import Case, CropRow, Exhibit, ExhibitRow, FootageRow, FrameRow, OutputRow
from facet.core.canonical import Json
from facet.core.errors import InputError

RowT = TypeVar("RowT", bound=ExhibitRow)


def footage_row(case: Case, footage: str) -> FootageRow:
    """The footage of that id. Raises ``InputError``."""
    return _one(case.footage(), footage)


def crop_row(case: Case, crop: str) -> CropRow:
    """The crop of that id. Raises ``InputError``."""
    return _one(case.crops(), crop)


def frame_row(case: Case, frame: str) -> FrameRow:
    """The frame of that id. Raises ``InputError``."""
    return _one(case.frames(), frame)


def output_row(outputs: Iterable[OutputRow], output: str) -> OutputRow:
    """The output of that id among ``outputs``. Raises ``InputError``."""
    return _one(outputs, output)


def holds(case: Case, text: str) -> bool:
    """Whether ``text`` is the id of an exhibit in the case."""
    try:
        rows: dict[str, Iterable[ExhibitRow]] = {
            "footage": case.footage(),
            "frames": case.frames(),
            "crops": case.crops(),
            "outputs": case.outputs(),
        }
        return any(row.id == text for row in rows[Exhibit.parse(text).table])
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


def _one(rows: Iterable[RowT], exhibit: str) -> RowT:
    for row in rows:
        if row.id == exhibit:
            return row
    raise InputError("The case holds no exhibit «{id}». See: facet show CASE.", id=exhibit)
