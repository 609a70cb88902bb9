"""What is worth decoding before anybody asks for it."""

from __future__ import annotations

from collections.abc import Callable

from facet.footage.cache import AFTER, HORIZON, PictureCache

FORWARD = 100
"""Pictures that are decoded before the one that is seen, playing forwards."""
AT_REST = 12
"""The same where nobody plays, and how near to the head of its group one may stand before the group in front of it is
decoded too."""


def next_wanted(cache: PictureCache, count: int, group_start: Callable[[int], int]) -> int | None:
    """The picture that is decoded next while nothing is asked, of ``count``; None if there is none.

    ``group_start`` tells from which picture one has to decode towards another.
    """
    if not len(cache):
        return None
    place, reach = cache.position, min(cache.reach, HORIZON)
    if cache.direction < 0:
        return _backward(cache, max(0, place - reach), group_start)
    forward = min(FORWARD, reach) if cache.direction else min(AT_REST, reach // AFTER)
    wanted = cache.missing(place, min(place + forward, count - 1))
    if wanted is None and not cache.direction and place - (start := group_start(place)) < AT_REST:
        wanted = _backward(cache, max(group_start(max(0, start - 1)), place - reach), group_start)
    return wanted


def _backward(cache: PictureCache, last: int, group_start: Callable[[int], int]) -> int | None:
    """The last picture of a group, or of as much of it as the budget holds: nearer ones push the others out.

    A group has to be decoded from its head again for each part of it, so a part is worth while only if it is all
    that is left of the group, or half of what can be kept.
    """
    wanted = cache.missing(cache.position, last) if last <= cache.position else None
    if wanted is None:
        return None
    whole = group_start(wanted) >= last
    return wanted if whole or wanted - last + 1 >= (cache.position - last) // 2 else None
