"""The three kinds of signatures a seal may bear, and what each is called in it.

Ed25519 is RFC 8032; the others serve keys that an agency issues: ECDSA over a NIST curve, and RSA with PSS padding (RFC
8017, salt as long as the digest), both over SHA-256.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.x509 import InvalidVersion

ED25519, ECDSA, RSA = "Ed25519", "ECDSA-SHA256", "RSA-PSS-SHA256"
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
LEAST_BITS = 2048
"""Of an RSA key; shorter ones can be broken."""

PrivateKey = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey

UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, InvalidVersion)
"""What a key or a certificate that somebody bent makes of the library that reads it."""

_PADDING = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=padding.PSS.DIGEST_LENGTH)


def algorithm_of(key: object) -> str | None:
    """What signatures of this key (private or public) are called; None for a key that can't seal."""
    if isinstance(key, (ed25519.Ed25519PrivateKey, ed25519.Ed25519PublicKey)):
        return ED25519
    if isinstance(key, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey)):
        return ECDSA if isinstance(key.curve, CURVES) else None
    if isinstance(key, (rsa.RSAPrivateKey, rsa.RSAPublicKey)):
        return RSA if key.key_size >= LEAST_BITS else None
    return None


def key_bytes(key: PublicKey) -> bytes:
    """The bytes a key is known by: the 32 of RFC 8032, otherwise its SubjectPublicKeyInfo in DER."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key.public_bytes_raw()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def sign(key: PrivateKey, content: bytes) -> bytes:
    """Sign ``content``."""
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(content)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(content, ec.ECDSA(SHA256()))
    return key.sign(content, _PADDING, SHA256())


def verifies(algorithm: str, public_key: bytes, signature: bytes, content: bytes) -> bool:
    """Whether ``signature`` is the key's, over ``content``. Whatever is no key or no signature is not."""
    try:
        if algorithm == ED25519:
            ed25519.Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
            return True
        key = load_der_public_key(public_key)
        if algorithm_of(key) != algorithm:
            return False
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, content, ec.ECDSA(SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, _PADDING, SHA256())
    except (InvalidSignature, *UNREADABLE):
        return False
    return True
