"""Cases as released versions of the program made them."""

from __future__ import annotations

import gzip
from pathlib import Path

FIXTURES = Path(__file__).parent / "case" / "fixtures"


def versions() -> list[str]:
    """Every format of which a case is kept: ``1.0``, ``1.1`` …"""
    return [path.name.removeprefix("format-").removesuffix(".facet.gz") for path in sorted(FIXTURES.glob("*.facet.gz"))]


def released(version: str, path: Path) -> Path:
    """Put the case of that format at ``path``; ``path``."""
    path.write_bytes(gzip.decompress((FIXTURES / f"format-{version}.facet.gz").read_bytes()))
    return path
