"""Time as it is written down: moments in UTC, ISO 8601, microseconds, ``Z``; spans in decimal seconds."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction


def utc_now() -> str:
    """The present moment, for example ``2026-01-31T12:00:00.123456Z``."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def decimal(seconds: Fraction) -> str:
    """Seconds with six decimals, rounded half up, for example ``"0.040000"``."""
    millionths = (abs(seconds) * 1_000_000 + Fraction(1, 2)).__floor__()
    return f"{'-' if seconds < 0 and millionths else ''}{millionths // 1_000_000}.{millionths % 1_000_000:06d}"
