"""Reading exhibit ids and trees: which footage, which frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from facet.case import Branch, ExhibitRow, FrameRow


def all_rows(branches: Sequence[Branch]) -> Iterator[ExhibitRow]:
    """Every exhibit of a tree, each before what was taken from it."""
    for branch in branches:
        yield branch.row
        yield from all_rows(branch.branches)


def footage_of(exhibit: str) -> str:
    """``1`` of ``1/F412/C1/E2``."""
    return exhibit.split("/", 1)[0]


def index_of(branches: Sequence[Branch], exhibit: str) -> int | None:
    """The index of the frame an exhibit is or was taken from; None for footage."""
    parts = exhibit.split("/")
    frame = "/".join(parts[:2])
    rows = (row for row in all_rows(branches) if isinstance(row, FrameRow) and row.id == frame)
    found = next(rows, None)
    return None if found is None else found.index


def recorded_indices(branches: Sequence[Branch], sha256: str) -> list[int]:
    """Indices of the frames that the case holds of the footage with this digest."""
    return [
        twig.row.index
        for branch in branches
        if getattr(branch.row, "sha256", None) == sha256
        for twig in branch.branches
        if isinstance(twig.row, FrameRow)
    ]
