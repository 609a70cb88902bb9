"""Where the files that travel with Facet are: inside the installed package or at the repository root."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def shipped(folder: str) -> Path:
    """The folder ``models`` or ``resources``. Raises ``FileNotFoundError`` where the installation is broken."""
    for place in (PACKAGE / folder, PACKAGE.parent.parent / folder):
        if place.is_dir():
            return place
    raise FileNotFoundError(f"the folder «{folder}» is missing from this installation; install Facet again")
