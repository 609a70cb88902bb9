"""How good a network is on pictures that it does not learn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import nn

from facet.measure.fidelity import psnr_y
from facet.train.batches import VALIDATION, stacked
from facet.train.data.pictures import Pictures
from facet.train.degradations import Degradation
from facet.train.objective import Objective
from facet.train.recipe import Recipe

SHOWN = 6
"""Pictures on a sample sheet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """One picture of a sample sheet, each RGB uint8: what the network got, made, and should have made."""

    low: NDArray[np.uint8]
    made: NDArray[np.uint8]
    high: NDArray[np.uint8]


@torch.no_grad()
def validate(
    recipe: Recipe, objective: Objective, module: nn.Module, pictures: Pictures, degradation: Degradation
) -> tuple[float, list[Shown]]:
    """The mean PSNR of luma in dB over ``pictures``, and the first of them to be looked at.

    Each is brought to a square of the recipe's smallest size and degraded with random numbers of its own; a border of
    ``scale`` pixels is left out.
    """
    side = recipe.sizes[0] // recipe.scale * recipe.scale
    device = next(module.parameters()).device
    module.eval()
    scores: list[float] = []
    shown: list[Shown] = []
    for index in range(pictures.count):
        high = _square(pictures.read(index), side)
        low = degradation(high, recipe.scale, np.random.default_rng([recipe.seed, VALIDATION, index]))
        generator = torch.Generator().manual_seed(index)
        made = objective.preview(module, stacked([low]).to(device), generator)[0].float().cpu()
        picture = np.rint(made.clamp(0, 1).permute(1, 2, 0).numpy() * 255).astype(np.uint8)
        scores.append(psnr_y(picture, high, recipe.scale))
        if len(shown) < SHOWN:
            shown.append(Shown(low=low, made=picture, high=high))
    module.train()
    return float(np.mean(scores)), shown


def _square(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The middle of a picture as a square of ``side`` pixels, by Lanczos."""
    height, width = picture.shape[:2]
    edge = min(height, width)
    left, top = (width - edge) / 2, (height - edge) / 2
    small = Image.fromarray(picture).resize(
        (side, side), Image.Resampling.LANCZOS, box=(left, top, left + edge, top + edge)
    )
    return np.asarray(small)
