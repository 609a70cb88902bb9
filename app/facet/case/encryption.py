"""Encrypted cases: SQLCipher 4 with the key that it makes of a passphrase itself, so that any SQLCipher opens them.

The file begins with the salt of its key. Its first four bytes are :data:`MARK`, by which an encrypted case is known
before anybody is asked for a passphrase; the other twelve are random. All that follows is encrypted, page by page.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Self

from facet.core.errors import InputError

MARK = b"FCET"
SALT = 16
ITERATIONS = 256_000
"""Of PBKDF2 with HMAC-SHA512: those of SQLCipher 4."""
SHORTEST = 8
"""Characters of a passphrase for a new case."""


class PassphraseWanted(InputError):  # noqa: N818  # a question as much as an error
    """An encrypted case was to be opened without its passphrase."""


class PassphraseWrong(PassphraseWanted):
    """It was to be opened with another one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseKey:
    """What opens one encrypted case: the key of 32 bytes and the salt of 16 that it was made with."""

    key: bytes = field(repr=False)
    salt: bytes

    @classmethod
    def of(cls, passphrase: str, salt: bytes) -> Self:
        """The key of the case that begins with ``salt``. Takes a tenth of a second or more, the first time."""
        return cls(key=_derived(unicodedata.normalize("NFC", passphrase), salt), salt=salt)

    @classmethod
    def new(cls, passphrase: str) -> Self:
        """A key for a new case. Raises ``InputError`` for a passphrase that is too short."""
        if len(unicodedata.normalize("NFC", passphrase)) < SHORTEST:
            raise InputError(
                "The passphrase is too short: take {least} characters or more, best several words.", least=SHORTEST
            )
        return cls.of(passphrase, MARK + secrets.token_bytes(SALT - len(MARK)))

    def pragmas(self, page_size: int) -> tuple[str, ...]:
        """What a connection is told before anything else: SQLCipher 4 to the letter, but for the page size."""
        return (
            "cipher_log_level=NONE",
            f"key=\"x'{(self.key + self.salt).hex()}'\"",
            "cipher_compatibility=4",
            f"cipher_page_size={page_size}",
        )


def is_encrypted(first: bytes) -> bool:
    """Whether a file that begins with these bytes is an encrypted case."""
    return first.startswith(MARK)


@lru_cache(maxsize=8)
def _derived(passphrase: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", passphrase.encode("utf-8", "surrogatepass"), salt, ITERATIONS, 32)
