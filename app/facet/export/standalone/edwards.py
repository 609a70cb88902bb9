"""Ed25519 signatures checked with whole numbers (RFC 8032, section 5.1): seals can be read by this, none made."""

from __future__ import annotations

import hashlib

FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of the base point."""
CURVE_D = -121665 * pow(121666, FIELD - 2, FIELD) % FIELD
ROOT_OF_MINUS_ONE = pow(2, (FIELD - 1) // 4, FIELD)
ZERO = (0, 1, 1, 0)
"""The neutral point. Points are extended homogeneous coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z."""


def signed_by(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether ``signature`` (64 bytes) is that of ``message`` by the owner of ``public_key`` (32 bytes)."""
    owner = _point(public_key) if len(public_key) == 32 else None
    if owner is None or len(signature) != 64:
        return False
    factor = int.from_bytes(signature[32:], "little")
    if factor >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    x, y, z, t = owner
    minus_owner = (FIELD - x, y, z, FIELD - t)
    return _coded(_sum(_times(factor, BASE), _times(challenge, minus_owner))) == signature[:32]


def _sum(one: tuple[int, int, int, int], other: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    a = (one[1] - one[0]) * (other[1] - other[0]) % FIELD
    b = (one[1] + one[0]) * (other[1] + other[0]) % FIELD
    c = 2 * one[3] * other[3] * CURVE_D % FIELD
    d = 2 * one[2] * other[2] % FIELD
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD


def _times(factor: int, point: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    total = ZERO
    while factor:
        if factor & 1:
            total = _sum(total, point)
        point = _sum(point, point)
        factor >>= 1
    return total


def _coded(point: tuple[int, int, int, int]) -> bytes:
    inverse = pow(point[2], FIELD - 2, FIELD)
    x, y = point[0] * inverse % FIELD, point[1] * inverse % FIELD
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _point(coded: bytes) -> tuple[int, int, int, int] | None:
    """The point that 32 bytes spell; None where they spell none."""
    whole = int.from_bytes(coded, "little")
    odd, y = whole >> 255, whole & (1 << 255) - 1
    if y >= FIELD:
        return None
    square = (y * y - 1) * pow(CURVE_D * y * y + 1, FIELD - 2, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if x * x % FIELD != square:
        x = x * ROOT_OF_MINUS_ONE % FIELD
    if x * x % FIELD != square or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = FIELD - x
    return x, y, 1, x * y % FIELD


_BASE_POINT = _point((4 * pow(5, FIELD - 2, FIELD) % FIELD).to_bytes(32, "little"))
assert _BASE_POINT is not None
BASE = _BASE_POINT
"""y = 4/5, x even."""
