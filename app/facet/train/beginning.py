"""What a training began with, written once, when it began: the start may be trained further, and be another, later."""

from __future__ import annotations

from pathlib import Path

NAME = "start.sha256"


def write_beginning(work: Path, start_sha256: str) -> None:
    """Keep the digest of the start's weights (empty for random values), unless one is kept already."""
    path = work / NAME
    if not path.exists():
        path.write_text(f"{start_sha256}\n", "ascii")


def beginning(work: Path) -> str:
    """What :func:`write_beginning` kept. Raises ``OSError``."""
    return (work / NAME).read_text("ascii").strip()
