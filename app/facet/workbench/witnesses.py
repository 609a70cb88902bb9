"""What is kept elsewhere and a case file is held against later: a head written down, a report, or a seal in a file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from facet.case import Case, Check, Verification
from facet.case.seals import seal_facts
from facet.core import owner_only
from facet.core.canonical import Json, canonical_json
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.i18n import _
from facet.core.progress import SILENT, Progress
from facet.core.seal import STATEMENT, SealStatement, Signature, TimeStamp, is_digest
from facet.workbench.sealing import Sealed, Trusted, with_seals

SCHEMA = "facet.seal-file/1"
LARGEST = 1 << 20
"""Bytes of a seal file; usual ones have one to ten thousand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Witness:
    """A ``head`` of the journal as :meth:`facet.case.Case.verify` takes it; of a seal also what was signed, by whom."""

    head: str | dict[str, Json]
    statement: SealStatement | None = None
    signature: Signature | None = None


def read_witness(against: str) -> Witness:
    """From a head as text, the name of a report (``.pdf``) or of a seal (``.json``). Raises ``InputError``, for a seal
    whose signature does not fit it, too."""
    if against.lower().endswith(".pdf"):
        from facet.report.head import read_head

        return Witness(head=read_head(Path(against)))
    if against.lower().endswith(".json"):
        return _seal(Path(against))
    return Witness(head=against)


def with_witness(verification: Verification, witness: Witness, trusted: Trusted | None = None) -> Verification:
    """The answer with what a seal in a file adds to its head: that it is of this case, and by the key given."""
    from facet.seal import KnownKey

    if witness.statement is None or witness.signature is None:
        return verification
    keys = [] if trusted is None else [KnownKey.read(each) for each in trusted.keys]
    trouble = None
    if witness.statement.identity != verification.identity:
        trouble = _("The seal that was given is of another case.")
    elif keys and not any(key.made(witness.signature) for key in keys):
        trouble = _("The seal that was given is of another key than the one given: {fingerprint}.").format(
            fingerprint=witness.signature.fingerprint
        )
    message = trouble or _("The seal that was given is of this case.")
    return verification.with_rows(Check(exhibit=None, check="against", ok=trouble is None, message=message))


def verified(
    case: Case,
    progress: Progress = SILENT,
    *,
    footage: Path | None = None,
    against: str | None = None,
    trusted: Trusted | None = None,
    pixels: bool = True,
) -> Verification:
    """Check an open case for everything: itself, its footage, what ``against`` names, and its seals; without ``pixels``
    no picture is unpacked."""
    witness = None if against is None else read_witness(against)
    head = None if witness is None else witness.head
    found = case.verify(progress, footage=footage, against=head, pixels=pixels)
    if witness is not None:
        found = with_witness(found, witness, trusted)
    return with_seals(found, trusted)


def write_seal(sealed: Sealed, out: Path) -> None:
    """Write a seal to a file that must not be there. Raises ``InputError`` or ``EnvironmentLacksError``."""
    try:
        with open(out, "xb", opener=owner_only.opener) as stream:
            stream.write(seal_file(sealed))
    except FileExistsError:
        raise InputError("{out} exists. Choose another name for the seal.", out=str(out)) from None
    except OSError as error:
        raise EnvironmentLacksError(
            "The case is sealed, but the seal can't be written to {out}: {reason}. Seal it again to get a file.",
            out=str(out), reason=error.strerror,
        ) from error  # fmt: skip


def seal_file(sealed: Sealed) -> bytes:
    """A seal as it is kept elsewhere: canonical JSON."""
    said = json.loads(sealed.statement.canonical())
    facts = seal_facts(sealed.statement, sealed.signature, sealed.time_stamp)
    signed = {name: value for name, value in facts.items() if name not in said}
    return canonical_json({"schema": SCHEMA, "statement": said, **signed})


def _seal(path: Path) -> Witness:
    from facet.seal import fits

    try:
        with path.open("rb") as stream:
            found = json.loads(stream.read(LARGEST))
        if found["schema"] != SCHEMA:
            raise ValueError("not a seal")
        statement, signature = _statement(found["statement"]), Signature.from_json(found)
        TimeStamp.from_json(found["time_stamp"])
    except OSError as error:
        raise InputError("{name} can't be read: {reason}.", name=str(path), reason=error.strerror) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise InputError("{name} is not a seal that Facet wrote. Name the file of facet seal --out.",
                         name=path.name) from None  # fmt: skip
    if not fits(signature, statement.canonical()):
        raise InputError("The seal in {name} is false: its signature does not fit. Get the seal again.", name=path.name)
    head: dict[str, Json] = {"seq": statement.head_seq, "sha256": statement.head_sha256}
    return Witness(head=head, statement=statement, signature=signature)


def _statement(said: dict[str, Any]) -> SealStatement:
    """Raises ``ValueError``, ``TypeError`` or ``KeyError`` for what is no statement."""
    texts = [said[name] for name in ("case", "at", "examiner", "purpose")]
    seq, sha256 = said["head"]["seq"], said["head"]["sha256"]
    if said["schema"] != STATEMENT or not all(isinstance(text, str) for text in texts):
        raise TypeError("not a statement")
    if type(seq) is not int or seq < 1 or not is_digest(sha256):
        raise ValueError("not the head of a journal")
    case, at, examiner, purpose = texts
    return SealStatement(identity=case, head_seq=seq, head_sha256=sha256, at=at, examiner=examiner, purpose=purpose)
