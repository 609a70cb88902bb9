"""What a case holds, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def outline(held: Mapping[str, Any]) -> Iterator[str]:
    """The lines of an indented outline of any JSON object: short values beside their names, lists by item."""
    yield from _lines(held, "")


def _lines(value: Any, indent: str) -> Iterator[str]:
    items = value.items() if isinstance(value, Mapping) else ((str(i), item) for i, item in enumerate(value, 1))
    for name, item in items:
        if isinstance(item, (Mapping, list)) and item:
            label = item.get("id", name) if isinstance(item, Mapping) else name
            yield f"{indent}{label}"
            yield from _lines(item, indent + "  ")
        else:
            yield f"{indent}{name}: {_plain(item)}"


def _plain(item: Any) -> str:
    if item is None or item in ([], {}):
        return "–"
    return {True: "yes", False: "no"}.get(item, str(item)) if isinstance(item, bool) else str(item)
