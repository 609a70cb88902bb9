"""What is worth decoding before anybody asks for it."""

from __future__ import annotations

from collections.abc import Callable

from facet.footage.cache import HORIZON, VISITED, PictureCache

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
    if cache.direction < 0:
        return _backward(cache, group_start)
    forward = min(FORWARD if cache.direction else AT_REST, cache.capacity // 3)
    wanted = cache.missing(cache.position, min(cache.position + forward, count - 1))
    if wanted is None and not cache.direction and cache.position - group_start(cache.position) < AT_REST:
        wanted = _backward(cache, group_start)
    return wanted


def _backward(cache: PictureCache, group_start: Callable[[int], int]) -> int | None:
    """The last picture of a group, or of as much of it as the budget holds: nearer ones push the others out.

    A group has to be decoded from its head again for each part of it, so a part is worth while only if it is all
    that is left of the group, or half of the budget.
    """
    room = min(cache.capacity - cache.capacity // VISITED - 1, HORIZON)
    last = max(0, cache.position - room + 1)
    wanted = cache.missing(cache.position, last)
    if wanted is None:
        return None
    start, first = group_start(wanted), max(group_start(wanted), last)
    return wanted if first == start or wanted - first + 1 >= room // 2 else None
