"""The pictures of a benchmark: found, made to a truth, and reduced to what a backend is given."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from facet.core.benchmark import Benchmark
from facet.core.errors import InputError

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
FORMATS = ("PNG", "JPEG", "BMP", "WEBP", "TIFF", "PPM")
MIDDLE = 0.72
"""Of a picture's side: what ``centre`` keeps, the face without most of its surroundings."""
KERNEL = {
    "resize": "the largest centred square",
    "centre": "the middle 72 % of the largest centred square",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A truth, RGB uint8 (crop, crop, 3), and the same reduced, RGB uint8 (crop/scale, crop/scale, 3)."""

    truth: NDArray[np.uint8] = field(repr=False)
    low: NDArray[np.uint8] = field(repr=False)


def found(order: Benchmark) -> list[Path]:
    """The files to measure on, in the order of their names. Raises ``InputError``."""
    folder = order.folder
    try:
        files = sorted(
            path
            for path in folder.iterdir()
            if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file()
        )
    except OSError as error:
        raise InputError(
            "{path}: the folder can't be read ({reason}).", path=str(folder), reason=error.strerror or str(error)
        ) from None
    if not files:
        raise InputError(
            "{path}: there are no pictures in this folder ({suffixes}). Name another one.",
            path=str(folder), suffixes=" ".join(SUFFIXES),
        )  # fmt: skip
    return files[: order.first]


def pair(path: Path, order: Benchmark) -> Pair:
    """The truth in a file and what a backend is given of it. Raises ``InputError``."""
    try:
        with Image.open(path, formats=FORMATS) as file:
            if file.mode not in ("1", "L", "P", "LA", "RGB", "RGBA", "CMYK", "YCbCr"):
                raise InputError("{path}: only pictures of 8 bits are measured on. Convert it.", path=str(path))
            picture = ImageOps.exif_transpose(file).convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InputError(
            "{path}: the picture can't be read ({reason}). Mend it or take it out of the folder.",
            path=str(path), reason=str(error) or type(error).__name__,
        ) from None  # fmt: skip
    truth = picture.resize((order.crop, order.crop), Image.Resampling.LANCZOS, box=_box(picture, order))
    side = order.crop // order.scale
    low = truth.resize((side, side), Image.Resampling.BICUBIC)
    return Pair(truth=np.array(truth), low=np.array(low))


def protocol(order: Benchmark) -> str:
    """How :func:`pair` makes its pictures, in words."""
    return (
        f"facet.bench/1: the pictures of a folder in the order of their names"
        f"{'' if order.first is None else f', the first {order.first}'}; {KERNEL[order.preparation]} made "
        f"{order.crop}x{order.crop} RGB by Pillow's Lanczos (8 bit): the truth; reduced x{order.scale} by Pillow's "
        f"antialiased bicubic (8 bit): what each backend is given; border {order.scale}"
    )


def _box(picture: Image.Image, order: Benchmark) -> tuple[float, float, float, float]:
    width, height = picture.size
    side = min(width, height) * (MIDDLE if order.preparation == "centre" else 1)
    left, top = (width - side) / 2, (height - side) / 2
    return left, top, left + side, top + side
