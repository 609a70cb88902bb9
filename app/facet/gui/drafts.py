"""Marks of footage that is in no case yet: kept beside the settings, by the footage's digest. They are no evidence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facet.core import owner_only
from facet.core.camera_clock import CameraClock
from facet.core.errors import FacetError

FOLDER = "drafts"
SCHEMA = "facet.draft/1"
MOST = 10_000
"""Draft marks of one footage that are read at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftMark:
    """A marked frame, or the frames ``first`` to ``last``, with its note."""

    first: int
    last: int | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """What the window remembers of one footage."""

    marks: tuple[DraftMark, ...] = ()
    clock: CameraClock | None = None
    begin: int | None = None
    """The in mark."""
    end: int | None = None
    """The out mark."""


def read_draft(home: Path, sha256: str, count: int) -> Draft:
    """What is kept of the footage with this digest, which has ``count`` frames; nothing where it can't be read."""
    try:
        kept = json.loads(_file(home, sha256).read_text("utf-8"))
        return _draft(kept, count) if kept["schema"] == SCHEMA and kept["footage"] == sha256 else Draft()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, FacetError):
        return Draft()


def write_draft(home: Path, sha256: str, draft: Draft) -> None:
    """Keep it, whole or not at all; an empty one is taken away. Raises ``OSError``."""
    file = _file(home, sha256)
    if draft == Draft():
        file.unlink(missing_ok=True)
        return
    kept = {
        "schema": SCHEMA,
        "footage": sha256,
        "marks": [{"first": mark.first, "last": mark.last, "text": mark.text} for mark in draft.marks],
        "clock": None if draft.clock is None else draft.clock.to_json(),
        "source": "" if draft.clock is None else draft.clock.source,
        "in": draft.begin,
        "out": draft.end,
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    owner_only.write_text(new, json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
    new.replace(file)


def _file(home: Path, sha256: str) -> Path:
    return home / FOLDER / f"{sha256}.json"


def _draft(kept: dict[str, Any], count: int) -> Draft:
    def frame(value: object) -> int | None:
        return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < count else None

    marks = []
    for row in kept["marks"][:MOST]:
        first = frame(row["first"])
        if first is not None:
            marks.append(DraftMark(first=first, last=frame(row["last"]), text=str(row["text"])))
    clock = None if kept["clock"] is None else CameraClock.from_json(kept["clock"], str(kept["source"]))
    return Draft(marks=tuple(marks), clock=clock, begin=frame(kept["in"]), end=frame(kept["out"]))
