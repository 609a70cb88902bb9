"""What a seal says: the statement that is signed, the signature, and the time stamp that an authority gave it.

Plain values; keys and signatures are made and checked in ``facet.seal``, the case keeps them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from facet.core.canonical import Json, canonical_json
from facet.core.digest import sha256_bytes

STATEMENT = "facet.seal-statement/1"
PURPOSES = ("moment", "report")
"""What a case is sealed at: a moment somebody chose, or the making of a report."""
_HEX = re.compile(r"(?:[0-9a-f]{2})+")
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class SealStatement:
    """What a key puts its name to: that the case with this ``identity`` (hex) had entry ``head_seq`` with the digest
    ``head_sha256`` as its last. ``at`` UTC; ``purpose`` one of :data:`PURPOSES`."""

    identity: str
    head_seq: int
    head_sha256: str
    at: str
    examiner: str
    purpose: str

    def canonical(self) -> bytes:
        """The bytes that are signed: canonical JSON."""
        return canonical_json(
            {
                "schema": STATEMENT,
                "case": self.identity,
                "head": {"seq": self.head_seq, "sha256": self.head_sha256},
                "at": self.at,
                "examiner": self.examiner,
                "purpose": self.purpose,
            }
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """A signature with the key it can be checked with, all lower-case hex. ``algorithm`` is ``Ed25519`` (``public_key``
    32 bytes, RFC 8032) or another by its name (``public_key`` a SubjectPublicKeyInfo in DER); ``certificates`` X.509 in
    DER, that of the key first, none for a key that Facet made."""

    algorithm: str
    public_key: str
    certificates: tuple[str, ...] = ()
    signature: str

    def __post_init__(self) -> None:
        """Raise ``ValueError`` or ``TypeError`` for what is no signature."""
        if not self.algorithm or not all(map(_HEX.fullmatch, (self.public_key, self.signature, *self.certificates))):
            raise ValueError("not a signature")

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the public key's bytes: what the key is known by."""
        return sha256_bytes(bytes.fromhex(self.public_key))

    def to_json(self) -> dict[str, Json]:
        """Every field by name, and the fingerprint."""
        return {
            "algorithm": self.algorithm,
            "public_key": self.public_key,
            "fingerprint": self.fingerprint,
            "certificates": list(self.certificates),
            "signature": self.signature,
        }

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Signature:
        """Read :meth:`to_json`. Raises ``KeyError``, ``TypeError`` or ``ValueError``."""
        if not isinstance(fields["algorithm"], str) or not isinstance(fields["certificates"], list):
            raise TypeError("not a signature")
        made = cls(
            algorithm=fields["algorithm"],
            public_key=fields["public_key"],
            certificates=tuple(fields["certificates"]),
            signature=fields["signature"],
        )
        if fields["fingerprint"] != made.fingerprint:
            raise ValueError("not the fingerprint of its key")
        return made


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeStamp:
    """That a signature existed at a certain time, as an authority said (RFC 3161). ``token`` is its response's
    time-stamp token in DER, hex, over the SHA-256 of the signature's bytes; ``authority`` where it was asked."""

    authority: str
    token: str

    def __post_init__(self) -> None:
        """Raise ``ValueError`` or ``TypeError`` for what is no time stamp."""
        if not self.authority or not _HEX.fullmatch(self.token):
            raise ValueError("not a time stamp")

    def to_json(self) -> dict[str, Json]:
        """Both fields by name."""
        return {"authority": self.authority, "token": self.token}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any] | None) -> TimeStamp | None:
        """Read :meth:`to_json`; None for None. Raises ``KeyError``, ``TypeError`` or ``ValueError``."""
        if fields is None:
            return None
        if set(fields) != {"authority", "token"} or not isinstance(fields["authority"], str):
            raise TypeError("not a time stamp")
        return cls(authority=fields["authority"], token=fields["token"])


def is_digest(value: object) -> bool:
    """Whether ``value`` is a SHA-256 in lower-case hex."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None
