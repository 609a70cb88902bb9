"""The degradation of the literature: one bicubic kernel, widened by the scale, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image


@dataclass(frozen=True, slots=True)
class Bicubic:
    """Keys' kernel with a = -0.5, anti-aliased, on 8-bit samples, by Pillow. Nothing is left to chance."""

    def __call__(self, high: NDArray[np.uint8], scale: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        """See :class:`~facet.train.degradations.Degradation`."""
        height, width = high.shape[:2]
        small = Image.fromarray(high).resize((width // scale, height // scale), Image.Resampling.BICUBIC)
        return np.asarray(small)
