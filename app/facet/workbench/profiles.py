"""Profiles: who examines, for which agency, under which names and with which key, to be changed in one step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facet.core import owner_only
from facet.core.errors import EnvironmentLacksError, InputError
from facet.workbench.settings import Settings

FILE = "profiles.json"
SCHEMA = "facet.profiles/1"
FIELDS = ("examiner", "agency", "exhibit_names", "language", "seal_key", "time_stamp")
"""The settings that a profile has. The key itself stays in its own file."""
MOST = 200
LONGEST_NAME = 60

Profile = dict[str, str]
"""The text of each of :data:`FIELDS`."""


def profiles(home: Path) -> dict[str, Profile]:
    """All profiles by name. Raises ``InputError`` for a damaged file."""
    path = home / FILE
    try:
        kept: Any = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError):
        raise _damaged(path) from None
    if not isinstance(kept, dict) or kept.get("schema") != SCHEMA or not isinstance(kept.get("profiles"), dict):
        raise _damaged(path)
    found: dict[str, Profile] = {}
    for name, given in kept["profiles"].items():
        if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
            raise _damaged(path)
        found[name] = {field: given.get(field, "") for field in FIELDS}
    return found


def save_profile(home: Path, name: str, settings: Settings, changes: Mapping[str, str]) -> Profile:
    """Keep a profile: the old one of that name, or else these settings, with ``changes``. Raises ``InputError``."""
    name = name.strip()
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise InputError("A profile has a short name, such as «night shift».")
    known = profiles(home)
    if name not in known and len(known) >= MOST:
        raise InputError("There are {count} profiles. Delete one first.", count=len(known))
    said = settings
    for field, text in {**known.get(name, {}), **changes}.items():
        said = said.changed(field, text)
    known[name] = {field: str(getattr(said, field)) for field in FIELDS}
    _keep(home, known)
    return known[name]


def use_profile(home: Path, name: str, settings: Settings) -> Settings:
    """The settings with a profile's in place of their own, saved. Raises ``InputError``."""
    profile = _found(profiles(home), name)
    changed = settings
    for field in FIELDS:
        changed = changed.changed(field, profile[field])
    changed.save(home)
    return changed


def in_use(profile: Profile, settings: Settings) -> bool:
    """Whether the settings are those of a profile."""
    return all(getattr(settings, field) == profile[field] for field in FIELDS)


def delete_profile(home: Path, name: str) -> None:
    """Forget a profile; settings taken from it stay. Raises ``InputError``."""
    known = profiles(home)
    _found(known, name)
    del known[name]
    _keep(home, known)


def _found(known: Mapping[str, Profile], name: str) -> Profile:
    if name not in known:
        raise InputError(
            "There is no profile «{name}». There are: {known}. Make one with facet profile save.",
            name=name, known=", ".join(known) or "–",
        )  # fmt: skip
    return known[name]


def _keep(home: Path, known: Mapping[str, Profile]) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f"{FILE}.new"
        kept = {"schema": SCHEMA, "profiles": known}
        owner_only.write_text(draft, json.dumps(kept, ensure_ascii=False, indent=2) + "\n")
        draft.replace(home / FILE)
    except OSError as error:
        raise EnvironmentLacksError(
            "The profiles can't be saved in {folder}: {reason}. Check the folder and its disk.",
            folder=str(home), reason=error.strerror or "?",
        ) from error  # fmt: skip


def _damaged(path: Path) -> InputError:
    return InputError("{path} is damaged. Mend or delete it; there are then no profiles.", path=str(path))
