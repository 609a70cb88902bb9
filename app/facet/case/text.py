"""Text that people type into a case: kept as typed, but only what can be read back."""

from __future__ import annotations

import re
import unicodedata

from facet.core.errors import InputError
from facet.core.i18n import N_

NO_EXAMINER = N_("The examiner is missing. Give the name of the person who works on the case.")

LONGEST_LINE = 500
LONGEST_PROSE = 100_000
"""Characters."""
_ACTION = re.compile("[a-z][a-z0-9-]{0,39}")


def line(text: str, *, lacking: str | None = None) -> str:
    """One line of text, stripped. Raises ``InputError``: with the sentence ``lacking``, if given, where it is empty."""
    return _checked(text.strip(), LONGEST_LINE, "", lacking)


def prose(text: str, *, lacking: str | None = None) -> str:
    """Text of several lines, stripped. Raises ``InputError`` like :func:`line`."""
    return _checked(text.strip().replace("\r\n", "\n"), LONGEST_PROSE, "\n\t", lacking)


def action(text: str) -> str:
    """The name of what is journalled. Raises ``ValueError``."""
    if not _ACTION.fullmatch(text):
        raise ValueError(f"«{text}» is not the name of an action: lower-case letters, digits and hyphens")
    return text


def _checked(text: str, longest: int, allowed: str, lacking: str | None) -> str:
    if lacking and not text:
        raise InputError(lacking)
    if len(text) > longest:
        raise InputError(
            "The text «{start}…» is too long. Use at most {most} characters.", start=_shown(text[:20]), most=longest
        )
    # Cc control, Cs lone surrogate; and what turns the direction of a line about and so makes it read otherwise
    if any(c not in allowed and (unicodedata.category(c) in ("Cc", "Cs") or c in _TURNING) for c in text):
        raise InputError(
            "The text «{start}…» holds characters that nobody can see. Type it again.", start=_shown(text[:20])
        )
    return text


def _shown(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
