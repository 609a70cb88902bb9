"""What a complete set-up writes down, so that the next start knows whether there is anything to do."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from ground.place import Place

NAME = "facet-setup.json"


class Wish(NamedTuple):
    """What the environment should hold. ``offline`` is the folder to install from, None for the network."""

    extras: tuple[str, ...] = ()
    torch_index: str | None = None
    offline: Path | None = None


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    state = hashlib.sha256()
    with path.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            state.update(block)
    return state.hexdigest()


def stamp_of(place: Place, wish: Wish) -> dict[str, Any]:
    """The stamp of a set-up that fulfils the wish."""
    return {
        "root": str(place.root),
        "project": digest(place.project) if place.is_source_tree else None,
        "offline": digest(wish.offline / "manifest.json") if wish.offline else None,
        "extras": sorted(wish.extras),
        "torch_index": wish.torch_index,
    }


def read_stamp(place: Place) -> dict[str, Any]:
    """The stamp of the last complete set-up; empty where there was none."""
    try:
        stamp = json.loads((place.venv / NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def satisfies(stamp: dict[str, Any], wanted: dict[str, Any]) -> bool:
    """Whether an environment with this stamp has all that is wanted; it may have more."""
    return (
        bool(stamp)
        and all(stamp.get(name) == wanted[name] for name in ("root", "project"))
        and wanted["offline"] in (None, stamp.get("offline"))
        and wanted["torch_index"] in (None, stamp.get("torch_index"))
        and set(wanted["extras"]) <= set(stamp.get("extras") or ())
    )


def drop_stamp(place: Place) -> None:
    """From here on the environment is half done."""
    (place.venv / NAME).unlink(missing_ok=True)


def write_stamp(place: Place, stamp: dict[str, Any]) -> None:
    """The last act of a set-up, all or nothing."""
    half = place.venv / f"{NAME}.half"
    half.write_text(json.dumps(stamp, indent=1, sort_keys=True) + "\n", "utf-8")
    half.replace(place.venv / NAME)
