"""Faces in the frame that FFHQ's were cut out in, which generators and restorers of faces expect, and back again.

The frame follows from five landmarks as FFHQ's own script has it (Karras 2019, «A Style-Based Generator
Architecture», arXiv:1812.04948; ``download_ffhq.py``, ``recreate_aligned_images``, in NVlabs/ffhq-dataset). With the
eyes at l and r (left and right in the picture), e midway between them and m midway between the mouth corners::

    x = (r - l) - turned(m - e)           turned(a, b) = (-b, a)
    x = x / |x| · max(2·|r - l|, 1.8·|m - e|)       half of the frame's upper edge
    y = turned(x)                                   half of its left edge, downwards
    c = e + 0.1·(m - e)                             its centre

so it is a square, upright with the face, of side 2·|x|. FFHQ takes each eye as the mean of six landmarks; here it is
the one point that a detector gives. Both are counted in pixels from the centre of the first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from facet.core.canonical import Json

SOFT = 0.1
"""Of the frame's side: how far inside its border a pasted face fades out."""
FINEST = 8
"""Samples a side that are averaged for a pixel, at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alignment:
    """FFHQ's frame in a picture: a square.

    ``centre``, and ``half`` from there to the middle of its right edge, in pixels. A pixel's own centre lies half a
    pixel from its corner; the picture's corner is (0, 0).
    """

    centre: tuple[float, float]
    half: tuple[float, float]

    @classmethod
    def of(cls, landmarks: Sequence[tuple[float, float]]) -> Alignment:
        """From left eye, right eye, nose, left and right mouth corner (left as seen in the picture).

        Raises ``ValueError`` for landmarks that lie in one point.
        """
        left, right, _, mouth_left, mouth_right = (np.asarray(point, np.float64) for point in landmarks)
        eyes, across = (left + right) / 2, right - left
        down = (mouth_left + mouth_right) / 2 - eyes
        x = across - _turned(down)
        length = math.hypot(*x)
        if length == 0:
            raise ValueError("the landmarks lie in one point")
        half = x / length * max(2 * math.hypot(*across), 1.8 * math.hypot(*down))
        centre = eyes + 0.1 * down + 0.5
        return cls(centre=(float(centre[0]), float(centre[1])), half=(float(half[0]), float(half[1])))

    @property
    def side(self) -> float:
        """In pixels of the picture."""
        return 2 * math.hypot(*self.half)

    def enlarged(self, factor: float) -> Alignment:
        """The same frame in the picture made ``factor`` times wider and higher."""
        return Alignment(
            centre=(self.centre[0] * factor, self.centre[1] * factor),
            half=(self.half[0] * factor, self.half[1] * factor),
        )

    def matrix(self) -> NDArray[np.float64]:
        """(2, 3): from places in the frame, (0, 0) to (1, 1), to places in the picture."""
        x, y = np.asarray(self.half), _turned(np.asarray(self.half))
        return np.column_stack([2 * x, 2 * y, np.asarray(self.centre) - x - y])

    def to_json(self) -> dict[str, Json]:
        """For a receipt: the matrix, its numbers as text."""
        return {
            "side": f"{self.side:.3f}",
            "matrix": [[f"{round(value, 6) + 0.0:.6f}" for value in row] for row in self.matrix()],
            "matrix_maps": "places in the frame, (0, 0) to (1, 1), to pixels of the picture, whose corner is (0, 0)",
            "source": "FFHQ (arXiv:1812.04948), from five landmarks",
        }


def aligned(
    picture: NDArray[np.float32], alignment: Alignment, side: int
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """What lies in the square of ``alignment``, and which of its pixels the picture covers.

    ``picture`` float32 (H, W, 3), any range; back come float32 (side, side, 3) and bool (side, side). What the picture
    doesn't cover repeats its border.
    """
    places = alignment.matrix()
    places[:, :2] /= side
    height, width = picture.shape[:2]
    x, y = _grid(places, side, side, 1)
    covered = (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
    return _sampled(picture, places, side, side), covered


def pasted(face: NDArray[np.float32], alignment: Alignment, onto: NDArray[np.float32]) -> NDArray[np.float32]:
    """``onto``, float32 (H, W, 3), with ``face``, float32 (S, S, 3), lying in the square of ``alignment`` in it.

    Towards the border of the frame it fades, by a smooth step over ``SOFT`` of its side. The inverse of
    :func:`aligned` up to what sampling loses.
    """
    back = _inverse(alignment.matrix())
    height, width = onto.shape[:2]
    u, v = _grid(back, height, width, 1)
    inside = np.clip(np.minimum(np.minimum(u, 1 - u), np.minimum(v, 1 - v)) / SOFT, 0, 1)
    share = (inside * inside * (3 - 2 * inside)).astype(np.float32)[:, :, None]
    return onto + share * (_sampled(face, back * len(face), height, width) - onto)


def _turned(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    """By a quarter, from rightwards to downwards."""
    return np.asarray([-vector[1], vector[0]])


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    square = np.linalg.inv(matrix[:, :2])
    return np.column_stack([square, -square @ matrix[:, 2]])


def _grid(
    places: NDArray[np.float64], height: int, width: int, fine: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where ``places`` (2, 3) leads from the centres of a grid's pixels, each divided by ``fine`` a side."""
    column = (np.arange(width * fine) + 0.5) / fine
    row = ((np.arange(height * fine) + 0.5) / fine)[:, None]
    x, y = (line[0] * column + line[1] * row + line[2] for line in places)
    return x, y


def _sampled(picture: NDArray[np.float32], places: NDArray[np.float64], height: int, width: int) -> NDArray[np.float32]:
    """``picture`` at ``places``, by the cubic kernel (Keys 1981, a = -0.75); where its pixels lie closer than the
    grid's, as many samples are averaged as that takes."""
    fine = min(FINEST, max(1, math.ceil(math.hypot(places[0, 0], places[1, 0]) - 1e-6)))
    x, y = _grid(places, height, width, fine)
    extent = picture.shape[1], picture.shape[0]
    grid = np.stack([2 * place / length - 1 for place, length in zip((x, y), extent, strict=True)], axis=2)
    planes = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)[None]))
    wanted = torch.from_numpy(grid.astype(np.float32)[None])
    with torch.inference_mode():
        found = functional.grid_sample(planes, wanted, mode="bicubic", padding_mode="border", align_corners=False)
        if fine > 1:
            found = functional.avg_pool2d(found, fine)
        return found[0].permute(1, 2, 0).contiguous().numpy()
