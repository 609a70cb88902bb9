"""What a verification answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from facet.case.footage_files import FootageCheck
from facet.case.journal import Head
from facet.core.canonical import Json


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that was looked at. ``exhibit`` is an exhibit's id, a remark's (``R1``), a card's digest, or None for
    the case as a whole; ``check`` a word for programs, ``message`` a sentence for people.

    The words: file, schema, foreign-keys, journal, against, case, record, png, picture, cut, receipt, spread, card,
    index, footage. A companion's ``exhibit`` is its id (``1/F412/C1/E3/spread``).
    """

    exhibit: str | None
    check: str
    ok: bool
    message: str

    def to_json(self) -> dict[str, Json]:
        """Every field by name."""
        return {"exhibit": self.exhibit, "check": self.check, "ok": self.ok, "message": self.message}


@dataclass(frozen=True, kw_only=True, slots=True)
class Verification:
    """The answer: ``ok`` if every check is. ``head`` is the last journal entry that can be read, None without any;
    ``footage`` what the files were found to be."""

    ok: bool
    rows: tuple[Check, ...]
    head: Head | None
    footage: tuple[FootageCheck, ...] = ()

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that are not well."""
        return tuple(row for row in self.rows if not row.ok)

    def to_json(self) -> dict[str, Json]:
        """As canonical JSON values."""
        return {
            "ok": self.ok,
            "head": None if self.head is None else self.head.to_json(),
            "rows": [row.to_json() for row in self.rows],
        }


class Findings:
    """Checks as they are made."""

    def __init__(self) -> None:
        self.rows: list[Check] = []

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
        text = (well if trouble is None else trouble).format(**{k: _safe(v) for k, v in (values or {}).items()})
        self.rows.append(
            Check(exhibit=None if exhibit is None else _safe(exhibit), check=check, ok=trouble is None, message=text)
        )
        return trouble is None


def _safe(value: object) -> str:
    """Text of an altered file as it may be shown: no control characters, nothing that is not Unicode, not endless."""
    return "".join(c if c.isprintable() else "\ufffd" for c in str(value)[:200])
