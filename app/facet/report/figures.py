"""Pictures on pages: copies fit for display, upright, with square pixels, at a size that is stated.

The evidence is what is attached; what stands on a page is there to be looked at. Recorded pixels are never smoothed.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.utils import ImageReader

from facet.core.canonical import parse_ratio
from facet.core.descriptor import Family
from facet.core.frame import Picture
from facet.core.geometry import Box
from facet.report.banner import LEAST_WIDTH, mark

FRAME_LONGEST = 1400
"""Pixels of a display copy of a whole frame (JPEG)."""
OUTPUT_LONGEST = 900
"""Pixels of a display copy of an enlarged picture (JPEG, full chroma)."""
BLOCKS_LONGEST = 720
"""Pixels up to which a crop is enlarged in whole blocks, so that no viewer smooths it (lossless)."""

NATIVE_POINTS = (0.75, 0.6, 0.48, 0.36, 0.24, 0.12)
"""Sizes that a source pixel may be printed at: 1/96 inch, and smaller where the crop would not fit."""


def eight_bit(picture: Picture) -> NDArray[np.uint8]:
    """RGB uint8: 16-bit samples lose their lower byte, for display only."""
    if picture.dtype == np.uint8:
        return picture.astype(np.uint8, copy=False)
    return (picture >> 8).astype(np.uint8)


def upright(picture: NDArray[Any], rotation: int) -> NDArray[Any]:
    """Turned clockwise by 0, 90, 180 or 270 degrees."""
    return np.ascontiguousarray(np.rot90(picture, -((rotation // 90) % 4)))


def upright_box(box: Box, width: int, height: int, rotation: int) -> Box:
    """``box`` in a picture of ``width`` by ``height`` pixels, after :func:`upright`."""
    turns = (rotation // 90) % 4
    if turns == 1:
        return Box(x=height - box.y - box.h, y=box.x, w=box.h, h=box.w)
    if turns == 2:
        return Box(x=width - box.x - box.w, y=height - box.y - box.h, w=box.w, h=box.h)
    if turns == 3:
        return Box(x=box.y, y=width - box.x - box.w, w=box.h, h=box.w)
    return box


def pixel_shape(sample_aspect: str | None, rotation: int) -> tuple[float, float]:
    """Width and height of an upright pixel, the smaller being 1. Unknown or absurd: square."""
    try:
        aspect = parse_ratio((sample_aspect or "1").replace(":", "/"))
    except (ValueError, ZeroDivisionError):
        aspect = Fraction(1)
    if not Fraction(1, 8) <= aspect <= 8:
        aspect = Fraction(1)
    shape = (float(max(aspect, Fraction(1))), float(max(1 / aspect, Fraction(1))))
    return shape if (rotation // 90) % 2 == 0 else (shape[1], shape[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class Plate:
    """A picture ready for a page: ``inner`` is where the compared picture lies in it, in pixels of the copy."""

    image: ImageReader = field(repr=False)
    width: int
    height: int
    inner: Box


def photograph(picture: Picture, longest: int, quality: int) -> Plate:
    """A JPEG copy, reduced to ``longest`` pixels, colour kept at full resolution."""
    image = Image.fromarray(np.ascontiguousarray(eight_bit(picture)))
    if max(image.size) > longest:
        image.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=None)
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality, subsampling=0)
    stream.seek(0)
    return _whole(ImageReader(stream), *image.size)


def blocks(picture: Picture) -> Plate:
    """A lossless copy with each pixel a block of equal pixels; a large crop is a JPEG copy instead."""
    small = eight_bit(picture)
    if max(small.shape[:2]) > 2 * BLOCKS_LONGEST:
        return photograph(small, 2 * BLOCKS_LONGEST, 95)
    factor = max(1, BLOCKS_LONGEST // max(small.shape[:2]))
    image = Image.fromarray(np.ascontiguousarray(small.repeat(factor, 0).repeat(factor, 1)))
    return _whole(ImageReader(image), *image.size)


def _whole(image: ImageReader, width: int, height: int) -> Plate:
    return Plate(image=image, width=width, height=height, inner=Box(x=0, y=0, w=width, h=height))


def marked_plate(picture: Picture, *, family: Family, exhibit: str, language: str, backend: str, digest: str) -> Plate:
    """An output's display copy with its banner in the pixels, so that it keeps it when taken out of the report."""
    shown = eight_bit(picture)
    longest = max(shown.shape[:2])
    if longest > OUTPUT_LONGEST:
        image = Image.fromarray(np.ascontiguousarray(shown))
        image.thumbnail((OUTPUT_LONGEST, OUTPUT_LONGEST), Image.Resampling.LANCZOS, reducing_gap=None)
        shown = np.asarray(image)
    else:
        factor = max(1, min(-(-LEAST_WIDTH // shown.shape[1]), 2 * BLOCKS_LONGEST // longest))
        shown = shown.repeat(factor, 0).repeat(factor, 1)
    marked = mark(shown, family=family, exhibit=exhibit, language=language, backend=backend, digest=digest)
    return replace(photograph(marked.picture, 4 * OUTPUT_LONGEST, 90), inner=marked.box)
