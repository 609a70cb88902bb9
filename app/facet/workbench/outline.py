"""What a case holds, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from facet.core.i18n import _


def outline(held: Mapping[str, Any], struck: Callable[[str], str] = str) -> Iterator[str]:
    """The lines of an indented outline of any JSON object: short values beside their names, lists by item. What was
    withdrawn says so, its name as ``struck`` strikes it through."""
    yield from _lines(held, "", struck)


def _lines(value: Any, indent: str, struck: Callable[[str], str]) -> Iterator[str]:
    items = value.items() if isinstance(value, Mapping) else ((str(i), item) for i, item in enumerate(value, 1))
    for name, item in items:
        if isinstance(item, (Mapping, list)) and item:
            label = str(item.get("id", name) if isinstance(item, Mapping) else name)
            gone = isinstance(item, Mapping) and (item.get("withdrawal") or item.get("withdrawn"))
            yield indent + (f"{struck(label)} ({_('withdrawn')})" if gone else label)
            yield from _lines(item, indent + "  ", struck)
        elif name == "time_stamp" and item is None:
            yield indent + _("no time stamp")
        else:
            yield f"{indent}{name}: {_plain(item)}"


def _plain(item: Any) -> str:
    if item is None or item in ([], {}):
        return "–"
    return {True: "yes", False: "no"}.get(item, str(item)) if isinstance(item, bool) else str(item)
