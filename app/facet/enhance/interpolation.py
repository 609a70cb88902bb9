"""The four classic kernels, by Pillow, one channel at a time in 32-bit floating point.

Kernels, all separable: ``nearest`` repeats pixels; ``bilinear`` is the triangle; ``bicubic`` is Keys (1981) with
a = -0.5; ``lanczos`` is the sinc windowed by a sinc over three lobes (Duchon 1979). When a picture shrinks, Pillow
widens every kernel but nearest by the factor, which filters out what the smaller grid can't hold. At the border
kernels are cut off and normalised again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

KERNELS = {
    "nearest": Image.Resampling.NEAREST,
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
STATED = {"nearest": "nearest", "bilinear": "bilinear", "bicubic": "bicubic, a=-0.5", "lanczos": "lanczos, 3 lobes"}
"""How receipts name the kernels."""


def resized(picture: NDArray[np.float32], width: int, height: int, kernel: str) -> NDArray[np.float32]:
    """``picture``, float32 (H, W, 3) of any range, resampled to ``width`` × ``height`` pixels.

    Nothing is rounded or clipped. Raises ``KeyError`` for an unknown kernel.
    """
    method = KERNELS[kernel]
    channels = [
        np.asarray(Image.fromarray(np.ascontiguousarray(picture[:, :, c])).resize((width, height), method))
        for c in range(picture.shape[2])
    ]
    return np.stack(channels, axis=2)
