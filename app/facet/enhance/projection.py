"""Making a picture agree with the evidence exactly: the range-null-space step (Wang 2023, DDNM).

The operator A is Facet's own reduction, Pillow's antialiased bicubic, written as a matrix for each side; A⁺ is its
pseudo-inverse. x + A⁺(y - A·x) is the picture nearest to x whose reduction is y. It proves nothing about quality: any
picture whatever, pure noise too, passes the consistency test afterwards.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

OPERATOR = "Pillow antialiased bicubic (a=-0.5), as in facet.consistency/1"


class Reduction:
    """A and A⁺ between pictures (3, sH, sW) and crops (3, H, W), float32, on ``device``."""

    def __init__(self, height: int, width: int, scale: int, device: torch.device) -> None:
        self._rows, self._rows_back = (_on(device, matrix) for matrix in _matrices(height, scale))
        self._columns, self._columns_back = (_on(device, matrix) for matrix in _matrices(width, scale))

    def reduced(self, picture: Tensor) -> Tensor:
        """A·x: (…, sH, sW) to (…, H, W)."""
        return self._rows @ picture @ self._columns.T

    def projected(self, picture: Tensor, crop: Tensor) -> Tensor:
        """Give x + A⁺(y - A·x): ``picture`` (…, sH, sW) made to agree with ``crop`` (…, H, W)."""
        return picture + self._rows_back @ (crop - self.reduced(picture)) @ self._columns_back.T

    def error(self, picture: Tensor, crop: Tensor) -> float:
        """Mean squared difference of the reduced picture and the crop, both in 0..1."""
        return float((self.reduced(picture) - crop).square().mean())


def _matrices(length: int, scale: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A (length, scale·length) and A⁺ (scale·length, length)."""
    every = Image.fromarray(np.eye(scale * length, dtype=np.float32))
    reduce = np.asarray(every.resize((scale * length, length), Image.Resampling.BICUBIC), np.float64)
    return reduce, np.linalg.pinv(reduce).astype(np.float64)


def _on(device: torch.device, matrix: NDArray[np.float64]) -> Tensor:
    return torch.from_numpy(matrix.astype(np.float32)).to(device)
