"""A folder of pictures, searched to its depths."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from facet.core.errors import InputError
from facet.train.data.pictures import Pictures

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})


def pictures(path: Path, stated: str) -> Pictures:
    """Every picture below ``path``, sorted by its path there. Raises ``InputError`` where there is none."""
    found = sorted(
        (file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file()),
        key=lambda file: file.relative_to(path).as_posix(),
    )
    if not found:
        raise InputError("{path}: no pictures were found there. Name a folder with PNG or JPEG files.", path=str(path))
    return Pictures(stated=stated, count=len(found), read=lambda index: read(found[index]))


def read(file: Path) -> NDArray[np.uint8]:
    """RGB uint8 (H, W, 3). Raises ``InputError`` for a file that can't be read."""
    try:
        with Image.open(file) as picture:
            return np.asarray(picture.convert("RGB"))
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, ValueError, SyntaxError) as error:
        raise InputError(
            "{path}: not a picture that can be read ({reason}). Take it out of the folder.",
            path=str(file), reason=str(error),
        ) from None  # fmt: skip
