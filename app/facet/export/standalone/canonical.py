"""Canonical JSON read strictly: RFC 8785 without floating-point numbers. The stored bytes are what was hashed."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NoReturn


def sha256_of(content: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def spell(value: Any) -> bytes:
    """The one spelling of a value. Raises ``ValueError`` for what has none."""
    return json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def read_object(content: Any) -> dict[str, Any]:
    """The object that ``content`` spells. Raises ``ValueError`` unless it is canonical, byte for byte."""
    if not isinstance(content, bytes):
        raise ValueError("no bytes")
    try:
        value = json.loads(content.decode("utf-8"), parse_float=_refuse, parse_constant=_refuse)
        if isinstance(value, dict) and spell(value) == content:
            return value
    except RecursionError:
        pass
    raise ValueError("not canonical")


def _ordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=lambda key: key.encode("utf-16-be"))}
    if isinstance(value, list):
        return [_ordered(each) for each in value]
    if isinstance(value, int) and not -(2**53) < value < 2**53:
        raise ValueError("too large a number")
    if value is None or isinstance(value, (str, int)):
        return value
    raise ValueError("not a value of canonical JSON")


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)
