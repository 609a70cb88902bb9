"""Time as it is written down: moments in UTC, ISO 8601, microseconds, ``Z``; spans in decimal seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from fractions import Fraction

_MOMENT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}"
_UTC = re.compile(_MOMENT + "Z", re.ASCII)
_LOCAL = re.compile(_MOMENT + r"[+-]\d{2}:\d{2}(?::\d{2})?", re.ASCII)


def utc_now() -> str:
    """The present moment, for example ``2026-01-31T12:00:00.123456Z``."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def decimal(seconds: Fraction) -> str:
    """Seconds with six decimals, rounded half up, for example ``"0.040000"``."""
    millionths = (abs(seconds) * 1_000_000 + Fraction(1, 2)).__floor__()
    return f"{'-' if seconds < 0 and millionths else ''}{millionths // 1_000_000}.{millionths % 1_000_000:06d}"


def local_of(utc: str) -> str:
    """The same moment on this computer's clock, with its offset from UTC: ``2026-01-31T21:00:00.123456+09:00``."""
    return datetime.fromisoformat(utc).astimezone().isoformat(timespec="microseconds")


def same_moment(utc: str, local: str) -> bool:
    """Whether both, as :func:`utc_now` and :func:`local_of` write them, are one moment."""
    if not _UTC.fullmatch(utc) or not _LOCAL.fullmatch(local):
        return False
    try:
        return datetime.fromisoformat(utc) == datetime.fromisoformat(local)
    except ValueError:
        return False
