"""Asking an authority for a time stamp (RFC 3161): that a signature existed when another's clock showed a time."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from typing import Protocol
from urllib.parse import urlsplit

from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

from facet.core.digest import sha256_bytes
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.seal import TimeStamp

SECONDS = 20.0
"""How long an authority is waited for."""
LARGEST = 1 << 18
"""Bytes of an answer; usual ones have some 6,000."""


class Transport(Protocol):
    """What carries a query to an authority."""

    def __call__(self, address: str, query: bytes) -> bytes:
        """The answer's bytes. Raises ``OSError``."""


def request_stamp(signature: bytes, address: str, transport: Transport | None = None) -> TimeStamp:
    """Ask the authority at ``address`` for a time stamp over the SHA-256 of ``signature``.

    Nothing but the digest leaves. Raises ``InputError`` for what is no address, ``EnvironmentLacksError`` where nobody
    answers or the answer does not fit the question. Whether the authority is to be trusted is not asked here.
    """
    if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
        raise InputError("«{address}» is not the address of a time-stamping authority. Give one with http.",
                         address=address)  # fmt: skip
    query = TimestampRequestBuilder().data(signature).hash_algorithm(HashAlgorithm.SHA256).build()
    try:
        answer = (transport or post)(address, query.as_bytes())
    except (OSError, ValueError) as error:  # ValueError: what is no HTTP
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise EnvironmentLacksError(
            "The time-stamping authority {address} did not answer: {reason}. Try again when it can be reached.",
            address=address, reason=reason,
        ) from error  # fmt: skip
    try:
        response = decode_timestamp_response(answer)
        info = response.tst_info
        right = info.nonce == query.nonce and info.message_imprint.message.hex() == sha256_bytes(signature)
        token = response.time_stamp_token().hex() if right and response.status in (0, 1) else ""
    except ValueError:
        token = ""
    if not token:
        raise EnvironmentLacksError(
            "The time-stamping authority {address} gave no time stamp for what it was asked. Ask another one.",
            address=address,
        )
    return TimeStamp(authority=address, token=token)


def post(address: str, query: bytes) -> bytes:
    """Ask over HTTP. Raises ``OSError`` and ``ValueError``."""
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    asked = urllib.request.Request(address, data=query, headers=headers, method="POST")  # noqa: S310  # http, checked
    try:
        with urllib.request.urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read(LARGEST + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise OSError(f"{error.code} {error.reason}") from None
    except http.client.HTTPException as error:
        raise OSError(repr(error)) from error
    if len(content) > LARGEST:
        raise ValueError("its answer is too long")
    return content
