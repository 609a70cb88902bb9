"""What step n learns from: a function of the recipe's seed and n alone.

Each sample of a batch has its own random numbers, and several graphics cards share a batch out between them, so that
the same recipe sees the same pictures in the same order on any number of cards, and after any number of stops.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from facet.train.data.pictures import Pictures
from facet.train.degradations import Degradation
from facet.train.recipe import Recipe
from facet.train.variety import leant, toned

SAMPLES, VALIDATION, NOISE = 1, 2, 3
"""What random numbers are for: second word of their seed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Batches:
    """Draws for ``recipe`` from ``pictures``."""

    recipe: Recipe
    pictures: Pictures
    degradation: Degradation

    def batch(self, step: int, rank: int = 0, ranks: int = 1) -> tuple[Tensor, Tensor]:
        """The share of card ``rank`` of ``ranks`` in step ``step``: low and high, float32 RGB (N, 3, H, W) in 0..1."""
        pairs = [self._sample(step, number) for number in range(rank, self.recipe.batch, ranks)]
        return stacked([low for low, _ in pairs]), stacked([high for _, high in pairs])

    def _sample(self, step: int, number: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        recipe = self.recipe
        rng = np.random.default_rng([recipe.seed, SAMPLES, step, number])
        picture = Image.fromarray(self.pictures.read(int(rng.integers(self.pictures.count))))
        if recipe.lean:
            picture = leant(picture, recipe.lean, rng)
        shorter = min(picture.size)
        smallest, largest = recipe.sizes
        side = shorter * recipe.patch / rng.uniform(smallest, largest)  # of the square, in the picture's own pixels
        left, top = (rng.uniform(0, length - side) for length in picture.size)
        high = picture.resize(
            (recipe.patch, recipe.patch), Image.Resampling.LANCZOS, box=(left, top, left + side, top + side)
        )
        if recipe.flip and rng.random() < 0.5:
            high = high.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        samples = np.asarray(high)
        if recipe.tones and rng.random() < recipe.tones:
            samples = toned(samples, rng)
        return self.degradation(samples, recipe.scale, rng), samples


def stacked(pictures: list[NDArray[np.uint8]]) -> Tensor:
    """RGB uint8 (H, W, 3) each, as one float32 (N, 3, H, W) in 0..1."""
    return torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2).astype(np.float32) / 255)


def noise_seed(seed: int, step: int, rank: int) -> int:
    """What the random numbers of an objective begin with in step ``step``; below 2**63."""
    return int(np.random.SeedSequence([seed, NOISE, step, rank]).generate_state(1, np.uint64)[0] >> np.uint64(1))
