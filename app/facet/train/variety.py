"""What photographs have and drawn faces lack: hard light, strong colours, clipped whites, a head that leans.

A network that is to be right on photographs is shown such pictures too. They are changed before they are degraded: the
changed picture is the truth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
"""Of BT.601, for R, G, B."""
GAMMA, SATURATION, BALANCE = 0.6, 0.7, 0.15
"""Largest changes of the exponent, of the distance from grey and of one channel, in factors of two either way."""
CONTRAST = (-0.3, 0.9)
"""Smallest and largest change of contrast in factors of two; most photographs have more of it than drawn faces."""
PIVOT, SHIFT = (0.35, 0.65), 0.1
"""The level (0..1) that a change of contrast leaves alone, and the largest shift of all levels."""


def leant(picture: Image.Image, most: float, rng: np.random.Generator) -> Image.Image:
    """``picture`` turned by up to ``most`` degrees either way, black where nothing was; half of all pictures stay."""
    if rng.random() < 0.5:
        return picture
    return picture.rotate(rng.uniform(-most, most), Image.Resampling.BICUBIC)


def toned(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """RGB uint8 (H, W, 3) with another exponent, saturation, contrast, brightness and white balance."""
    levels = (picture.astype(np.float32) / 255) ** np.float32(2 ** rng.uniform(-GAMMA, GAMMA))
    grey = (levels @ LUMA)[..., None]
    levels = grey + (levels - grey) * np.float32(2 ** rng.uniform(-SATURATION, SATURATION))
    pivot = np.float32(rng.uniform(*PIVOT))
    levels = (levels - pivot) * np.float32(2 ** rng.uniform(*CONTRAST)) + pivot + np.float32(rng.uniform(-SHIFT, SHIFT))
    levels = levels * (2 ** rng.uniform(-BALANCE, BALANCE, 3)).astype(np.float32)
    made: NDArray[np.uint8] = np.rint(levels.clip(0, 1) * 255).astype(np.uint8)
    return made
