"""What a case holds, read in pages: a small case whole, of a large one the beginning and what was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from facet.case import Case, CropRow, ExhibitRow, FootageRow, FrameRow
from facet.case.finding import Hit
from facet.gui.exhibits import lineage

PAGE = 100
"""Rows that are read at once under one exhibit."""
MOST_FOOTAGE = 1000
MOST_FRAMES = 100_000
"""Of some footage, marked on the timeline."""
AT_FIRST = 400
"""Rows under which exhibits are unfolded of themselves."""
_UNDER = {FootageRow: "frames", FrameRow: "crops", CropRow: "outputs"}


@dataclass(kw_only=True, slots=True)
class Twig:
    """An exhibit, and of the ``total`` taken from it those that were read. ``total`` is None where nobody looked."""

    row: ExhibitRow
    twigs: list[Twig] = field(default_factory=list)
    total: int | None = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """The footage with everything under it that was read."""

    twigs: tuple[Twig, ...] = ()

    @property
    def footage(self) -> list[FootageRow]:
        """All footage."""
        return [twig.row for twig in self.twigs if isinstance(twig.row, FootageRow)]

    def rows(self) -> Iterator[ExhibitRow]:
        """Every exhibit that was read, each before what was taken from it."""
        return (twig.row for twig in _all(self.twigs))


def read_listing(case: Case, wanted: Mapping[str, int], reveal: str | None = None) -> Listing:
    """Read it. ``wanted`` says how many rows are wanted under exhibits that somebody unfolded; ``reveal`` is among
    what is read wherever it stands. For the case's own lane."""
    made = _Reading(case, wanted)
    twigs = [made.twig(row) for row in made.page("footage", None, MOST_FOOTAGE)[0]]
    listing = Listing(twigs=tuple(twigs))
    if reveal is not None and case.holds(reveal):
        made.reveal(listing, reveal)
    return listing


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Exhibits that were searched for: the first of ``total``, and the words they were found by."""

    words: str
    hits: tuple[Hit, ...]
    total: int


def recorded_indices(case: Case, sha256: str) -> list[int]:
    """The indices of all frames that the case holds of the footage with this digest. For the case's own lane."""
    reading = _Reading(case, {})
    footage = [row.id for row in reading.page("footage", None, MOST_FOOTAGE)[0] if _is_of(row, sha256)]
    frames = (row for each in footage for row in reading.page("frames", each, MOST_FRAMES)[0])
    return [row.index for row in frames if isinstance(row, FrameRow)]


def _is_of(row: ExhibitRow, sha256: str) -> bool:
    return isinstance(row, FootageRow) and row.sha256 == sha256


class _Reading:
    def __init__(self, case: Case, wanted: Mapping[str, int]) -> None:
        self._case, self._wanted, self._left = case, wanted, AT_FIRST

    def page(self, kind: str, of: str | None, count: int) -> tuple[list[ExhibitRow], int]:
        """``count`` rows from the first on, and how many there are."""
        rows: list[ExhibitRow] = []
        after: int | None = 0
        total = 0
        while after is not None and len(rows) < count:
            page = self._case.page(kind, after=after, count=min(MOST_FOOTAGE, count - len(rows)), of=of)
            rows += [row for row in page.rows if isinstance(row, ExhibitRow)]
            after, total = page.after, page.total
        self._left -= len(rows)
        return rows, total

    def twig(self, row: ExhibitRow) -> Twig:
        """An exhibit with what was taken from it, where that is wanted or there is room."""
        kind = _UNDER.get(type(row))
        if kind is None:
            return Twig(row=row)
        count = self._wanted.get(row.id, PAGE if self._left > 0 else 0)
        if not count:
            return Twig(row=row, total=None)
        rows, total = self.page(kind, row.id, count)
        return Twig(row=row, twigs=[self.twig(each) for each in rows], total=total)

    def reveal(self, listing: Listing, exhibit: str) -> None:
        """Add it, and what it was taken from, where the pages that were read end before it."""
        known = {twig.row.id: twig for twig in _all(listing.twigs)}
        above: Twig | None = None
        for each in reversed(lineage(exhibit)):
            if each not in known and above is not None:
                known[each] = self.twig(self._case.row(each))
                above.twigs.append(known[each])
                if above.total is None:
                    above.total = self.page(_UNDER[type(above.row)], above.row.id, 1)[1]
            above = known.get(each)


def _all(twigs: tuple[Twig, ...] | list[Twig]) -> Iterator[Twig]:
    for twig in twigs:
        yield twig
        yield from _all(twig.twigs)
