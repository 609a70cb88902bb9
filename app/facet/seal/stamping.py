"""What a time stamp in a case is worth: whether it is of that signature, and of an authority that somebody knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path

from cryptography.x509 import Certificate, load_der_x509_certificate, load_pem_x509_certificates
from rfc3161_client import TimeStampResponse, VerificationError, VerifierBuilder, decode_timestamp_response

from facet.core.digest import sha256_bytes
from facet.core.errors import InputError
from facet.core.seal import TimeStamp
from facet.seal.algorithms import UNREADABLE
from facet.seal.keys import read_key_file

_GRANTED = bytes.fromhex("3003020100")
"""The status of an answer, in DER: only the token is kept, and the library reads whole answers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StampTold:
    """What a time stamp says. ``at`` UTC, null where it can't be read; ``right`` whether it is of this signature and of
    an authority that was given, null where none was given and so nobody has checked whose it is."""

    at: str | None
    right: bool | None


def read_authorities(path: Path) -> tuple[Certificate, ...]:
    """The certificates of authorities that whoever verifies trusts: PEM, one or several, or one in DER. Raises
    ``InputError``."""
    content = read_key_file(path)
    try:
        if b"-----BEGIN" in content:
            return tuple(load_pem_x509_certificates(content))
        return (load_der_x509_certificate(content),)
    except UNREADABLE:
        raise InputError(
            "{name} holds no certificate. Give that of the time-stamping authority or of its issuer.", name=path.name
        ) from None


def stamp_told(stamp: TimeStamp, signature: bytes, authorities: Sequence[Certificate] = ()) -> StampTold:
    """What ``stamp`` is worth for ``signature``. A time stamp over something else, or unreadable, is not right."""
    try:
        response = decode_timestamp_response(_answer(bytes.fromhex(stamp.token)))
        info = response.tst_info
        at = info.gen_time.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        if info.message_imprint.message.hex() != sha256_bytes(signature):
            return StampTold(at=at, right=False)
    except (ValueError, OverflowError):
        return StampTold(at=None, right=False)
    if not authorities:
        return StampTold(at=at, right=None)
    return StampTold(at=at, right=_of_one(response, signature, authorities))


def _of_one(response: TimeStampResponse, signature: bytes, authorities: Sequence[Certificate]) -> bool:
    try:
        return VerifierBuilder(roots=list(authorities)).build().verify_message(response, signature)
    except (VerificationError, *UNREADABLE):
        return False


def _answer(token: bytes) -> bytes:
    """An answer that grants ``token``, in DER."""
    body = _GRANTED + token
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return b"\x30" + (length if len(body) < 128 else bytes([0x80 | len(length)]) + length) + body
