"""What photosites and the circuits behind them do to the light. Pictures are float32 RGB (H, W, 3) in 0..1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

TRANSFER = 2.2
"""Exponent between a picture's samples and the light that made them; near enough to sRGB and BT.709 for noise."""


def exposed(
    picture: NDArray[np.float32], *, gamma: float, read: float, shot: float, rng: np.random.Generator
) -> NDArray[np.float32]:  # fmt: skip
    """The picture as a sensor in poor light gives it, in 0..1.

    Noise is added to the light: ``read`` is the standard deviation of what is there in the dark, ``shot`` the variance
    per unit of light (photons arrive by chance), both relative to full light. ``gamma`` is an exponent more for the
    samples: above 1 darkens what is between black and white.
    """
    light = np.clip(picture, 0, 1) ** np.float32(TRANSFER)
    spread = np.sqrt(np.float32(read) ** 2 + np.float32(shot) * light)
    noisy = light + spread * rng.standard_normal(light.shape, dtype=np.float32)
    made: NDArray[np.float32] = np.clip(noisy, 0, 1) ** np.float32(gamma / TRANSFER)
    return made


def quantised(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Samples 0..255 of a picture in 0..1."""
    return np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
