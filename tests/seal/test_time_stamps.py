"""An authority's word that a signature existed: asked for over HTTP, checked against its certificate, never assumed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from asn1crypto import tsp

from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.seal import TimeStamp
from facet.seal import StampTold, read_authorities, request_stamp, stamp_told
from seal.authority import Authority, listening

SIGNATURE = bytes(range(64))
SAID = "2026-11-02T09:30:00.000000Z"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def stamp(authority: Authority) -> TimeStamp:
    with listening(authority.answer) as address:
        return request_stamp(SIGNATURE, address)


def _trusted(authority: Authority, folder: Path) -> tuple:
    (folder / "authority.pem").write_bytes(authority.pem)
    return read_authorities(folder / "authority.pem")


def test_a_time_stamp_tells_the_authoritys_time_and_is_of_the_authority_given(
    authority: Authority, stamp: TimeStamp, tmp_path: Path
) -> None:
    assert stamp_told(stamp, SIGNATURE, _trusted(authority, tmp_path)) == StampTold(at=SAID, right=True)


def test_without_the_authoritys_certificate_nobody_says_that_it_was_checked(stamp: TimeStamp) -> None:
    assert stamp_told(stamp, SIGNATURE) == StampTold(at=SAID, right=None)


def test_another_authority_of_the_same_name_is_another(stamp: TimeStamp, tmp_path: Path) -> None:
    assert stamp_told(stamp, SIGNATURE, _trusted(Authority(), tmp_path)) == StampTold(at=SAID, right=False)


def test_a_time_stamp_of_another_signature_is_not_right_even_unchecked(stamp: TimeStamp) -> None:
    assert stamp_told(stamp, SIGNATURE[::-1]) == StampTold(at=SAID, right=False)


def test_bits_flipped_in_a_token_never_change_what_it_is_taken_for(
    authority: Authority, stamp: TimeStamp, tmp_path: Path
) -> None:
    trusted, chance = _trusted(authority, tmp_path), random.Random(5)
    for _ in range(200):
        token = bytearray.fromhex(stamp.token)
        token[chance.randrange(len(token))] ^= 1 << chance.randrange(8)
        told = stamp_told(TimeStamp(authority="a", token=token.hex()), SIGNATURE, trusted)
        assert not told.right or told.at == SAID


@pytest.mark.parametrize("token", ["00", "30", "3080", "ff" * 300])
def test_what_is_no_token_is_not_right(token: str) -> None:
    assert stamp_told(TimeStamp(authority="a", token=token), SIGNATURE) == StampTold(at=None, right=False)


def _another_digest(info: tsp.TSTInfo) -> None:
    info["message_imprint"]["hashed_message"] = bytes(32)


def _another_nonce(info: tsp.TSTInfo) -> None:
    info["nonce"] = 1


@pytest.mark.parametrize("change", [_another_digest, _another_nonce])
def test_an_authority_that_answers_another_question_gives_no_time_stamp(authority: Authority, change: object) -> None:
    with (
        listening(lambda query: authority.answer(query, change)) as address,  # type: ignore[arg-type]
        pytest.raises(EnvironmentLacksError, match="gave no time stamp"),
    ):
        request_stamp(SIGNATURE, address)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x05\x30\x03\x02\x01\x02", b"\x30" * 400_000, None])
def test_an_authority_that_refuses_or_talks_nonsense_is_one_line(answer: bytes | None) -> None:
    with listening(lambda _query: answer) as address, pytest.raises(EnvironmentLacksError) as told:
        request_stamp(SIGNATURE, address)
    assert str(told.value).isprintable()
    assert address in str(told.value)


def test_nobody_at_the_address_is_one_line_and_what_is_no_address_another() -> None:
    with pytest.raises(EnvironmentLacksError, match="did not answer"):
        request_stamp(SIGNATURE, "http://127.0.0.1:9/stamp")
    for address in ("", "file:///etc/passwd", "clock tower", "http://"):
        with pytest.raises(InputError, match="not the address"):
            request_stamp(SIGNATURE, address)


def test_only_the_digest_leaves(authority: Authority) -> None:
    asked: list[bytes] = []

    def carry(_address: str, query: bytes) -> bytes:
        asked.append(query)
        return authority.answer(query)

    request_stamp(SIGNATURE, "https://clock.example/stamp", carry)
    assert len(asked) == 1
    assert SIGNATURE not in asked[0]
    assert len(asked[0]) < 100
