"""A whole case but for its pixels, each part read when it is asked for."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from sqlalchemy import Connection

from facet.case import rows
from facet.case.assembling import exhibit_rows
from facet.case.journal import Entry, entries
from facet.case.reading import keeps, read_one, read_records
from facet.case.records import CASE_ID
from facet.case.remark_rows import ClockRow, Mark, Remark, Tag
from facet.case.said import Said
from facet.case.seals import SealRow, seal_row


class Contents:
    """One consistent reading, within a transaction of ``connection``.

    Every part raises ``InputError`` at the first row that is not what its digest says, and one of
    :data:`~facet.case.records.BAD_RECORD` at a record that is none.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def journal(self) -> list[Entry]:
        """All entries, each following from the one before."""
        return entries(self._connection)

    @cached_property
    def facts(self) -> rows.CaseFacts:
        """What was stated when the case was made."""
        return rows.case_facts(read_one(self._connection, "case_facts", CASE_ID))

    @cached_property
    def said(self) -> Said:
        """All remarks."""
        return Said(record for _, record in read_records(self._connection, "remarks"))

    @property
    def remarks(self) -> list[Remark]:
        """Notes, findings, withdrawals and aliases."""
        return self.said.remarks

    @property
    def marks(self) -> list[Mark]:
        """Marks in footage."""
        return self.said.marks

    @property
    def clocks(self) -> list[ClockRow]:
        """Readings of clocks in pictures."""
        return self.said.clocks

    @property
    def tags(self) -> list[Tag]:
        """Tags."""
        return self.said.tags

    @cached_property
    def footage(self) -> list[rows.FootageRow]:
        """All footage, where it was last told to be."""
        return cast(list[rows.FootageRow], self._exhibits("footage"))

    @cached_property
    def frames(self) -> list[rows.FrameRow]:
        """All frames."""
        return cast(list[rows.FrameRow], self._exhibits("frames"))

    @cached_property
    def crops(self) -> list[rows.CropRow]:
        """All crops."""
        return cast(list[rows.CropRow], self._exhibits("crops"))

    @cached_property
    def outputs(self) -> list[rows.OutputRow]:
        """All outputs with their companions."""
        return cast(list[rows.OutputRow], self._exhibits("outputs"))

    @cached_property
    def indexes(self) -> list[rows.IndexRow]:
        """All stored indexes."""
        return [rows.index_row(record, sha256) for sha256, record in self._kept("indexes")]

    @cached_property
    def seals(self) -> list[SealRow]:
        """All seals."""
        return [seal_row(record, sha256) for sha256, record in self._kept("seals")]

    @property
    def tree(self) -> tuple[rows.Branch, ...]:
        """Everything under what it was taken from."""
        return rows.tree(self.footage, self.frames, self.crops, self.outputs)

    def _exhibits(self, table: str) -> list[rows.ExhibitRow]:
        return exhibit_rows(self._connection, table, list(read_records(self._connection, table)), self.said)

    def _kept(self, table: str) -> list[tuple[str, dict[str, Any]]]:
        return list(read_records(self._connection, table)) if keeps(self._connection, table) else []
