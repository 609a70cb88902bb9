"""What a signature is worth, by the public key in it alone."""

from __future__ import annotations

from cryptography import x509

from facet.core.seal import Signature
from facet.seal.algorithms import UNREADABLE, algorithm_of, key_bytes, verifies


def fits(signature: Signature, content: bytes) -> bool:
    """Whether the key in ``signature`` signed ``content``, and its certificate, where it has one, is of that key."""
    public_key = bytes.fromhex(signature.public_key)
    if not verifies(signature.algorithm, public_key, bytes.fromhex(signature.signature), content):
        return False
    if not signature.certificates:
        return True
    try:
        key = x509.load_der_x509_certificate(bytes.fromhex(signature.certificates[0])).public_key()
        return algorithm_of(key) is not None and key_bytes(key) == public_key  # type: ignore[arg-type]
    except UNREADABLE:
        return False


def holder_of(signature: Signature) -> tuple[str, str] | None:
    """Whom the certificate names, and who issued it; None without one. Nobody has checked the issuer here."""
    if not signature.certificates:
        return None
    try:
        certificate = x509.load_der_x509_certificate(bytes.fromhex(signature.certificates[0]))
        return certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
    except UNREADABLE:
        return None
