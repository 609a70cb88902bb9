"""Rows whose fields hold what they say: a file from elsewhere may say anything."""

from __future__ import annotations

from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_origin, get_type_hints

T = TypeVar("T")


def typed(row: T) -> T:
    """``row``, a dataclass, if every field holds what its annotation names. Raises ``TypeError``."""
    kind_of_row: type = type(row)
    for name, kind in _kinds(kind_of_row).items():
        if not isinstance(getattr(row, name), kind):
            raise TypeError(f"{name} is no {kind}")
    return row


@cache
def _kinds(row: type) -> dict[str, Any]:
    """What ``isinstance`` takes for each field of a kind of row."""
    return {
        name: hint if isinstance(hint, UnionType) else get_origin(hint) or hint
        for name, hint in get_type_hints(row).items()
    }
