"""Where the passphrase of an encrypted case comes from: a file that is named, or whoever can be asked."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path

from facet.case import PassphraseWanted, is_encrypted_case
from facet.core.errors import InputError

VARIABLE = "FACET_CASE_PASSPHRASE_FILE"
LONGEST = 4096
"""Bytes of a passphrase file that are read."""

Source = Callable[[Path], str]
"""Gives the passphrase of a case file. Raises ``PassphraseWanted`` where it has none."""


def named_file(case: Path) -> str:
    """The passphrase from the file that ``$FACET_CASE_PASSPHRASE_FILE`` names. Raises ``PassphraseWanted``."""
    named = os.environ.get(VARIABLE)
    if not named:
        raise PassphraseWanted(
            "{name} is encrypted. Give its passphrase: at the terminal, with --case-passphrase-file, or through "
            "FACET_CASE_PASSPHRASE_FILE.",
            name=case.name,
        )
    return read_passphrase(Path(named))


def read_passphrase(file: Path) -> str:
    """The first line of a file. Raises ``InputError`` where there is none."""
    try:
        with file.open("rb") as stream:
            line = stream.read(LONGEST).decode("utf-8-sig").splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError, ValueError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "no text in UTF-8"
        raise InputError(
            "The passphrase can't be read from {file}: {reason}. Put it on the first line of that file.",
            file=str(file), reason=reason,
        ) from None  # fmt: skip
    return line


_source: ContextVar[Source] = ContextVar("passphrases", default=named_file)


@contextlib.contextmanager
def passphrases_from(source: Source) -> Iterator[None]:
    """Take passphrases from ``source`` while this lasts, in this thread."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def passphrase_of(case: Path) -> str | None:
    """The passphrase of a case file, None for one that is not encrypted or not there."""
    return _source.get()(case) if is_encrypted_case(case) else None
