"""A face turned, scaled and cut the way a network was trained to see it, from five landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facet.core.errors import InputError

Points = Sequence[tuple[float, float]]

DLIB_SIDE = 150
"""Pixels of the chip that dlib's face network takes."""
DLIB_FACE: Points = ((47.55, 46.60), (100.48, 46.60), (74.01, 76.56), (50.41, 103.02), (97.61, 103.02))
"""Where left eye, right eye, nose and mouth corners of dlib's mean face lie in that chip, a quarter of its width left
free around (dlib, ``get_face_chip_details`` with padding 0.25; an eye is the mean of its six points)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Similarity:
    """A turn, a scale and a shift: (x, y) goes to (a·x - b·y + dx, b·x + a·y + dy), in pixels."""

    a: float
    b: float
    dx: float
    dy: float

    @property
    def scale(self) -> float:
        """How many times longer things become."""
        return float(np.hypot(self.a, self.b))

    @property
    def inverse(self) -> Similarity:
        """The way back."""
        norm = self.a**2 + self.b**2
        a, b = self.a / norm, -self.b / norm
        return Similarity(a=a, b=b, dx=-(a * self.dx - b * self.dy), dy=-(b * self.dx + a * self.dy))

    @classmethod
    def between(cls, points: Points, places: Points) -> Similarity:
        """The one that brings ``points`` nearest to ``places`` in the sense of least squares.

        Raises ``InputError`` where all points are one.
        """
        given = np.array([complex(x, y) for x, y in points])
        wanted = np.array([complex(x, y) for x, y in places])
        around = given - given.mean()
        extent = float(np.sum(np.abs(around) ** 2))
        if not np.isfinite(extent) or extent < 1e-9:
            raise InputError("The landmarks of the face are no face: they lie in one point. Choose another picture.")
        turn = complex(np.sum(np.conj(around) * (wanted - wanted.mean()))) / extent
        shift = complex(wanted.mean()) - turn * complex(given.mean())
        return cls(a=turn.real, b=turn.imag, dx=shift.real, dy=shift.imag)


def dlib_chip(picture: NDArray[np.uint8], landmarks: Points) -> NDArray[np.uint8]:
    """The face of ``picture``, RGB uint8 (H, W, 3), as RGB uint8 (150, 150, 3): what dlib's face network takes.

    ``landmarks`` are left eye, right eye, nose, left and right mouth corner in pixels, left and right as seen in the
    picture. What lies outside the picture is black.
    """
    there = Similarity.between(landmarks, DLIB_FACE)
    shrink = max(1, int(1 / there.scale))  # a much larger face is reduced first, or its detail turns into noise
    source = Image.fromarray(picture).reduce(shrink)
    back = there.inverse
    a, b, dx, dy = (part / shrink for part in (back.a, back.b, back.dx, back.dy))
    chip = source.transform(
        (DLIB_SIDE, DLIB_SIDE), Image.Transform.AFFINE, (a, -b, dx, b, a, dy), Image.Resampling.BILINEAR
    )
    return cast(NDArray[np.uint8], np.asarray(chip))
