"""Seals: whose key signed the journal up to which entry."""

from __future__ import annotations

import base64
import re
from typing import Any

from facet.export.standalone.canonical import sha256_of, spell
from facet.export.standalone.chain import Chain
from facet.export.standalone.edwards import signed_by
from facet.export.standalone.findings import N_, Findings
from facet.export.standalone.rows import UNREADABLE, Rows

STATEMENT = "facet.seal-statement/1"
KEY_PREFIX = bytes.fromhex("302a300506032b6570032100")
"""What comes before the 32 bytes of an Ed25519 key in a PEM file."""


def examine_seals(chain: Chain, rows: Rows, key: str, findings: Findings) -> None:
    """Tell every seal, and what no seal covers. ``key`` (hex, or empty) is the one that seals must be made with."""
    facts = next(iter(rows.records["case_facts"].values()), {})
    covered = 0
    for name, record in rows.records["seals"].items():
        try:
            seq = _examine(name, record, str(facts.get("identity")), chain, findings, key=key)
        except UNREADABLE:
            findings.bad(name, "seal", N_("The seal {place} has been altered."), place=name)
        else:
            covered = max(covered, seq)
    if not covered:
        findings.well("", "seal", N_("The case bears no seal that could be checked here."))
        if key:
            findings.bad("", "seal", N_("No seal of the case is made with the key {key}."), key=key)
        return
    since = [seq for seq in chain.heads if seq > covered and chain.actions.get(seq) != "seal"]
    if since:
        template = N_("{count} journal entries, from {first} on, were made since the last seal and bear none.")
        findings.well("", "seal", template, count=len(since), first=min(since))


def read_key(text: str) -> str:
    """A key by 64 hex digits, itself or its fingerprint, or from the text of a PEM file. Raises ``ValueError``."""
    stripped = text.strip()
    if re.fullmatch("[0-9a-fA-F]{64}", stripped):
        return stripped.lower()
    body = re.search(r"-----BEGIN PUBLIC KEY-----(.*?)-----END PUBLIC KEY-----", stripped, re.DOTALL)
    raw = base64.b64decode("".join(body.group(1).split())) if body else b""
    if not raw.startswith(KEY_PREFIX) or len(raw) != len(KEY_PREFIX) + 32:
        raise ValueError("no Ed25519 key")
    return raw[len(KEY_PREFIX) :].hex()


def _examine(name: str, record: dict[str, Any], identity: str, chain: Chain, findings: Findings, *, key: str) -> int:
    """The entry up to which the seal holds, 0 where it does not."""
    public, head = bytes.fromhex(record["public_key"]), record["head"]
    said = {"place": name, "seq": head["seq"], "examiner": record["examiner"], "at": record["at"],
            "fingerprint": record["fingerprint"]}  # fmt: skip
    if record["fingerprint"] != sha256_of(public) or chain.heads.get(head["seq"]) != head["sha256"]:
        findings.bad(name, "seal", N_("The seal {place} is not of this journal."), **said)
        return 0
    if record["algorithm"] != "Ed25519":
        template = N_("The seal {place} up to entry {seq} is made with {algorithm}, which only Facet itself checks.")
        findings.well(name, "seal", template, algorithm=record["algorithm"], **said)
        return 0
    statement = {"schema": STATEMENT, "case": identity, "head": head,
                 **{field: record[field] for field in ("at", "examiner", "purpose")}}  # fmt: skip
    if not signed_by(public, spell(statement), bytes.fromhex(record["signature"])):
        findings.bad(name, "seal", N_("The seal {place} is false: its signature does not hold."), **said)
        return 0
    if key and key not in (public.hex(), record["fingerprint"]):
        findings.bad(name, "seal", N_("The seal {place} is made with another key: {fingerprint}."), **said)
        return 0
    template = N_("Sealed up to entry {seq} by {examiner} at {at} with the key {fingerprint}; no time stamp.")
    if record["time_stamp"] is not None:
        template = N_("Sealed up to entry {seq} by {examiner} at {at} with the key {fingerprint}; its time stamp was "
                      "not checked.")  # fmt: skip
    findings.well(name, "seal", template, **said)
    return int(head["seq"])
