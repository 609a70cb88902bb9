"""The few lines that check seals in verify.py agree with RFC 8032 and with a library that many rely on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facet.export.standalone.edwards import FIELD, ORDER, signed_by
from facet.export.standalone.seals import read_key

# RFC 8032, section 7.1: public key, message, signature
VECTORS = [
    ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
    ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
    ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS)
def test_the_vectors_of_the_standard_hold(key: str, message: str, signature: str) -> None:
    public, content, signed = map(bytes.fromhex, (key, message, signature))
    assert signed_by(public, content, signed)
    assert not signed_by(public, content + b"!", signed)
    for place in (0, 31, 32, 63):
        assert not signed_by(public, content, signed[:place] + bytes([signed[place] ^ 1]) + signed[place + 1 :])


@settings(max_examples=8, deadline=None)
@given(message=st.binary(max_size=60), flip=st.integers(0, 511))
def test_it_agrees_with_the_library(message: bytes, flip: int) -> None:
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert signed_by(public, message, signature)
    spoilt = (int.from_bytes(signature, "big") ^ 1 << flip).to_bytes(64, "big")
    assert not signed_by(public, message, spoilt)


def test_what_is_no_key_or_signature_is_none() -> None:
    key, _, signature = (bytes.fromhex(text) for text in VECTORS[0])
    too_large = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")
    assert not signed_by(key, b"", too_large)
    assert not signed_by(key, b"", signature[:-1])
    assert not signed_by(key[:-1], b"", signature)
    assert not signed_by(FIELD.to_bytes(32, "little"), b"", signature)
    assert not signed_by((2).to_bytes(32, "little"), b"", signature)  # no x belongs to this y


def test_a_key_is_read_from_hex_or_pem() -> None:
    serialization = pytest.importorskip("cryptography.hazmat.primitives.serialization")
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    public = ed25519.Ed25519PrivateKey.generate().public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert (
        read_key(pem.decode("ascii"))
        == read_key(public.public_bytes_raw().hex().upper())
        == public.public_bytes_raw().hex()
    )
    with pytest.raises(ValueError, match="no Ed25519 key"):
        read_key("-----BEGIN PUBLIC KEY-----\nMAo=\n-----END PUBLIC KEY-----")
