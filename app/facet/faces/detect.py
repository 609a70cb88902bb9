"""Face detection by MTCNN (Zhang 2016), for finding boxes, not for evidence: an analyst confirms each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray

from facet.core.errors import InputError
from facet.core.frame import Picture
from facet.core.geometry import MINIMUM_SIDE, Box, Face
from facet.core.i18n import N_
from facet.core.progress import SILENT, Progress
from facet.faces.mtcnn import FACTOR, Cascade

SMALLEST = 8
"""Pixels. Below, a picture is blown up to many times its size and everything looks like a face."""

MOST_AT_ONCE = 8
"""Pictures searched side by side at most, for the memory they take."""


class Detector:
    """Finds faces on the CPU. Loads its networks on first use; not for several threads at once."""

    def __init__(self) -> None:
        self._cascade: Cascade | None = None
        self._cores = torch.get_num_threads()
        self._threads = max(1, self._cores // 2)  # many small steps: more threads wait for each other

    def detect(
        self, picture: Picture, *, minimum_face: int = 20, rotation: int = 0, progress: Progress = SILENT
    ) -> list[Face]:
        """Faces in ``picture``, RGB uint8 or uint16 (H, W, 3), the most certain first, then from top left.

        ``minimum_face`` is the side of the smallest face searched for, in pixels: nothing finer is computed, and what
        turns out smaller by more than one step of the pyramid (0.709) is left out.
        ``rotation`` turns the picture upright by clockwise degrees for the search; boxes (whole pixels, inside the
        picture) and landmarks are in the picture as given, left and right as seen upright. A picture smaller than
        ``minimum_face`` has none. Raises ``InputError`` for parameters that can't be.
        """
        _check(minimum_face, rotation)
        torch.set_num_threads(self._threads)
        return _search(self._loaded(), picture, minimum_face, rotation, progress)

    def detect_all(
        self, pictures: Sequence[Picture], *, minimum_face: int = 20, rotation: int = 0, progress: Progress = SILENT
    ) -> list[list[Face]]:
        """:meth:`detect` of each of several pictures, such as the frames of a clip, as many at a time as the machine
        has cores; ``progress`` counts pictures.

        A picture's search is many small steps of which hardly one is worth dividing, so side by side is the faster
        way to use several cores. Each picture takes some 100 MB (at 1080p) while it is searched.
        """
        _check(minimum_face, rotation)
        cascade, total = self._loaded(), len(pictures)
        found: list[list[Face]] = []
        with ThreadPoolExecutor(min(MOST_AT_ONCE, self._cores), "faces", torch.set_num_threads, (1,)) as side_by_side:
            asked = [
                side_by_side.submit(_search, cascade, picture, minimum_face, rotation, SILENT) for picture in pictures
            ]
            try:
                for done, answer in enumerate(asked):
                    progress(done, total, N_("Searching for faces"))
                    found.append(answer.result())
            except BaseException:
                side_by_side.shutdown(wait=False, cancel_futures=True)
                raise
        progress(total, total, N_("Searching for faces"))
        return found

    def _loaded(self) -> Cascade:
        if self._cascade is None:
            self._cascade = Cascade.packaged()
        return self._cascade


def _check(minimum_face: int, rotation: int) -> None:
    if minimum_face < SMALLEST:
        raise InputError("The smallest face to search for needs at least {least} pixels.", least=SMALLEST)
    if rotation % 90:
        raise InputError("The rotation must be a multiple of 90 degrees, not {degrees}.", degrees=rotation)


def _search(
    cascade: Cascade, picture: Picture, minimum_face: int, rotation: int, progress: Progress
) -> list[Face]:  # fmt: skip
    turns = rotation // 90 % 4
    upright = np.rot90(_eight_bits(picture), -turns)
    with torch.inference_mode():
        rows = cascade.faces(upright, minimum_face, progress)
    height, width = picture.shape[:2]
    faces = [_face(row, turns, width, height) for row in rows]
    least = minimum_face * FACTOR
    wanted = [f for f in faces if min(f.box.w, f.box.h) >= MINIMUM_SIDE and max(f.box.w, f.box.h) >= least]
    return sorted(wanted, key=lambda face: (-face.confidence, face.box.y, face.box.x, face.box.w, face.box.h))


def _eight_bits(picture: Picture) -> NDArray[np.uint8]:
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype not in (np.uint8, np.uint16):
        raise TypeError(f"a picture is RGB uint8 or uint16 (H, W, 3), not {picture.dtype} {picture.shape}")
    if picture.dtype == np.uint16:
        return ((picture.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return picture.astype(np.uint8, copy=False)


def _face(row: NDArray[np.float32], turns: int, width: int, height: int) -> Face:
    corners = [_turned_back(float(x), float(y), turns, width, height) for x, y in (row[:2], row[2:4])]
    (x1, x2), (y1, y2) = (sorted(axis) for axis in zip(*corners, strict=True))
    left, right = _clipped(math.floor(x1), width), _clipped(math.ceil(x2), width)
    top, bottom = _clipped(math.floor(y1), height), _clipped(math.ceil(y2), height)
    points = (
        _turned_back(float(x), float(y), turns, width, height) for x, y in zip(row[5:10], row[10:15], strict=True)
    )
    return Face(
        box=Box(x=left, y=top, w=right - left, h=bottom - top),
        landmarks=tuple(points),
        confidence=float(row[4]),
    )


def _turned_back(u: float, v: float, turns: int, width: int, height: int) -> tuple[float, float]:
    """A point of the picture after ``turns`` quarter turns clockwise, in the picture before (``width``×``height``)."""
    if turns == 1:
        return v, height - u
    if turns == 2:
        return width - u, height - v
    return (width - v, u) if turns == 3 else (u, v)


def _clipped(value: int, limit: int) -> int:
    return min(max(value, 0), limit)
