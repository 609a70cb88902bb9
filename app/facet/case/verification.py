"""What a verification answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from facet.case.footage_files import FootageCheck
from facet.case.journal import Head
from facet.case.seals import SealRow
from facet.core.canonical import Json
from facet.core.shown import as_shown

LONGEST = 200
"""Characters of one value out of an altered file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that was looked at. ``exhibit`` is an exhibit's id, a remark's (``R1``), a card's digest, or None for
    the case as a whole; ``check`` a word for programs, ``message`` a sentence for people.

    The words: file, schema, foreign-keys, journal, against, case, record, png, picture, cut, receipt, spread, card,
    index, seal, footage. A companion's ``exhibit`` is its id (``1/F412/C1/E3/spread``). ``entry`` is the number of the
    journal entry that is itself looked at, or that recorded what is; None for the case as a whole.
    """

    exhibit: str | None
    check: str
    ok: bool
    message: str
    entry: int | None = None

    def to_json(self) -> dict[str, Json]:
        """Every field by name."""
        return {
            "exhibit": self.exhibit, "check": self.check, "ok": self.ok, "message": self.message, "entry": self.entry,
        }  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """The answer: ``ok`` if every check is. ``head`` is the last journal entry that can be read, None without any;
    ``footage`` what the files were found to be; ``seals`` those whose records are as the journal has them, their
    signatures not looked at; ``identity`` of the case, None where its record can't be relied on."""

    ok: bool
    rows: tuple[Check, ...]
    head: Head | None
    footage: tuple[FootageCheck, ...] = ()
    seals: tuple[SealRow, ...] = ()
    identity: str | None = None

    @property
    def first(self) -> Check | None:
        """The first broken place: the file as a whole, else what was recorded earliest. None where all is well."""
        return min(self.failed, key=lambda row: row.entry or 0, default=None)

    def with_rows(self, *rows: Check) -> Verification:
        """The same answer, and further checks."""
        return replace(self, ok=self.ok and all(row.ok for row in rows), rows=(*self.rows, *rows))

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that are not well."""
        return tuple(row for row in self.rows if not row.ok)

    def to_json(self) -> dict[str, Json]:
        """As canonical JSON values."""
        return {
            "ok": self.ok,
            "first": None if self.first is None else self.first.to_json(),
            "head": None if self.head is None else self.head.to_json(),
            "rows": [row.to_json() for row in self.rows],
            "seals": [seal.to_json() for seal in self.seals],
        }


class Findings:
    """Checks as they are made."""

    def __init__(self) -> None:
        self.rows: list[Check] = []
        self.recorded: dict[str, int] = {}
        """By what entry of the journal each row was recorded; set once the journal is read."""

    def add(
        self,
        exhibit: str | None,
        check: str,
        trouble: str | None,
        well: str,
        values: Mapping[str, object] | None = None,
    ) -> bool:
        """Note a check: ``trouble`` says what is wrong, ``well`` what is right when it is None. Both are templates for
        ``values``, already in the reader's language. Returns whether it is well."""
        told = {name: as_shown(value, LONGEST) for name, value in (values or {}).items()}
        text = (well if trouble is None else trouble).format(**told)
        seq = self.recorded.get(exhibit) if exhibit is not None else (values or {}).get("seq")
        self.rows.append(
            Check(
                exhibit=None if exhibit is None else as_shown(exhibit, LONGEST),
                check=check,
                ok=trouble is None,
                message=text,
                entry=seq if isinstance(seq, int) else None,
            )
        )
        return trouble is None
