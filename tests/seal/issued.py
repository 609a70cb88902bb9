"""Keys as an agency issues them: a certificate and its key in a PKCS#12 file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

PASSPHRASE = "correct horse battery"


def issue(
    path: Path, kind: str = "ecdsa", *, name: str = "Kim Min-ji", passphrase: str = PASSPHRASE
) -> x509.Certificate:
    """Write a PKCS#12 file with a key of this kind; its certificate."""
    keys = {
        "ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
        "rsa": lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "short": lambda: rsa.generate_private_key(public_exponent=65537, key_size=1024),
        "koblitz": lambda: ec.generate_private_key(ec.SECP256K1()),
    }
    key = keys[kind]()
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=3650))
        .sign(key, None if kind == "ed25519" else SHA256())
    )
    closed = BestAvailableEncryption(passphrase.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, closed))
    return certificate
