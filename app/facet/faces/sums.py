"""Means over rectangles of a picture, each for the price of four look-ups, however large the rectangle.

A face detector looks at one picture at many sizes and at hundreds of places. Averaging anew each time reads the whole
picture again and again; a table of sums (Crow 1984, summed-area tables) is made once. The sums are whole numbers and
so exact: the means are to the last bit those of ``torch.nn.functional.interpolate(…, mode="area")``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, from_numpy

from facet.faces.cv2_bridge import environment_kept

with environment_kept():
    import cv2


@dataclass(frozen=True, slots=True)
class Sums:
    """``table`` is int32 (H + 1, W + 1, 3): at row r and column c the sum of all samples above r and left of c.

    Above 8 megapixels it may run over; differences of two entries are right all the same (they wrap back) as long as
    a rectangle itself has fewer than 8 million pixels.
    """

    table: NDArray[np.int32]

    @classmethod
    def of(cls, picture: NDArray[np.uint8]) -> Sums:
        """Of RGB (H, W, 3)."""
        return cls(np.asarray(cv2.integral(np.ascontiguousarray(picture), sdepth=cv2.CV_32S), np.int32))

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the picture, in pixels."""
        return self.table.shape[0] - 1, self.table.shape[1] - 1

    def shrunk(self, height: int, width: int) -> Tensor:
        """The whole picture as float32 (1, 3, ``height``, ``width``), channels last, 0..255: each pixel the mean of
        what lies under it, whole pixels."""
        (top, bottom), (left, right) = (
            windows(np.array([length]), size) for length, size in zip(self.size, (height, width), strict=True)
        )
        bands = np.take(self.table, bottom[0], axis=0) - np.take(self.table, top[0], axis=0)
        sums = np.take(bands, right[0], axis=1) - np.take(bands, left[0], axis=1)
        means = sums.astype(np.float32)
        means /= (bottom - top).astype(np.float32)[0, :, None, None]
        means /= (right - left).astype(np.float32)[0, None, :, None]
        return from_numpy(means[None]).permute(0, 3, 1, 2)

    def views(self, boxes: NDArray[np.int64], side: int) -> Tensor:
        """What lies in each box (left, top, right, bottom; not empty, inside the picture), made ``side`` pixels wide
        and high: float32 (N, 3, ``side``, ``side``), channels last, 0..255."""
        left, right = (edge + boxes[:, :1] for edge in windows(boxes[:, 2] - boxes[:, 0], side))
        top, bottom = (edge + boxes[:, 1:2] for edge in windows(boxes[:, 3] - boxes[:, 1], side))
        sums = self._at(bottom, right) - self._at(bottom, left) - self._at(top, right) + self._at(top, left)
        means = sums.astype(np.float32)
        means /= (bottom - top).astype(np.float32)[:, :, None, None]
        means /= (right - left).astype(np.float32)[:, None, :, None]
        return from_numpy(means).permute(0, 3, 1, 2)

    def _at(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.int32]:
        places = rows[:, :, None] * self.table.shape[1] + columns[:, None, :]
        taken: NDArray[np.int32] = np.take(self.table.reshape(-1, 3), places, axis=0)
        return taken


def windows(lengths: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and past-the-last pixel under each of ``size`` pixels that ``lengths`` (N,) are made of: both (N, size).

    Neighbours may share a pixel, where the division leaves a remainder.
    """
    steps = np.arange(size)
    first = steps * lengths[:, None] // size
    return first, -(-(steps + 1) * lengths[:, None] // size)
