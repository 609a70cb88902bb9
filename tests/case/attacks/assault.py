"""One attack after another on copies of one case, each made again from a seed and a number, and what came of each."""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from case.attacks import on_cells, on_journal, on_pages, on_schema, on_story
from case.attacks.attacked_case import KEY, Attacked
from case.attacks.seeing import plain, printed, same, seen
from facet.case import Case, Verification
from facet.core.errors import FacetError
from facet.workbench.sealing import Trusted
from facet.workbench.witnesses import verified

Attack = Callable[[Path, random.Random, Attacked], str]


class Shown(StrEnum):
    """By what an attack that changes what a reader sees has to be found."""

    ITSELF = "the case itself"
    KEY = "its seals, with the examiner's public key"
    HEAD = "a head kept elsewhere"
    UNSEALED = "what verify says is not sealed"


KINDS: dict[Attack, Shown] = {
    on_pages.bits_anywhere: Shown.ITSELF,
    on_pages.bits_in_used_pages: Shown.ITSELF,
    on_pages.a_bit_in_what_is_kept: Shown.ITSELF,
    on_pages.bits_in_headers: Shown.ITSELF,
    on_pages.overwritten_run: Shown.ITSELF,
    on_pages.page_of_zeros: Shown.ITSELF,
    on_pages.pages_swapped: Shown.ITSELF,
    on_pages.page_over_another: Shown.ITSELF,
    on_pages.older_page: Shown.ITSELF,
    on_pages.cut_file: Shown.ITSELF,
    on_pages.grown_file: Shown.ITSELF,
    on_pages.forged_undo_log: Shown.ITSELF,
    on_pages.older_copy_by_undo_log: Shown.HEAD,
    on_cells.edited_cell: Shown.ITSELF,
    on_cells.cell_of_another_row: Shown.ITSELF,
    on_cells.cell_of_another_kind: Shown.ITSELF,
    on_cells.deleted_rows: Shown.ITSELF,
    on_cells.reordered_rows: Shown.ITSELF,
    on_cells.renumbered_row: Shown.ITSELF,
    on_cells.swapped_contents: Shown.ITSELF,
    on_cells.swapped_ids: Shown.ITSELF,
    on_cells.inserted_row: Shown.ITSELF,
    on_cells.replaced_through_the_guards: Shown.ITSELF,
    on_cells.replaced_without_the_guards: Shown.ITSELF,
    on_journal.cut_journal: Shown.ITSELF,
    on_journal.joined_journal: Shown.ITSELF,
    on_journal.journal_of_another_case: Shown.ITSELF,
    on_journal.moved_entries: Shown.ITSELF,
    on_journal.taken_out_entry: Shown.ITSELF,
    on_journal.slipped_in_entry: Shown.ITSELF,
    on_journal.rewritten_entry: Shown.ITSELF,
    on_journal.respelt_entry: Shown.ITSELF,
    on_schema.dropped_guard: Shown.ITSELF,
    on_schema.toothless_guard: Shown.ITSELF,
    on_schema.foreign_object: Shown.ITSELF,
    on_schema.respelt_schema: Shown.ITSELF,
    on_schema.swapped_roots: Shown.ITSELF,
    on_schema.another_version: Shown.ITSELF,
    on_schema.packed_anew: Shown.ITSELF,
    on_schema.emptied_table: Shown.ITSELF,
    on_story.digests_fitted: Shown.ITSELF,
    on_story.entry_fitted: Shown.ITSELF,
    on_story.chain_recomputed: Shown.KEY,
    on_story.recast_chain: Shown.KEY,
    on_story.seals_of_a_stranger: Shown.KEY,
    on_story.added_by_a_stranger: Shown.UNSEALED,
    on_story.older_copy: Shown.HEAD,
    on_story.last_entries_and_their_rows: Shown.HEAD,
}


class Outcome(StrEnum):
    """What came of an attack."""

    REFUSED = "changed, and refused when opened"
    FOUND = "changed, and found by verify"
    BY_KEY = "changed, and found by the seals with the key"
    BY_HEAD = "changed, and found only against the head"
    UNSEALED = "added to, and told to be not sealed"
    TOLD = "nothing changed, told nevertheless"
    SAME = "nothing changed"
    BARRED = "barred by the guards"
    MISSED = "CHANGED AND NOT FOUND"
    FAULT = "FAULT"


BAD = (Outcome.MISSED, Outcome.FAULT)


@dataclass(frozen=True, kw_only=True)
class Result:
    """``what`` was done by which ``kind`` of attack; ``said`` is what was answered first."""

    number: int
    kind: str
    what: str
    outcome: Outcome
    said: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.number} {self.kind} ({self.what}): {self.outcome}; {self.said}"


class Assault:
    """Attacks on copies of ``of.case``, made beside it so that the footage is found."""

    def __init__(self, of: Attacked, seed: int) -> None:
        self.of = of
        self.seed = seed
        self.truth = seen(of.case)
        self.print = printed(of.case)

    def run(self, numbers: Iterable[int]) -> list[Result]:
        """The results of these attacks in order."""
        return [self.one(number) for number in numbers]

    def one(self, number: int) -> Result:
        """Make attack ``number`` of the seed and see what comes of it."""
        attack, shown = list(KINDS.items())[number % len(KINDS)]
        chance = random.Random(f"{self.seed}/{number}")
        path = self.of.case.with_name(f"attacked-{number}.facet")
        shutil.copyfile(self.of.case, path)
        begun = time.monotonic()
        barred = False
        try:
            try:
                what = attack(path, chance, self.of)
            except sqlite3.IntegrityError as error:
                what, barred = str(error), True
            outcome, said = self._outcome(path, shown, barred)
        except Exception as error:  # noqa: BLE001  # whatever comes out is the finding
            what, outcome, said = "?", Outcome.FAULT, f"{type(error).__name__}: {error}"
        finally:
            for left in path.parent.glob(f"{path.name}*"):
                left.unlink()
        return Result(
            number=number, kind=attack.__name__, what=what, outcome=outcome, said=said,
            seconds=time.monotonic() - begun,
        )  # fmt: skip

    def _outcome(self, path: Path, shown: Shown, barred: bool) -> tuple[Outcome, str]:
        unchanged = same(path, self.truth)
        try:
            answer = _verified(path)
        except FacetError as error:
            return (Outcome.TOLD if unchanged else Outcome.REFUSED), plain(error)
        assert all(row.message.isprintable() for row in answer.rows)
        if not answer.ok:
            return (Outcome.TOLD if unchanged else Outcome.FOUND), answer.failed[0].message
        if unchanged and printed(path) == self.print:
            return (Outcome.BARRED if barred else Outcome.SAME), ""
        if shown is Shown.ITSELF:
            return Outcome.MISSED, ""
        if not (sealed := _verified(path, Trusted(keys=(KEY.fingerprint,)))).ok:
            return Outcome.BY_KEY, sealed.failed[0].message
        told = sealed.rows[-1].message
        if shown is Shown.UNSEALED and told.startswith("Not sealed since"):
            return Outcome.UNSEALED, told
        if shown is Shown.HEAD and not (held := _verified(path, against=self.of.head)).ok:
            return Outcome.BY_HEAD, held.failed[0].message
        return Outcome.MISSED, told


def table(results: Iterable[Result]) -> str:
    """The counts by outcome."""
    counted = Counter(result.outcome for result in results)
    return "\n".join(f"  {counted[outcome]:5}  {outcome}" for outcome in Outcome)


def table_by_kind(results: Iterable[Result]) -> str:
    """A Markdown table: a row for each kind of attack, a column for each outcome."""
    counted: Counter[tuple[str, Outcome]] = Counter((result.kind, result.outcome) for result in results)
    rows = [f"| attack | {' | '.join(Outcome)} |", "|---" * (len(Outcome) + 1) + "|"]
    for attack in KINDS:
        name = attack.__name__
        rows.append(f"| {name.replace('_', ' ')} | {' | '.join(str(counted[name, each]) for each in Outcome)} |")
    return "\n".join(rows)


def _verified(path: Path, trusted: Trusted | None = None, *, against: str | None = None) -> Verification:
    """What ``facet verify`` answers."""
    with Case.open(path, suspect=True) as case:
        return verified(case, against=against, trusted=trusted)
