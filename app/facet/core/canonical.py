"""Canonical JSON: RFC 8785 (JCS) restricted to values that have one spelling in every language.

Integers below 2**53, strings, booleans, null, arrays, objects with string keys. No floats: a number that is not an
integer is written as a string by whoever knows its unit (``"1/90000"``, ``"0.25"``).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

Json: TypeAlias = bool | int | str | list["Json"] | dict[str, "Json"] | None

LIMIT = 2**53
"""Integers must be smaller than this in magnitude (I-JSON)."""
_RATIO = re.compile(r"-?[0-9]{1,60}(?:/[0-9]{1,60})?")


def canonical_json(value: Any) -> bytes:
    """UTF-8 canonical JSON of ``value``; the bytes are what is stored and hashed.

    Keys are sorted by UTF-16 code units as RFC 8785 requires. Raises ``TypeError`` for floats and other types and
    ``ValueError`` for integers of 2**53 or more and for lone surrogates.
    """
    return json.dumps(_checked(value, "$"), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def canonical_digest(value: Any) -> str:
    """SHA-256 (lower-case hex) of :func:`canonical_json`."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def parse_ratio(text: str) -> Fraction:
    """The number that ``text`` spells as ``"n/d"`` or ``"n"``. Raises ``ValueError``, ``TypeError`` for no text and
    ``ZeroDivisionError``: what a file from elsewhere says, such as ``"1e999999999"``, must not fill the memory."""
    if not _RATIO.fullmatch(text):
        raise ValueError("not a ratio of whole numbers")
    return Fraction(text)


def _checked(value: Any, where: str) -> Json:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if not -LIMIT < value < LIMIT:
            raise ValueError(f"{where}: {value} is too large for canonical JSON; write it as a string")
        return int(value)
    if isinstance(value, str):
        value.encode("utf-8")  # refuses lone surrogates
        return str(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"{where}: key {key!r} is not a string")
        plain = all(map(str.isascii, value))
        ordered = sorted(value) if plain else sorted(value, key=lambda key: key.encode("utf-16-be"))
        return {key: _checked(value[key], f"{where}.{key}") for key in ordered}
    if isinstance(value, (list, tuple)):
        return [_checked(item, f"{where}[{i}]") for i, item in enumerate(value)]
    raise TypeError(f"{where}: {type(value).__name__} has no canonical JSON form; write it as a string")
