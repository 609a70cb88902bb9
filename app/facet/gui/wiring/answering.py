"""What verification and repetition answered, in the words of the window."""

from __future__ import annotations

from collections.abc import Sequence

from facet.case import Verification
from facet.core.i18n import N_, _
from facet.workbench import Repetition
from facet.workbench.difference import largest_of
from facet.workbench.repetition import Verdict

VERDICTS = {
    Verdict.EQUAL: N_("equal"),
    Verdict.WITHIN: N_("within tolerance"),
    Verdict.NOT_TRIED: N_("not tried"),
    Verdict.DIFFERENT: N_("DIFFERS"),
}
OK: dict[Verdict, bool | None] = {
    Verdict.EQUAL: True,
    Verdict.WITHIN: True,
    Verdict.NOT_TRIED: None,
    Verdict.DIFFERENT: False,
}
CHECKS = {
    "file": N_("file"),
    "foreign-keys": N_("references"),
    "schema": N_("tables"),
    "journal": N_("journal"),
    "against": N_("kept head"),
    "completeness": N_("completeness"),
    "case": N_("case"),
    "record": N_("record"),
    "png": N_("picture file"),
    "picture": N_("pixels"),
    "cut": N_("cut from its frame"),
    "receipt": N_("receipt"),
    "spread": N_("spread"),
    "card": N_("card"),
    "index": N_("index"),
    "seal": N_("seal"),
    "footage": N_("footage"),
    "bag": N_("package"),
}
"""The words of checks for people; what is not among them is shown as it is."""
BESIDE = ("against", "completeness", "seal")
"""Checks that are about what lies outside the case, or who put a key to it: told under the headline."""
MOST = 6


def check_name(check: str) -> str:
    """What was looked at, in a word for people."""
    return _(CHECKS[check]) if check in CHECKS else check


def told_beside(answer: Verification) -> list[str]:
    """What a reader must know beside whether every digest holds: the first broken place, heads, seals."""
    said = [] if answer.first is None else [answer.first.message]
    if answer.head is not None:
        said.append(_("Journal head {head}").format(head=answer.head))
    beside = [row.message for row in answer.rows if row.check in BESIDE and row is not answer.first]
    left = len(beside) - MOST
    return [*said, *beside[:MOST], *([_("… and {count} more below.").format(count=left)] if left > 0 else [])]


def counted(rows: Sequence[Repetition]) -> str:
    """How many outputs were made again, and how well."""
    if not rows:
        return _("The case holds no outputs.")
    equal = sum(1 for row in rows if row.verdict is Verdict.EQUAL)
    within = sum(1 for row in rows if row.verdict is Verdict.WITHIN)
    said = _("{equal} of {count} outputs were made again, bit for bit.").format(equal=equal, count=len(rows))
    return f"{said} {_('{count} more within the stated tolerance.').format(count=within)}" if within else said


def apart(row: Repetition) -> tuple[str, str]:
    """The largest and the mean difference, levels of 255; a dash where nothing was compared."""
    if row.verdict is Verdict.EQUAL:
        return "0", "0"
    found = largest_of(row.differences) if row.differences else None
    return ("–", "–") if found is None else (str(found[0]), f"{found[1]:.3f}")
