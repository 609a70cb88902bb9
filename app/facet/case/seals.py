"""Seals as the case keeps them: who put a key to which entry of the journal, and when."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from facet.core.canonical import Json
from facet.core.seal import PURPOSES, SealStatement, Signature, TimeStamp, is_digest


@dataclass(frozen=True, kw_only=True, slots=True)
class SealRow:
    """A seal over everything up to entry ``head_seq`` of the journal, whose bytes have the digest ``head_sha256``.
    ``at`` UTC and ``examiner`` as the seal says; ``purpose`` ``moment`` or ``report``; ``time_stamp`` None where no
    authority was asked or none answered."""

    id: str
    at: str
    examiner: str
    head_seq: int
    head_sha256: str
    purpose: str
    signature: Signature = field(repr=False)
    time_stamp: TimeStamp | None = field(repr=False)
    record_sha256: str = ""

    def statement(self, identity: str) -> SealStatement:
        """What was signed, in the case of this identity."""
        return SealStatement(
            identity=identity, head_seq=self.head_seq, head_sha256=self.head_sha256, at=self.at,
            examiner=self.examiner, purpose=self.purpose,
        )  # fmt: skip

    def to_json(self) -> dict[str, Json]:
        """As its record has it: the head, the signature's fields, the time stamp."""
        return {
            "id": self.id,
            "at": self.at,
            "examiner": self.examiner,
            **seal_facts(self, self.signature, self.time_stamp),
            "record_sha256": self.record_sha256,
        }


def seal_facts(said: SealStatement | SealRow, signature: Signature, time_stamp: TimeStamp | None) -> dict[str, Json]:
    """What the record of a seal says beside id, moment and examiner."""
    return {
        "head": {"seq": said.head_seq, "sha256": said.head_sha256},
        "purpose": said.purpose,
        **signature.to_json(),
        "time_stamp": None if time_stamp is None else time_stamp.to_json(),
    }


def seal_row(record: dict[str, Any], record_sha256: str = "") -> SealRow:
    """From the record of a seal. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for a bad one."""
    head, told = record["head"], [record[name] for name in ("id", "at", "examiner")]
    if set(head) != {"seq", "sha256"} or not all(isinstance(each, str) for each in told):
        raise TypeError("not the fields of a seal")
    if type(head["seq"]) is not int or head["seq"] < 1 or not is_digest(head["sha256"]):
        raise ValueError("not the head of a journal")
    if record["purpose"] not in PURPOSES:
        raise ValueError("not what a seal is for")
    return SealRow(
        id=record["id"], at=record["at"], examiner=record["examiner"], head_seq=head["seq"],
        head_sha256=head["sha256"], purpose=record["purpose"], signature=Signature.from_json(record),
        time_stamp=TimeStamp.from_json(record["time_stamp"]), record_sha256=record_sha256,
    )  # fmt: skip
