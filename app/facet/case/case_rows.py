"""What an open case holds: whole lists, pages of them, single rows, and what is looked for."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from facet.case.contents import Contents
from facet.case.database import Database
from facet.case.exhibits import Exhibit
from facet.case.finding import Hit, find
from facet.case.journal import Entry, entries, last_entry
from facet.case.paging import Listed, Page, read_page, read_rows
from facet.case.reading import altered, exists
from facet.case.records import BAD_RECORD
from facet.case.remark_rows import ClockRow, Mark, Remark, Tag
from facet.case.rows import (
    Branch,
    CaseFacts,
    CropRow,
    ExhibitRow,
    FootageRow,
    FrameRow,
    OutputRow,
)
from facet.case.seals import SealRow
from facet.case.show import contents_json
from facet.core.canonical import Json

T = TypeVar("T")


class CaseRows:
    """Rows of an open case, each compared with its own digest before anyone sees it."""

    _database: Database

    @property
    def meta(self) -> CaseFacts:
        """What was stated when the case was made."""
        return self._held(lambda held: held.facts)

    def show(self) -> dict[str, Json]:
        """What the case holds and nothing else, the same for the same case. Raises ``InputError`` if it was altered."""
        with self._database.read() as connection, self._telling_damage():
            return contents_json(connection)

    def head(self) -> dict[str, Json]:
        """Number and digest of the last journal entry: ``{"seq", "sha256"}``. It stands for the whole case."""
        with self._database.read() as connection:
            entry = last_entry(connection)
        if entry is None:
            raise altered("journal")
        return {"seq": entry.seq, "sha256": entry.sha256}

    def journal(self) -> list[Entry]:
        """All entries in order."""
        with self._database.read() as connection:
            return entries(connection)

    def tree(self) -> tuple[Branch, ...]:
        """Footage, and under each exhibit what was taken from it."""
        return self._held(lambda held: held.tree)

    def page(self, kind: str, *, after: int = 0, count: int = 100, of: str | None = None) -> Page[Listed]:
        """``count`` rows after number ``after`` of a long list, in the order they were recorded: ``footage``,
        ``frames``, ``crops``, ``outputs``, ``remarks`` of every kind, or entries of the ``journal``; only frames of the
        footage ``of``, crops of that frame, outputs of that crop, remarks about that exhibit. Raises ``InputError``."""
        with self._database.read() as connection, self._telling_damage():
            return read_page(connection, kind, after=after, count=count, of=of)

    def row(self, exhibit: str) -> ExhibitRow:
        """One exhibit. Raises ``InputError`` where the case does not hold it."""
        return self.rows([exhibit])[0]

    def rows(self, exhibits: Sequence[str]) -> list[ExhibitRow]:
        """These exhibits, in this order. Raises ``InputError`` where the case does not hold one."""
        with self._database.read() as connection, self._telling_damage():
            return read_rows(connection, exhibits)

    def holds(self, exhibit: str) -> bool:
        """Whether the case holds an exhibit of this id. Raises ``InputError`` for what is no id."""
        with self._database.read() as connection:
            return exists(connection, Exhibit.parse(exhibit).table, exhibit)

    def find(self, words: Sequence[str], *, after: int = 0, count: int = 100) -> Page[Hit]:
        """``count`` exhibits after the first ``after`` of those to which every word belongs, in the order of their
        ids: see :mod:`facet.case.finding`. Raises ``InputError`` where nothing is asked for."""
        with self._database.read() as connection, self._telling_damage():
            return find(connection, words, after=after, count=count)

    def footage(self) -> list[FootageRow]:
        """All footage in order of ingest."""
        return self._held(lambda held: held.footage)

    def frames(self) -> list[FrameRow]:
        """All frames in the order they were recorded."""
        return self._held(lambda held: held.frames)

    def crops(self) -> list[CropRow]:
        """All crops in the order they were recorded."""
        return self._held(lambda held: held.crops)

    def outputs(self) -> list[OutputRow]:
        """All outputs in the order they were recorded."""
        return self._held(lambda held: held.outputs)

    def remarks(self) -> list[Remark]:
        """All notes, findings, withdrawals and aliases in the order they were made."""
        return self._held(lambda held: held.remarks)

    def marks(self, footage_id: str | None = None) -> list[Mark]:
        """The marks in all footage, or in one, in the order they were made, those withdrawn among them."""
        return [mark for mark in self._held(lambda held: held.marks) if footage_id in (None, mark.footage)]

    def tags(self) -> list[Tag]:
        """All tags in the order they were given, those withdrawn among them."""
        return self._held(lambda held: held.tags)

    def seals(self) -> list[SealRow]:
        """All seals in the order they were made. What they are worth is not looked at here."""
        return self._held(lambda held: held.seals)

    def clocks(self, footage_id: str | None = None) -> list[ClockRow]:
        """The readings of clocks in pictures, in the order they were recorded, those withdrawn among them."""
        return [clock for clock in self._held(lambda held: held.clocks) if footage_id in (None, clock.footage)]

    def clock(self, footage_id: str) -> ClockRow | None:
        """The reading that holds for some footage: the last that stands. None without any."""
        standing = [clock for clock in self.clocks(footage_id) if clock.withdrawn is None]
        return standing[-1] if standing else None

    def index_decoders(self, footage_id: str) -> list[str]:
        """The builds of the decoders whose index of some footage the case keeps."""
        return [row.decoder for row in self._held(lambda held: held.indexes) if row.footage == footage_id]

    def _held(self, part: Callable[[Contents], T]) -> T:
        with self._database.read() as connection, self._telling_damage():
            return part(Contents(connection))

    @contextlib.contextmanager
    def _telling_damage(self, what: str | None = None) -> Iterator[None]:
        try:
            yield
        except BAD_RECORD as error:
            raise altered(what or self._database.path.name) from error
