"""An examiner's key: made by Facet, or issued by the agency in a PKCS#12 file. It never lies in a case."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)

from facet.core import owner_only
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.seal import Signature
from facet.seal.algorithms import LEAST_BITS, UNREADABLE, PrivateKey, algorithm_of, key_bytes, sign

KEY_FILE = Path("keys") / "seal.pem"
"""Where an examiner's key lies in the folder of the settings."""
PUBLIC_SUFFIX = ".pub"
LARGEST = 1 << 20
"""Bytes of a file that may be a key."""
SHORTEST_PASSPHRASE = 8
"""Characters."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SealKey:
    """A private key, opened. ``certificates`` X.509 in DER, that of the key first; none for a key that Facet made."""

    private: PrivateKey = field(repr=False)
    certificates: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def algorithm(self) -> str:
        """What its signatures are called."""
        return algorithm_of(self.private) or ""

    def sign(self, content: bytes) -> Signature:
        """Sign ``content``."""
        return Signature(
            algorithm=self.algorithm,
            public_key=key_bytes(self.private.public_key()).hex(),
            certificates=tuple(each.hex() for each in self.certificates),
            signature=sign(self.private, content).hex(),
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 (hex) of the public key's bytes."""
        return self.sign(b"").fingerprint

    def public_pem(self) -> bytes:
        """The public key as others take it: SubjectPublicKeyInfo in PEM."""
        return self.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def make_key(path: Path, passphrase: str) -> SealKey:
    """Make an Ed25519 key, kept at ``path`` closed by ``passphrase`` (PKCS#8), and its public half beside it.

    Raises ``InputError`` where there is a file already or the passphrase is too short, ``EnvironmentLacksError``.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise InputError("The passphrase is too short. Use at least {least} characters.", least=SHORTEST_PASSPHRASE)
    key = SealKey(private=ed25519.Ed25519PrivateKey.generate())
    closed = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(_spelt(passphrase)))
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=owner_only.FOLDER_MODE)
        _write_new(path, closed)
        owner_only.write_bytes(public_path(path), key.public_pem())
    except FileExistsError:
        raise InputError(
            "There is a key at {path} already, and what it sealed needs it. Choose another name.", path=str(path)
        ) from None
    except OSError as error:
        raise EnvironmentLacksError(
            "The key can't be kept at {path}: {reason}. Choose another place.", path=str(path), reason=error.strerror
        ) from error
    return key


def public_path(path: Path) -> Path:
    """Where the public half of the key at ``path`` lies."""
    return path.with_name(path.name + PUBLIC_SUFFIX)


def open_key(path: Path, passphrase: str) -> SealKey:
    """The key in a PEM or PKCS#12 file. Raises ``InputError`` in one plain line."""
    content = read_key_file(path)
    wrong = InputError("The passphrase does not open the key {name}. Try again.", name=path.name)
    certificates: tuple[bytes, ...] = ()
    private: object
    try:
        if content.lstrip().startswith(b"-----BEGIN"):
            private = load_pem_private_key(content, _spelt(passphrase))
        else:
            held = pkcs12.load_pkcs12(content, _spelt(passphrase))
            private = held.key
            found = [held.cert, *held.additional_certs] if held.cert is not None else []
            certificates = tuple(each.certificate.public_bytes(Encoding.DER) for each in found)
    except TypeError:
        raise InputError(
            "The key {name} is not closed by a passphrase: whoever copies it can seal in your name. Make one with "
            "facet key new.",
            name=path.name,
        ) from None
    except UNREADABLE as error:
        if content.startswith(b"\x30") or b"PRIVATE KEY" in content:
            raise wrong from error
        raise InputError("{name} holds no private key. Name a .pem or .p12 file.", name=path.name) from error
    if algorithm_of(private) is None:
        raise InputError(
            "The key in {name} can't be used to seal. Use Ed25519, ECDSA over P-256, P-384 or P-521, or RSA of {least} "
            "bits or more.",
            name=path.name, least=LEAST_BITS,
        )  # fmt: skip
    return SealKey(private=private, certificates=certificates)  # type: ignore[arg-type]  # algorithm_of knows it


def public_pem(path: Path) -> bytes:
    """The public half of the key that Facet made at ``path``, without its passphrase. Raises ``InputError``."""
    return read_key_file(public_path(path))


def read_key_file(path: Path) -> bytes:
    """The bytes of a file that may be a key. Raises ``InputError``."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except FileNotFoundError:
        raise InputError("There is no key at {path}. Make one with facet key new.", path=str(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError("The key {path} can't be read: {reason}.", path=str(path), reason=reason) from None
    if len(content) > LARGEST:
        raise InputError("{name} is too large to be a key. Name a .pem or .p12 file.", name=path.name)
    return content


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that was not there, wholly or not at all. Raises ``OSError``."""
    with open(path, "xb", opener=owner_only.opener) as stream:
        try:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        except OSError:
            path.unlink()
            raise


def _spelt(passphrase: str) -> bytes:
    """The bytes of a passphrase, the same however a keyboard puts a letter together."""
    return unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
