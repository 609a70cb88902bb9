"""Noise and its way back: the schedule of SR3 (Saharia 2021) and the step from more noise to less.

A picture's residual d with noise is x = √γ·d + √(1-γ)·ε, where γ (in the papers ᾱ) falls from almost 1 to almost 0.
The network tells v = √γ·ε - √(1-γ)·d (Salimans & Ho 2022), from which both d and ε follow; for a residual that is
nothing but white noise of variance 1 the best v is 0, which is where an untrained network begins.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

STEPS = 2000
FIRST, LAST = 1e-6, 1e-2
"""The variances β of SR3's noise schedule, linear over ``STEPS`` steps."""


def gammas() -> NDArray[np.float64]:
    """γ after 0, 1 … ``STEPS`` steps of noise, float64 (``STEPS`` + 1,), falling from 1."""
    betas = np.linspace(FIRST, LAST, STEPS, dtype=np.float64)
    return np.concatenate([[1.0], np.cumprod(1 - betas)])


def drawn_levels(count: int, generator: torch.Generator) -> Tensor:
    """√γ for ``count`` training samples, float32 (count,).

    As SR3 has it: a step is chosen, then γ uniformly between its ends, so that the network knows a continuum of
    levels and any number of steps will do afterwards. The steps of one batch are spread evenly (stratified).
    """
    table = torch.from_numpy(gammas())
    share = (torch.arange(count) + torch.rand(count, generator=generator)) / count
    step = (share[torch.randperm(count, generator=generator)] * STEPS).long().clamp(max=STEPS - 1)
    between = torch.rand(count, generator=generator, dtype=torch.float64)
    return (table[step + 1] + between * (table[step] - table[step + 1])).sqrt().float()


def path(steps: int) -> list[float]:
    """γ at the ends of ``steps`` steps from full noise to none: rising, ``steps`` + 1 values, the last one 1.

    x turns from ε to d by the angle arccos √γ; all steps turn it by the same angle.
    """
    full = math.acos(math.sqrt(gammas()[STEPS]))
    return [math.cos(full * (steps - step) / steps) ** 2 for step in range(steps + 1)]


def noised(residual: Tensor, noise: Tensor, level: Tensor) -> tuple[Tensor, Tensor]:
    """Give x and v, both (N, C, H, W), of a residual and noise of that shape at √γ ``level`` (N,)."""
    signal = level[:, None, None, None]
    grain = (1 - signal.square()).sqrt()
    return signal * residual + grain * noise, signal * noise - grain * residual


def residual_of(x: Tensor, velocity: Tensor, gamma: float) -> Tensor:
    """The residual d that ``velocity`` tells at γ."""
    return torch.add(math.sqrt(gamma) * x, velocity, alpha=-math.sqrt(1 - gamma))


def stepped(
    x: Tensor, residual: Tensor, gamma: float, towards: float, *, ancestral: bool, fresh: Tensor | None
) -> Tensor:
    """The x at γ ``towards``, given x at γ and what d is taken for.

    Ancestral sampling adds ``fresh`` noise of the posterior's variance (Ho 2020); the deterministic step adds none
    (Song 2021, equation 12 with η of 1 and of 0). The last step, to γ = 1, returns ``residual`` itself.
    """
    if towards >= 1:
        return residual
    variance = (1 - towards) / (1 - gamma) * (1 - gamma / towards) if ancestral else 0.0
    kept = math.sqrt((1 - towards - variance) / (1 - gamma))  # of ε, which is (x - √γ·d) / √(1-γ)
    there = torch.add(kept * x, residual, alpha=math.sqrt(towards) - kept * math.sqrt(gamma))
    return there if fresh is None or not ancestral else torch.add(there, fresh, alpha=math.sqrt(variance))


def ahead(residual: Tensor, before: Tensor | None) -> Tensor:
    """What d will be half a step on, from what it is taken for now and was one step ``before``.

    A deterministic step that takes d as it is at its beginning draws too little: in 20 steps white noise loses 6 % of
    its deviation. With d from the middle of the step the loss is 0.2 % (a multistep method of second order, as in Liu
    2022 and Lu 2022, with equal angles for steps).
    """
    return residual if before is None else torch.lerp(residual, before, -0.5)
