"""Reading exhibit ids: which footage, and what an exhibit was taken from."""

from __future__ import annotations


def footage_of(exhibit: str) -> str:
    """``1`` of ``1/F412/C1/E2``."""
    return exhibit.split("/", 1)[0]


def frame_of(exhibit: str) -> str:
    """``1/F412`` of ``1/F412/C1/E2``."""
    return "/".join(exhibit.split("/")[:2])


def lineage(exhibit: str) -> list[str]:
    """The id, then what it was taken from, up to the footage."""
    parts = exhibit.split("/")
    return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
