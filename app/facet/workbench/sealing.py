"""Putting an examiner's key to a case, and saying what the seals in a case are worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from facet.case import Case, Check, SealRow, Verification
from facet.core.canonical import Json
from facet.core.errors import EnvironmentLacksError
from facet.core.i18n import _
from facet.core.seal import SealStatement, Signature, TimeStamp
from facet.core.shown import as_shown

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from facet.seal import KnownKey, SealKey, StampTold, Transport

LONGEST = 200
"""Characters of a name out of a seal."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sealed:
    """A seal just made: its ``id``, what was signed, and the time stamp, or in ``no_stamp`` why there is none (None
    where there is one)."""

    id: str
    statement: SealStatement
    signature: Signature
    time_stamp: TimeStamp | None
    no_stamp: str | None

    def to_json(self) -> dict[str, Json]:
        """For the command line: id, head, key, time stamp."""
        said = self.statement
        return {
            "id": self.id,
            "head": {"seq": said.head_seq, "sha256": said.head_sha256},
            "at": said.at,
            "examiner": said.examiner,
            "purpose": said.purpose,
            "algorithm": self.signature.algorithm,
            "fingerprint": self.signature.fingerprint,
            "time_stamp": None if self.time_stamp is None else self.time_stamp.to_json(),
            "no_time_stamp": self.no_stamp,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Trusted:
    """What whoever verifies knows from elsewhere: the examiners' public keys (each a file, or the 64 digits of its
    fingerprint) and the certificates of time-stamping authorities (a file). Empty and None: nothing."""

    keys: tuple[str, ...] = ()
    authorities: Path | None = None


def seal_case(
    case: Case, key: SealKey, *, purpose: str = "moment", authority: str = "", transport: Transport | None = None
) -> Sealed:
    """Seal everything that the case holds now, and journal it.

    ``authority`` is the address of a time-stamping authority, asked for a time stamp; where it gives none the seal is
    made without, and says so. Raises ``InputError``.
    """
    from facet.seal import request_stamp

    statement = case.seal_statement(purpose)
    signature = key.sign(statement.canonical())
    stamp, no_stamp = None, _("No time-stamping authority is set.")
    if authority:
        try:
            stamp, no_stamp = request_stamp(bytes.fromhex(signature.signature), authority, transport), ""
        except EnvironmentLacksError as error:
            no_stamp = error.localised(_)
    seal = case.add_seal(statement, signature, stamp)
    return Sealed(id=seal, statement=statement, signature=signature, time_stamp=stamp, no_stamp=no_stamp or None)


def with_seals(verification: Verification, trusted: Trusted | None = None) -> Verification:
    """The answer with what the seals say: whose key signed, up to which entry, and what is not sealed since.

    With keys given, a seal by any other one is a failure, and so is none by them. Raises ``InputError`` for a key or
    certificates that can't be read.
    """
    from facet.seal import KnownKey, read_authorities

    trusted = trusted or Trusted()
    keys = [KnownKey.read(each) for each in trusted.keys]
    authorities = read_authorities(trusted.authorities) if trusted.authorities else ()
    checks = [_examined(seal, verification.identity or "", keys, authorities) for seal in verification.seals]
    good = [seal for seal, check in zip(verification.seals, checks, strict=True) if check.ok]
    return verification.with_rows(*checks, *_covered(verification, good, keys))


def _examined(seal: SealRow, identity: str, keys: Sequence[KnownKey], authorities: Sequence[Certificate]) -> Check:
    from facet.seal import fits, stamp_told

    stamp = None
    if seal.time_stamp is not None:
        stamp = stamp_told(seal.time_stamp, bytes.fromhex(seal.signature.signature), authorities)
    trouble = None
    if not fits(seal.signature, seal.statement(identity).canonical()):
        trouble = _("Seal {id} is false: its signature is not of this case's journal up to entry {seq}.")
    elif keys and not any(key.made(seal.signature) for key in keys):
        trouble = _("Seal {id} is of another key than the one given: {fingerprint}.")
    elif stamp is not None and stamp.right is False:
        trouble = _("The time stamp of seal {id} is not of its signature, or not of an authority that was given.")
    values = {"id": seal.id, "seq": seal.head_seq, "fingerprint": seal.signature.fingerprint}
    message = trouble.format(**values) if trouble else " ".join(_told(seal, stamp))
    return Check(exhibit=seal.id, check="seal", ok=trouble is None, message=message, entry=seal.head_seq + 1)


def _told(seal: SealRow, stamp: StampTold | None) -> Iterator[str]:
    """Who sealed what and when, sentence by sentence."""
    from facet.seal import holder_of

    yield _("Sealed up to entry {seq} by {examiner} at {at} with the key {fingerprint}.").format(
        seq=seal.head_seq, examiner=as_shown(seal.examiner, LONGEST), at=as_shown(seal.at, LONGEST),
        fingerprint=seal.signature.fingerprint,
    )  # fmt: skip
    holder = holder_of(seal.signature)
    if holder is not None:
        yield _("Its certificate names {subject} and was issued by {issuer}, which nobody has checked here.").format(
            subject=as_shown(holder[0], LONGEST), issuer=as_shown(holder[1], LONGEST)
        )
    if stamp is None:
        yield _("No time stamp.")
    elif stamp.right is None:
        yield _("Its time stamp says {at}; whose it is was not checked.").format(at=stamp.at)
    else:
        yield _("Time stamp of {at}, by an authority that was given.").format(at=stamp.at)


def _covered(verification: Verification, good: Sequence[SealRow], keys: Sequence[KnownKey]) -> Iterator[Check]:
    """What is sealed and what is not."""
    last = verification.head.seq if verification.head and verification.head.seq else 0
    if keys and not good:
        named = ", ".join(key.digits for key in keys)
        trouble = _("Nothing in this case is sealed with the key {fingerprint}.").format(fingerprint=named)
        yield Check(exhibit=None, check="seal", ok=False, message=trouble)
        return
    if not good:
        words = _("Nothing is sealed: whoever holds the file could have written all of it anew.")
        yield Check(exhibit=None, check="seal", ok=True, message=words)
        return
    sealed = max(seal.head_seq for seal in good)
    seals = {seal.head_seq + 1 for seal in verification.seals}
    since = [seq for seq in range(sealed + 1, last + 1) if seq not in seals]
    words = (
        _("Not sealed since entry {sealed}: {count} of the journal's entries, the first of them {first}.").format(
            sealed=sealed, count=len(since), first=since[0]
        )
        if since
        else _("Everything recorded is sealed.")
    )
    if not keys:
        words += " " + _("Whose key it is was not checked: the examiner's public key was not given.")
    yield Check(exhibit=None, check="seal", ok=True, message=words)
