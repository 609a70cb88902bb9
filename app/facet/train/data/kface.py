"""K-FACE (KIST): faces by person, accessory, light, expression and camera.

The tree is ``<root>/{High,Middle,Low}_Resolution/<ID>/S###/L#/E##/C#.jpg``. Beside some pictures lies ``C#.txt``
with seven landmarks and boxes; where it is there the face is cut out, else the whole picture is taken.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from facet.core.errors import InputError
from facet.train.data import folder
from facet.train.data.pictures import Pictures

RESOLUTION = "High_Resolution"
PLACE = re.compile(r"(\d{8})/(S\d{3})/(L\d{1,2})/(E\d{2})/(C\d{1,2})\.jpg", re.IGNORECASE)
LANDMARKS = 7
"""Lines ``x y`` before the boxes of an annotation; the first box is the face's."""
MARGIN = 0.15
"""Of the box's longer side, on each side of the face."""


def pictures(root: Path, stated: str) -> Pictures:
    """Every picture of the high resolution below ``root``, sorted by person, accessory, light, expression and camera.

    Raises ``InputError`` where the tree is not there.
    """
    top = root / RESOLUTION
    found = sorted(
        (key, file) for file in top.glob("*/S*/L*/E*/*") if (key := _key(file.relative_to(top).as_posix())) is not None
    )
    if not found:
        raise InputError(
            "{path}: no K-FACE pictures were found. The folder must hold {folder}/<person>/S001/L1/E01/C1.jpg and "
            "so on.",
            path=str(root), folder=RESOLUTION,
        )  # fmt: skip
    return Pictures(stated=stated, count=len(found), read=lambda index: face(found[index][1]))


def face(file: Path) -> NDArray[np.uint8]:
    """The face in ``file``, a square with a margin where the annotation tells it; RGB uint8 (H, W, 3).

    Raises ``InputError`` for a picture or an annotation that can't be read.
    """
    picture = folder.read(file)
    note = file.with_suffix(".txt")
    if not note.is_file():
        return picture
    x, y, width, height = _face_box(note)
    side = min(round(max(width, height) * (1 + 2 * MARGIN)), *picture.shape[:2])
    top = min(max(0, round(y + height / 2 - side / 2)), picture.shape[0] - side)
    left = min(max(0, round(x + width / 2 - side / 2)), picture.shape[1] - side)
    return np.ascontiguousarray(picture[top : top + side, left : left + side])


def _key(place: str) -> tuple[str, int, int, int, int] | None:
    found = PLACE.fullmatch(place)
    if found is None:
        return None
    person, accessory, light, expression, camera = found.groups()
    return person, int(accessory[1:]), int(light[1:]), int(expression[1:]), int(camera[1:])


def _face_box(note: Path) -> tuple[float, float, float, float]:
    """``x y w h`` of the face. Separators vary: space, tab, comma, semicolon."""
    try:
        lines = [line for line in note.read_text("utf-8-sig").splitlines() if line.strip()]
        x, y, width, height = (float(part) for part in re.split(r"[\s,;]+", lines[LANDMARKS].strip(" \t,;")))
    except (OSError, UnicodeDecodeError, ValueError, IndexError):
        width = height = 0.0
        x = y = 0.0
    if width < 1 or height < 1:
        raise InputError("{path}: not an annotation of K-FACE. Mend it or take it away.", path=str(note))
    return x, y, width, height
