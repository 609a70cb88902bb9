"""The one face of a crop, with its landmarks, for methods that work on an aligned face."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray

from facet.core.errors import InputError
from facet.core.geometry import Face
from facet.core.progress import Progress
from facet.enhance.interpolation import resized
from facet.faces.detect import Detector

SEARCHED = 160
"""Pixels. A crop whose shorter side is less is enlarged by a whole factor for the search: the detector sees no small
faces, and its landmarks are the finer for it."""
LEAST = 0.3
"""Of the crop's shorter side: faces smaller than this are not searched for."""


def face_of(unit: NDArray[np.float32], *, backend: str, progress: Progress) -> Face:
    """The most certain face in ``unit``, float32 RGB (H, W, 3) in 0..1; landmarks in its pixels.

    The number of threads that torch uses is as before. Raises ``InputError`` where there is none.
    """
    height, width = unit.shape[:2]
    factor = -(-SEARCHED // min(height, width))
    seen = resized(unit, width * factor, height * factor, "bicubic") if factor > 1 else unit
    picture = np.rint(np.clip(seen, 0, 1) * 255).astype(np.uint8)
    threads = torch.get_num_threads()
    try:
        smallest = max(20, int(LEAST * factor * min(height, width)))
        faces = _detector().detect(picture, minimum_face=smallest, progress=progress)
    finally:
        torch.set_num_threads(threads)
    if not faces:
        raise InputError(
            "{backend} works on one face seen from the front, and found none in this crop. Choose a box around one "
            "face, with some room, upright.",
            backend=backend,
        )
    found = faces[0]
    points = tuple(((x + 0.5) / factor - 0.5, (y + 0.5) / factor - 0.5) for x, y in found.landmarks)  # pixel centres
    return Face(box=found.box, landmarks=points, confidence=found.confidence)


@cache
def _detector() -> Detector:
    return Detector()
