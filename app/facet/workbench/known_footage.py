"""Footage that was seen before: in this case by its digest, in the analyst's other cases by a list beside the settings.

The list is kept unless the settings say otherwise, and tells nothing of encrypted cases.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from facet.case import Case
from facet.core import owner_only
from facet.core.canonical import Json
from facet.core.clock import utc_now

FILE = "footage-seen.json"
SCHEMA = "facet.footage-seen/1"
MOST = 50_000
"""Files of footage that the list tells of; the oldest go first."""
LARGEST = 64 << 20
"""Bytes of a list that are read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SeenFootage:
    """Footage in another case: the case's file and number when it was ingested there, and its id in it. ``at`` UTC."""

    case: str
    number: str
    footage: str
    at: str

    def to_json(self) -> dict[str, Json]:
        """Every field by name."""
        return dict(asdict(self))


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownFootage:
    """Where a file was seen before: its id in this case, None where it is new here, and what other cases have it."""

    here: str | None
    elsewhere: tuple[SeenFootage, ...]


def known_footage(case: Case, home: Path, sha256: str, *, others: bool) -> KnownFootage:
    """Where footage of this digest was seen before, in ``others`` too or in this case alone. A list that is damaged is
    taken for an empty one."""
    here = next((row.id for row in case.footage() if row.sha256 == sha256), None)
    elsewhere = [seen for seen in _read(home).get(sha256, ()) if seen.case != str(case.path)] if others else []
    return KnownFootage(here=here, elsewhere=tuple(elsewhere))


def remember_footage(case: Case, home: Path, sha256: str, footage: str) -> None:
    """Note that a case has this footage. Nothing is noted of an encrypted case, nor where the list can't be kept."""
    if case.encrypted:
        return
    known = _read(home)
    before = [seen for seen in known.pop(sha256, ()) if seen.case != str(case.path)]
    mine = SeenFootage(case=str(case.path), number=case.meta.number, footage=footage, at=utc_now())
    known[sha256] = (*before, mine)
    rows = {digest: [asdict(seen) for seen in each] for digest, each in [*known.items()][-MOST:]}
    draft = home / f"{FILE}.new"
    with contextlib.suppress(OSError, UnicodeEncodeError):
        home.mkdir(parents=True, exist_ok=True)
        owner_only.write_text(draft, json.dumps({"schema": SCHEMA, "footage": rows}, ensure_ascii=False) + "\n")
        draft.replace(home / FILE)


def _read(home: Path) -> dict[str, tuple[SeenFootage, ...]]:
    path = home / FILE
    try:
        if path.stat().st_size > LARGEST:
            return {}
        kept: Any = json.loads(path.read_text("utf-8"))
        if kept["schema"] != SCHEMA:
            return {}
        found = {str(sha256): tuple(SeenFootage(**row) for row in rows) for sha256, rows in kept["footage"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}
    plain = all(type(value) is str for rows in found.values() for row in rows for value in asdict(row).values())
    return found if plain else {}
