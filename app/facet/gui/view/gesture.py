"""What a hand does to a box: draw, move, resize. Whole source pixels, always inside the picture."""

from __future__ import annotations

from enum import Flag

from facet.core.geometry import MINIMUM_SIDE, Box

Point = tuple[float, float]
Size = tuple[int, int]


class Grip(Flag):
    """The sides that a hand holds; all of them: the whole box."""

    NONE = 0
    LEFT = 1
    TOP = 2
    RIGHT = 4
    BOTTOM = 8
    WHOLE = 15


CORNERS_AND_EDGES = (
    Grip.LEFT | Grip.TOP, Grip.TOP, Grip.RIGHT | Grip.TOP, Grip.RIGHT,
    Grip.RIGHT | Grip.BOTTOM, Grip.BOTTOM, Grip.LEFT | Grip.BOTTOM, Grip.LEFT,
)  # fmt: skip


def drawn(start: Point, end: Point, size: Size, *, square: bool = False) -> Box | None:
    """The box spanned by two points of a picture of ``size`` (width, height), or None while it is too small."""
    width, height = size
    (x0, y0), (x1, y1) = (_inside(point, size) for point in (start, end))
    if square:
        side = min(max(abs(x1 - x0), abs(y1 - y0)), width - x0 if x1 >= x0 else x0, height - y0 if y1 >= y0 else y0)
        x1, y1 = x0 + (side if x1 >= x0 else -side), y0 + (side if y1 >= y0 else -side)
    left, right = sorted((round(x0), round(x1)))
    top, bottom = sorted((round(y0), round(y1)))
    if right - left < MINIMUM_SIDE or bottom - top < MINIMUM_SIDE:
        return None
    return Box(x=left, y=top, w=right - left, h=bottom - top)


def moved(box: Box, dx: int, dy: int, size: Size) -> Box:
    """The box shifted by whole pixels and stopped at the picture's border."""
    width, height = size
    return Box(
        x=min(max(box.x + dx, 0), max(width - box.w, 0)),
        y=min(max(box.y + dy, 0), max(height - box.h, 0)),
        w=box.w,
        h=box.h,
    )


def pulled(box: Box, grip: Grip, dx: int, dy: int, size: Size) -> Box:
    """The box with the sides in ``grip`` shifted; it neither leaves the picture nor gets smaller than allowed."""
    if grip == Grip.WHOLE:
        return moved(box, dx, dy, size)
    width, height = size
    left, top, right, bottom = box.x, box.y, box.x + box.w, box.y + box.h
    if Grip.LEFT in grip:
        left = min(max(left + dx, 0), right - MINIMUM_SIDE)
    if Grip.RIGHT in grip:
        right = max(min(right + dx, width), left + MINIMUM_SIDE)
    if Grip.TOP in grip:
        top = min(max(top + dy, 0), bottom - MINIMUM_SIDE)
    if Grip.BOTTOM in grip:
        bottom = max(min(bottom + dy, height), top + MINIMUM_SIDE)
    return Box(x=left, y=top, w=right - left, h=bottom - top)


def fitted(box: Box, size: Size) -> Box | None:
    """The box pushed and cut to lie inside a picture of ``size``; None where the picture is too small for any."""
    width, height = size
    if min(width, height) < MINIMUM_SIDE:
        return None
    w, h = min(max(box.w, MINIMUM_SIDE), width), min(max(box.h, MINIMUM_SIDE), height)
    return moved(Box(x=box.x, y=box.y, w=w, h=h), 0, 0, size)


def central(size: Size) -> Box | None:
    """A square in the middle, a quarter of the shorter side: where keyboard work begins."""
    width, height = size
    side = max(min(width, height) // 4, MINIMUM_SIDE)
    return fitted(Box(x=(width - side) // 2, y=(height - side) // 2, w=side, h=side), size)


def _inside(point: Point, size: Size) -> Point:
    return min(max(point[0], 0.0), float(size[0])), min(max(point[1], 0.0), float(size[1]))
