"""Outputs that can't be what a network meant: not numbers, all black, all one colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from facet.core.errors import EnvironmentLacksError
from facet.core.frame import Picture

LEAST_LIGHT = 1 / 255
"""Mean of a picture (0..1) from which on it is not black."""
LEAST_RANGE = 8 / 255
"""Difference of the darkest and the lightest sample (0..1) from which on it is not of one colour."""


def check_numbers(samples: NDArray[np.float32], *, backend: str, device: str, precision: str) -> None:
    """Raise ``EnvironmentLacksError`` if any sample is infinite or not a number."""
    if not np.isfinite(samples).all():
        raise EnvironmentLacksError(
            "{backend} gave values that are not numbers on {device} in {precision}. Nothing was kept. "
            "Choose float32, or the cpu.",
            backend=backend, device=device, precision=precision,
        )  # fmt: skip


def check_picture(
    output: NDArray[np.uint8], prepared: Picture, *, backend: str, device: str, precision: str
) -> None:  # fmt: skip
    """Raise ``EnvironmentLacksError`` if ``output`` is black or of one colour and ``prepared`` clearly is not."""
    top = float(np.iinfo(prepared.dtype).max)
    if not output.any() and float(prepared.mean(dtype=np.float64)) / top >= LEAST_LIGHT:
        raise EnvironmentLacksError(
            "{backend} gave a black picture on {device} in {precision}. Nothing was kept. Choose float32, or the cpu.",
            backend=backend, device=device, precision=precision,
        )  # fmt: skip
    if (output == output[0, 0]).all() and (int(prepared.max()) - int(prepared.min())) / top >= LEAST_RANGE:
        raise EnvironmentLacksError(
            "{backend} gave a picture of a single colour on {device} in {precision}. Nothing was kept. "
            "Choose float32, or the cpu.",
            backend=backend, device=device, precision=precision,
        )  # fmt: skip
