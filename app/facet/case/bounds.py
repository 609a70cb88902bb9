"""How much of a file that may come from anybody is brought into memory at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, case, func

from facet.case.rows import LARGEST_INDEX
from facet.core.errors import InputError

LARGEST_RECORD = 1 << 24
"""Bytes of a record, a receipt or a journal entry. A longer one is not written, and is none of ours where it is
found."""
_MARGIN = 1 << 16
"""Bytes of a PNG file beside its pixels."""


def bounded(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """What is selected in the place of ``column``: null where it is longer than a record may be."""
    return case((func.length(column) <= LARGEST_RECORD, column)).label(column.name)


def most_bytes(column: str, record: Mapping[str, Any]) -> int:
    """How long the blob ``column`` (``png``, ``receipt``, ``content``) of a row may be at most, by its ``record``: a
    PNG file of so many pixels is hardly longer than they are with 16 bits."""
    if column == "png":
        sides = (record.get("width"), record.get("height"))
        return _MARGIN + _samples(*(side if type(side) is int and side > 0 else 0 for side in sides)) * 101 // 100
    return LARGEST_INDEX if column == "content" else LARGEST_RECORD


def check_length(content: bytes) -> None:
    """Raise ``InputError`` for a record, a receipt or an entry that a case has no room for."""
    if len(content) > LARGEST_RECORD:
        raise InputError(
            "That is too long for a case: {have} bytes, and {most} are the most. Nothing was recorded; record less at "
            "once.",
            have=len(content), most=LARGEST_RECORD,
        )  # fmt: skip


def _samples(width: int, height: int) -> int:
    return (6 * width + 1) * height
