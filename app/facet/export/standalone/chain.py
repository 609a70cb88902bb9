"""The journal: every entry follows from the one before it, and names what was recorded with it."""

from __future__ import annotations

from typing import Any, NamedTuple

from facet.export.standalone.canonical import read_object, sha256_of
from facet.export.standalone.casefile import CaseFile
from facet.export.standalone.findings import N_, Findings

ENTRY_FIELDS = {"schema", "seq", "previous", "at", "examiner", "action", "exhibit", "rows", "digests", "details"}
JOURNALS = {"facet.journal/1": ENTRY_FIELDS, "facet.journal/2": ENTRY_FIELDS | {"local"}}


class Named(NamedTuple):
    """A row that an entry vouches for, with the digests it gives, and that entry's moment and examiner."""

    id: str
    digests: dict[str, str]
    at: str
    examiner: str
    entry: int


class Chain:
    """What the journal says: ``heads`` the digest of each entry's bytes by its number; ``named`` by table what was
    recorded, in order; ``reports`` the digests of reports; ``sealed`` by number the action of each entry."""

    def __init__(self) -> None:
        self.heads: dict[int, str] = {}
        self.named: dict[str, list[Named]] = {}
        self.reports: set[str] = set()
        self.actions: dict[int, str] = {}

    @property
    def head(self) -> str:
        """Number and digest of the last entry: ``12:9f86d0…``; empty without any."""
        return f"{max(self.heads)}:{self.heads[max(self.heads)]}" if self.heads else ""


def examine_chain(case: CaseFile, findings: Findings) -> Chain:
    """Walk the whole journal. Each entry that is not well is told."""
    chain = Chain()
    before: str | None = None
    wanted = 1
    for seq, sha256, content in case.rows("journal", "sha256", "entry"):
        if seq != wanted:
            findings.bad("", "journal", N_("Journal entry {seq} is missing."), seq=wanted)
        wanted = seq + 1
        digest = sha256_of(content) if isinstance(content, bytes) else ""
        try:
            entry = _entry(content)
            trouble = _trouble(entry, seq, sha256 == digest, before)
        except (KeyError, TypeError, ValueError):
            trouble = N_("Journal entry {seq} has been altered: it is not a journal entry.")
        else:
            _take(chain, entry)
        if trouble is not None:
            findings.bad("", "journal", trouble, seq=seq)
        chain.heads[seq] = before = digest
    if not chain.heads:
        findings.bad("", "journal", N_("The journal is empty or can't be read."))
    elif not findings.failed:
        findings.well("", "journal", N_("All {count} journal entries follow from one another."), count=len(chain.heads))
    return chain


def examine_head(chain: Chain, wanted: str, findings: Findings) -> None:
    """Say whether the journal holds a head that was kept elsewhere: ``12:9f86d0…``, or the digest alone."""
    seq, _, digest = wanted.strip().lower().rpartition(":")
    there = [number for number, sha256 in chain.heads.items() if sha256 == digest and seq in ("", str(number))]
    if there:
        findings.well("", "against", N_("The journal still holds the head {head}."), head=wanted)
    else:
        findings.bad(
            "", "against", N_("The journal does not hold the head {head}: entries were changed or removed since."),
            head=wanted,
        )  # fmt: skip


def _entry(content: Any) -> dict[str, Any]:
    entry = read_object(content)
    if set(entry) != JOURNALS[entry["schema"]] or not isinstance(entry["rows"], list):
        raise ValueError("not the fields of an entry")
    return entry


def _trouble(entry: dict[str, Any], seq: int, own_digest: bool, before: str | None) -> str | None:
    if not own_digest:
        return N_("Journal entry {seq} has been altered: its digest differs.")
    if entry["seq"] != seq:
        return N_("Journal entry {seq} has been altered: it calls itself another.")
    if entry["previous"] != before:
        return N_("Journal entry {seq} does not follow from the one before it.")
    return None


def _take(chain: Chain, entry: dict[str, Any]) -> None:
    chain.actions[entry["seq"]] = entry["action"]
    for row in entry["rows"]:
        named = Named(row["id"], dict(row["digests"]), entry["at"], entry["examiner"], entry["seq"])
        chain.named.setdefault(row["table"], []).append(named)
    if entry["action"] == "report":
        chain.reports.add(str(entry["digests"].get("report_sha256")))
