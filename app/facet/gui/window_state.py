"""What was open in the window, kept beside the settings so that it can be put back. It is no evidence, and holds none:
where case and footage lie, which frame and box were seen, which backends were ticked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from facet.core import owner_only

FILE = "window.json"
SCHEMA = "facet.window/1"
LARGEST = 1 << 20
"""Bytes of such a file that are read."""
MOST_BACKENDS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class WindowState:
    """Paths are absolute; ``box`` is x, y, w, h in source pixels; ``ticked`` has the parameters by backend. ``closed``
    tells whether the window was closed, or ended without a farewell."""

    case: str = ""
    footage: str = ""
    frame: int = 0
    box: tuple[int, int, int, int] | None = None
    ticked: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    seed: int = 0
    closed: bool = False

    @property
    def empty(self) -> bool:
        """Whether there is nothing to put back."""
        return not self.case and not self.footage

    @property
    def names(self) -> str:
        """Case and footage by their names."""
        return ", ".join(Path(path).name for path in (self.case, self.footage) if path)


def read_state(home: Path) -> WindowState:
    """What is kept; an empty state where nothing is, or where it can't be read."""
    try:
        with (home / FILE).open("rb") as stream:
            kept = json.loads(stream.read(LARGEST))
        return _state(kept) if kept["schema"] == SCHEMA else WindowState()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return WindowState()


def write_state(home: Path, state: WindowState) -> None:
    """Keep it, whole or not at all. Raises ``OSError``."""
    home.mkdir(parents=True, exist_ok=True)
    draft = home / f"{FILE}.new"
    owner_only.write_text(draft, json.dumps({"schema": SCHEMA, **asdict(state)}, ensure_ascii=False, indent=2) + "\n")
    draft.replace(home / FILE)


def _state(kept: dict[str, Any]) -> WindowState:
    box, ticked = kept["box"], list(kept["ticked"].items())[:MOST_BACKENDS]
    if box is not None and (len(box) != 4 or not all(type(value) is int for value in box)):
        raise ValueError("no box")
    return WindowState(
        case=str(kept["case"]),
        footage=str(kept["footage"]),
        frame=max(0, int(kept["frame"])),
        box=None if box is None else tuple(box),
        ticked={str(name): {str(key): str(value) for key, value in given.items()} for name, given in ticked},
        seed=max(0, int(kept["seed"])),
        closed=kept["closed"] is True,
    )
