"""From a crop in source pixels to the upright, square-pixelled picture that a backend is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.digest import picture_digest
from facet.core.errors import InputError
from facet.core.frame import Picture
from facet.enhance.interpolation import STATED, resized

KERNEL = "bicubic"
"""What makes pixels square."""
WIDEST_ASPECT = 8
"""A pixel eight times as wide as high, or as high as wide: beyond lies a broken file, not a camera."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """``picture`` has the crop's dtype; ``steps`` say how it came about and end with its digest."""

    picture: Picture = field(repr=False)
    steps: list[Json]

    def unit(self) -> NDArray[np.float32]:
        """The picture as float32 (H, W, 3) in 0..1."""
        return to_unit(self.picture)


def prepare(crop: Picture, *, sample_aspect: str | None = None, rotation: int = 0) -> Prepared:
    """Square the pixels, then turn the crop upright.

    ``crop`` is RGB uint8 or uint16 (H, W, 3); ``sample_aspect`` the width of a pixel over its height, ``"16/15"`` or
    ``"16:15"``, null or ``0/1`` when unknown; ``rotation`` clockwise degrees. The aspect belongs to the source's own
    axes, so it comes first. Pixels are only ever added: the side that is too short grows. Raises ``InputError``.
    """
    picture = _checked(crop)
    steps: list[Json] = []
    aspect = _aspect(sample_aspect)
    if aspect != 1:
        picture, step = _squared(picture, aspect)
        steps.append(step)
    if rotation % 90:
        raise InputError(
            "The rotation must be a multiple of 90 degrees, not {degrees}. Correct the footage's rotation.",
            degrees=rotation,
        )
    if rotation % 360:
        picture = cast(Picture, np.ascontiguousarray(np.rot90(picture, -(rotation // 90))))
        steps.append({"step": "rotate", "clockwise_degrees": rotation % 360})
    steps.append(
        {
            "step": "prepared",
            "width": int(picture.shape[1]),
            "height": int(picture.shape[0]),
            "bits": 8 * picture.dtype.itemsize,
            "picture_sha256": picture_digest(picture),
        }
    )
    return Prepared(picture=picture, steps=steps)


def to_unit(picture: Picture) -> NDArray[np.float32]:
    """RGB uint8 or uint16 as float32 in 0..1."""
    return picture.astype(np.float32) / np.float32(np.iinfo(picture.dtype).max)


def _checked(crop: Picture) -> Picture:
    if crop.ndim != 3 or crop.shape[2] != 3 or crop.dtype not in (np.uint8, np.uint16) or 0 in crop.shape:
        raise TypeError(f"a crop is RGB uint8 or uint16 (H, W, 3), not {crop.dtype} {crop.shape}")
    return cast(Picture, np.ascontiguousarray(crop))


def _aspect(text: str | None) -> Fraction:
    if text is None:
        return Fraction(1)
    try:
        above, below = (int(part) for part in text.replace(":", "/").split("/"))
        if above < 0 or below < 0:
            raise ValueError(text)
    except ValueError:
        raise InputError("«{text}» is not a pixel aspect. Write it as 16/15.", text=text) from None
    if above == 0 or below == 0:
        return Fraction(1)  # containers write 0/1 where they don't know
    aspect = Fraction(above, below)
    if not Fraction(1, WIDEST_ASPECT) <= aspect <= WIDEST_ASPECT:
        raise InputError(
            "A pixel aspect of {text} can't be right (the limit is {limit}:1). Correct it for this footage.",
            text=text, limit=WIDEST_ASPECT,
        )  # fmt: skip
    return aspect


def _squared(picture: Picture, aspect: Fraction) -> tuple[Picture, Json]:
    height, width = picture.shape[:2]
    new_width = _rounded(width * aspect) if aspect > 1 else width
    new_height = _rounded(height / aspect) if aspect < 1 else height
    top = np.iinfo(picture.dtype).max
    grown = resized(picture.astype(np.float32), new_width, new_height, KERNEL)
    step: Json = {
        "step": "square pixels",
        "sample_aspect": f"{aspect.numerator}/{aspect.denominator}",
        "kernel": STATED[KERNEL],
        "from": [width, height],
        "to": [new_width, new_height],
        "rounding": "nearest, ties to even, clipped to the range of the samples",
    }
    return cast(Picture, np.rint(np.clip(grown, 0, top)).astype(picture.dtype)), step


def _rounded(length: Fraction) -> int:
    """Halves go up."""
    return int(length + Fraction(1, 2))
