"""The folder that carries Facet to a machine without a network: its manifest, checked before anything is used.

Made by ``packaging/make_offline_folder.py``. ``manifest.json``::

    {"format": "facet.offline/1", "facet": "0.1.0", "python": [3, 11], "platform": "linux-x86_64", "made": "…Z",
     "files": [{"path": "wheels/….whl", "role": "wheel", "size": 1, "sha256": "…"}, …]}

Roles: ``wheel``, ``weights`` (what ``facet models import`` reads), ``sample`` (the demo's clip), ``program``.
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path
from typing import Any, Callable

from ground.programs import say, stop
from ground.stamp import digest

FORMAT = "facet.offline/1"
MANIFEST = "manifest.json"
WHEELS = "wheels"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest, its digests not yet checked."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        if manifest["format"] != FORMAT:
            raise ValueError(manifest["format"])
    except (OSError, ValueError, KeyError, TypeError):
        stop(f"{folder} is no offline folder of Facet's: its {MANIFEST} can't be read. See docs/air-gapped.md.", 2)
    return manifest


def this_platform() -> str:
    """System and processor, as the wheels of one folder share them."""
    return f"{sys.platform}-{platform.machine()}".lower()


def python_of(manifest: dict[str, Any]) -> tuple[int, int]:
    """The Python the folder was made for."""
    major, minor = manifest["python"]
    return int(major), int(minor)


def verify(folder: Path, *, tell: Callable[[str], None] = say) -> dict[str, Any]:
    """The manifest, after every file was found to be what it says, and nothing else among the wheels."""
    manifest = read_manifest(folder)
    here = this_platform()
    if manifest["platform"] != here:
        stop(f"This offline folder was made for {manifest['platform']}; this machine is {here}. Make one for it.")
    tell(f"Checking the offline folder; the digest of its {MANIFEST} is {digest(folder / MANIFEST)}")
    files = manifest["files"]
    for position, entry in enumerate(files, start=1):
        path = folder / entry["path"]
        if not path.is_file():
            stop(f"The offline folder is incomplete: {entry['path']} is missing. Copy the folder again.", 2)
        if path.stat().st_size != entry["size"] or digest(path) != entry["sha256"]:
            stop(f"The offline folder is damaged: {entry['path']} is not what was put in. Copy the folder again.", 2)
        if position % 25 == 0 or position == len(files):
            tell(f"  {position} of {len(files)} files agree")
    listed = {entry["path"] for entry in files}
    for path in sorted((folder / WHEELS).iterdir()):
        if f"{WHEELS}/{path.name}" not in listed:
            stop(f"The offline folder holds a file its manifest doesn't know: {WHEELS}/{path.name}. Remove it.", 2)
    return manifest


def of_role(folder: Path, manifest: dict[str, Any], role: str) -> list[Path]:
    """The files of one role."""
    return [folder / entry["path"] for entry in manifest["files"] if entry["role"] == role]
