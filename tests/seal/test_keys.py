"""An examiner's key is made closed, opened only by its passphrase, and known to others by its public half."""

from __future__ import annotations

import os
import random
import unicodedata
import warnings
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from facet.core.errors import InputError
from facet.core.seal import Signature
from facet.seal import KnownKey, fits, holder_of, make_key, open_key, public_pem
from seal.issued import PASSPHRASE, issue

CONTENT = b'{"a":1}'


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "seal.pem"
    make_key(path, PASSPHRASE)
    return path


def test_a_key_opens_with_its_passphrase_and_signs_what_others_can_check(made: Path) -> None:
    key = open_key(made, PASSPHRASE)
    signature = key.sign(CONTENT)
    assert (signature.algorithm, len(signature.public_key), signature.certificates) == ("Ed25519", 64, ())
    assert fits(signature, CONTENT)
    assert not fits(signature, CONTENT + b" ")
    public = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature.public_key))
    public.verify(bytes.fromhex(signature.signature), CONTENT)  # as any program would


def test_the_key_file_tells_nothing_without_its_passphrase_and_is_its_owners_alone(made: Path) -> None:
    content = made.read_bytes()
    assert content.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    if os.name == "posix":
        assert made.stat().st_mode & 0o777 == 0o600
        assert made.parent.stat().st_mode & 0o777 == 0o700
    with pytest.raises(InputError, match="passphrase does not open"):
        open_key(made, "something else")


def test_no_key_is_ever_written_over_another(made: Path) -> None:
    before = made.read_bytes()
    with pytest.raises(InputError, match="already"):
        make_key(made, PASSPHRASE)
    assert made.read_bytes() == before


def test_a_short_passphrase_makes_no_key(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="too short"):
        make_key(tmp_path / "k.pem", "1234567")
    assert not (tmp_path / "k.pem").exists()


def test_the_public_half_needs_no_passphrase_and_names_the_key(made: Path, tmp_path: Path) -> None:
    (tmp_path / "public.pem").write_bytes(public_pem(made))
    signature = open_key(made, PASSPHRASE).sign(CONTENT)
    for given in (str(tmp_path / "public.pem"), signature.fingerprint.upper(), signature.public_key):
        assert KnownKey.read(given).made(signature)
    make_key(tmp_path / "other.pem", PASSPHRASE)
    assert not KnownKey.read(str(tmp_path / "other.pem.pub")).made(signature)


@pytest.mark.parametrize(
    ("kind", "algorithm"), [("ecdsa", "ECDSA-SHA256"), ("rsa", "RSA-PSS-SHA256"), ("ed25519", "Ed25519")]
)
def test_a_key_that_an_agency_issued_seals_with_its_certificate(tmp_path: Path, kind: str, algorithm: str) -> None:
    certificate = issue(tmp_path / "kim.p12", kind)
    (tmp_path / "kim.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
    signature = open_key(tmp_path / "kim.p12", PASSPHRASE).sign(CONTENT)
    assert signature.algorithm == algorithm
    assert fits(signature, CONTENT)
    assert not fits(signature, b"other")
    assert holder_of(signature) == ("CN=Kim Min-ji", "CN=Kim Min-ji")
    assert KnownKey.read(str(tmp_path / "kim.crt")).made(signature)
    assert Signature.from_json(signature.to_json()) == signature


def test_a_certificate_of_another_key_is_no_certificate_of_this_one(tmp_path: Path) -> None:
    for name in ("kim", "lee"):
        issue(tmp_path / f"{name}.p12")
    kim, lee = (open_key(tmp_path / f"{name}.p12", PASSPHRASE).sign(CONTENT) for name in ("kim", "lee"))
    mixed = Signature.from_json({**kim.to_json(), "certificates": list(lee.certificates)})
    assert fits(kim, CONTENT)
    assert not fits(mixed, CONTENT)


def test_a_bent_certificate_never_makes_more_than_a_seal_that_fits_or_does_not(tmp_path: Path) -> None:
    issue(tmp_path / "kim.p12")
    signature, chance = open_key(tmp_path / "kim.p12", PASSPHRASE).sign(CONTENT), random.Random(5)
    certificate = bytes.fromhex(signature.certificates[0])
    version = certificate.index(b"\xa0\x03\x02\x01\x02") + 4
    for place in [version, *(chance.randrange(len(certificate)) for _ in range(150))]:
        bent = bytearray(certificate)
        bent[place] ^= 1 << chance.randrange(8) if place != version else 4
        strange = Signature.from_json({**signature.to_json(), "certificates": [bent.hex()]})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert fits(strange, CONTENT) in (True, False)
            assert not fits(strange, b"other")
            holder_of(strange)


def test_a_passphrase_opens_however_its_letters_are_put_together(tmp_path: Path) -> None:
    make_key(tmp_path / "k.pem", unicodedata.normalize("NFD", "비밀번호를 적는다"))
    open_key(tmp_path / "k.pem", unicodedata.normalize("NFC", "비밀번호를 적는다"))


@pytest.mark.parametrize("kind", ["short", "koblitz"])
def test_a_key_that_could_be_broken_is_refused(tmp_path: Path, kind: str) -> None:
    issue(tmp_path / "weak.p12", kind)
    with pytest.raises(InputError, match="can't be used to seal"):
        open_key(tmp_path / "weak.p12", PASSPHRASE)


def test_what_is_no_key_is_one_line(tmp_path: Path) -> None:
    open_pem = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    contents = {"open.pem": open_pem, "text.pem": b"hello", "der.p12": b"\x30\x03\x02\x01\x00", "empty.p12": b""}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    issue(tmp_path / "kim.p12")
    for name, passphrase in [*((name, PASSPHRASE) for name in contents), ("kim.p12", "wrong"), ("gone.pem", "x")]:
        with pytest.raises(InputError) as told:
            open_key(tmp_path / name, passphrase)
        assert str(told.value).isprintable()
    for name in ("text.pem", "kim.p12", "gone.pem"):
        with pytest.raises(InputError):
            KnownKey.read(str(tmp_path / name))


def test_a_signature_that_somebody_bent_is_not_one(made: Path) -> None:
    signature = open_key(made, PASSPHRASE).sign(CONTENT)
    for field in ("public_key", "signature"):
        value = getattr(signature, field)
        for place in range(0, len(value), 7):
            digit = format(int(value[place], 16) ^ 1, "x")
            bent = {**signature.to_json(), field: value[:place] + digit + value[place + 1 :]}
            fingerprint = Signature(algorithm="Ed25519", public_key=bent["public_key"], signature="00").fingerprint
            assert not fits(Signature.from_json({**bent, "fingerprint": fingerprint}), CONTENT)
    for algorithm in ("RSA-PSS-SHA256", "ECDSA-SHA256", "none"):
        assert not fits(Signature.from_json({**signature.to_json(), "algorithm": algorithm}), CONTENT)
