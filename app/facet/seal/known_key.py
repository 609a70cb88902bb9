"""A public key that whoever verifies knows from elsewhere: as a file, a certificate, or its fingerprint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate

from facet.core.digest import sha256_bytes
from facet.core.errors import InputError
from facet.core.seal import Signature
from facet.seal.algorithms import UNREADABLE, algorithm_of, key_bytes
from facet.seal.keys import read_key_file

_DIGITS = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownKey:
    """A key known by 64 digits, lower-case hex: its fingerprint (the SHA-256 of its bytes), or of an Ed25519 key the
    bytes themselves."""

    digits: str

    def made(self, signature: Signature) -> bool:
        """Whether a signature says to be of this key."""
        return self.digits in (signature.fingerprint, signature.public_key)

    @classmethod
    def read(cls, given: str) -> KnownKey:
        """From such digits, or the name of a file: a public key in PEM, or a certificate. Raises ``InputError``."""
        text = given.strip().lower().replace(":", "").replace(" ", "")
        if _DIGITS.fullmatch(text):
            return cls(digits=text)
        path = Path(given)
        content = read_key_file(path)
        try:
            if b"BEGIN CERTIFICATE" in content:
                key: object = load_pem_x509_certificate(content).public_key()
            elif b"BEGIN PUBLIC KEY" in content:
                key = load_pem_public_key(content)
            else:
                key = load_der_x509_certificate(content).public_key()
        except UNREADABLE:
            key = None
        if algorithm_of(key) is None:
            raise InputError(
                "{name} is not a public key that could have sealed a case. Give the file that facet key export-public "
                "wrote, the examiner's certificate, or the 64 digits of the fingerprint.",
                name=path.name,
            )
        return cls(digits=sha256_bytes(key_bytes(key)))  # type: ignore[arg-type]  # algorithm_of knows it
