"""How far two pictures lie apart as faces: the distance between their points in dlib's face network.

Pictures of one person lie near each other, those of others further off; 0.6 is the border that dlib's author chose on
photographs of Labeled Faces in the Wild. It is a figure about networks, not about people: it does not identify anyone,
and it was set on photographs, not on enlarged crops of 32 pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from facet.core.errors import InputError
from facet.faces.align import Points, dlib_chip
from facet.faces.detect import Detector
from facet.measure.dlib_face import DlibFace

PROTOCOL = (
    "facet.identity/1: Euclidean distance between two points of 128 numbers by dlib's face network (dlib-face, ResNet "
    "with 29 convolutions). Face of the truth found with MTCNN, the most certain one; both pictures cut by its five "
    "landmarks to the same chip of 150x150 pixels (least-squares similarity to dlib's mean face, padding 0.25, "
    "bilinear). 0 is the same picture; dlib's author takes pairs under 0.6 for one person (photographs of LFW)"
)
"""What every distance of this module quotes."""
SAME = 0.6
"""Below: one person, as dlib's author took it."""
SMALLEST_FACE = 0.3
"""Of the shorter side of a picture that shows one face."""


class IdentityMeasure:
    """Keeps the networks warm. On the CPU, for one thread."""

    def __init__(self, weights: Path) -> None:
        """``weights`` are those of ``dlib-face`` in the store, their digest checked. Raises ``InputError``."""
        try:
            self._network = DlibFace.read(weights)
        except (OSError, RuntimeError, ValueError):
            raise InputError(
                "{path}: these are not the weights of dlib-face. Install them again with: "
                "facet models install dlib-face",
                path=str(weights),
            ) from None
        self._detector = Detector()

    def landmarks(self, picture: NDArray[np.uint8]) -> Points | None:
        """Those of the most certain face in ``picture``, RGB uint8 (H, W, 3); None where no face is found."""
        least = max(20, int(SMALLEST_FACE * min(picture.shape[:2])))
        faces = self._detector.detect(picture, minimum_face=least)
        return faces[0].landmarks if faces else None

    def points(self, pictures: Sequence[NDArray[np.uint8]], landmarks: Points) -> NDArray[np.float32]:
        """The points of one face, which lies at ``landmarks`` in each of ``pictures``: float32 (N, 128)."""
        return self.points_of_chips(np.stack([dlib_chip(picture, landmarks) for picture in pictures]))

    def points_of_chips(self, chips: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The points of face chips, RGB uint8 (N, 150, 150, 3): float32 (N, 128)."""
        with torch.inference_mode():
            batch = torch.from_numpy(np.ascontiguousarray(chips.transpose(0, 3, 1, 2), dtype=np.float32))
            found: NDArray[np.float32] = self._network(batch).numpy()
        return found


def distance(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Between two points, 0 or more."""
    return float(np.linalg.norm(one.astype(np.float64) - other.astype(np.float64)))
