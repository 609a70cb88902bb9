"""Both fields of interlaced pictures, one by one in the order of time; and boxes between pictures and their fields."""

from __future__ import annotations

from facet.core.geometry import MINIMUM_SIDE, Box

TOP, BOTTOM = "top", "bottom"
BOTTOM_FIRST = ("bb", "tb")
"""Field orders, as FFmpeg spells them (coded first, shown first), in which the bottom field is the earlier one."""


class FieldWalk:
    """Where a walk through the fields stands: nothing is interpolated, each field is its own rows."""

    def __init__(self, order: str | None) -> None:
        """``order`` as FFmpeg spells it; where it says nothing of fields the top one is taken for the first."""
        self.order = (BOTTOM, TOP) if order in BOTTOM_FIRST else (TOP, BOTTOM)
        self.field = self.order[0]
        """The field that is shown of whatever picture is gone to."""

    def step(self, index: int, by: int, count: int) -> int:
        """The picture of ``count`` to which ``by`` fields from ``index`` lead; :attr:`field` is then its field."""
        place = min(max(2 * index + self.order.index(self.field) + by, 0), 2 * count - 1)
        self.field = self.order[place % 2]
        return place // 2


def box_between(box: Box, before: str, after: str, rows: int) -> Box | None:
    """A box of ``before`` (``weave``, ``top``, ``bottom``) where it lies in ``after``, whose picture has ``rows``.

    None where so few rows are left that no box can be made of them.
    """
    if (before == "weave") == (after == "weave"):
        return box
    if after == "weave":
        top, bottom = 2 * box.y, min(2 * (box.y + box.h), rows)
    else:
        top, bottom = box.y // 2, min((box.y + box.h + 1) // 2, rows)
    if bottom - top < MINIMUM_SIDE:
        return None
    return Box(x=box.x, y=top, w=box.w, h=bottom - top)
