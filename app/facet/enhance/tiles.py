"""How a picture too large for one pass is cut: plain geometry.

Every tile is read with ``overlap`` pixels of its neighbours on each inner side; what the network makes of them is
thrown away. So each output pixel comes from exactly one pass, nothing is blended, and where the overlap is at least
the network's reach the result equals that of one pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from facet.core.errors import InputError

LEAST_CORE = 8
"""Pixels a tile must contribute along each side, or the work never ends."""


@dataclass(frozen=True, slots=True)
class Span:
    """Along one side: pixels ``read`` (start, stop), of which ``keep`` (start, stop) end up in the result."""

    read: tuple[int, int]
    keep: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tile:
    """A rectangle of the picture, as two spans."""

    rows: Span
    columns: Span


def tiles(height: int, width: int, tile: int | None, overlap: int) -> list[Tile]:
    """Tiles in reading order; one that is the whole picture when it fits ``tile`` pixels a side, or none is given.

    The ``keep`` parts cover the picture once. No side that is read exceeds ``tile``. Raises ``InputError`` when
    ``overlap`` leaves a tile less than ``LEAST_CORE`` pixels of its own.
    """
    if overlap < 0 or (tile is not None and tile < 2 * overlap + LEAST_CORE):
        raise InputError(
            "Tiles of {tile} pixels with an overlap of {overlap} can't work. "
            "The tile needs at least {core} pixels more than twice the overlap.",
            tile=tile if tile is not None else "–", overlap=overlap, core=LEAST_CORE,
        )  # fmt: skip
    return [
        Tile(rows, columns)
        for rows in _spans(height, tile, overlap)
        for columns in _spans(width, tile, overlap)
    ]  # fmt: skip


def _spans(length: int, tile: int | None, overlap: int) -> Iterator[Span]:
    if tile is None or length <= tile:
        yield Span((0, length), (0, length))
        return
    start = 0
    while start < length:
        left = max(0, start - overlap)
        right = min(length, left + tile)
        stop = length if right == length else right - overlap
        if right == length:
            left = length - tile  # a full tile at the end too: no sliver
        yield Span((left, right), (start, stop))
        start = stop
