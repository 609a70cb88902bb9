"""What a training is after: the seam between the trainer and the networks it trains."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import torch
from torch import Tensor, nn

from facet.core.errors import InputError
from facet.train.recipe import Recipe


class Objective(Protocol):
    """One kind of network, bound to a recipe. Pictures are float32 RGB (N, 3, H, W) in 0..1."""

    def build(self, start: Mapping[str, Tensor] | None) -> nn.Module:
        """The network before its first step, from ``start`` (a backend's weights) or from random values that torch's
        own generator, seeded already, gives. Raises ``InputError`` for a start or options that don't fit."""

    def loss(self, module: nn.Module, low: Tensor, high: Tensor, generator: torch.Generator) -> Tensor:
        """The mean loss of a batch, a scalar. ``module`` is called exactly once (several cards rely on it); random
        numbers come from ``generator``, on the CPU, seeded for this step."""

    def preview(self, module: nn.Module, low: Tensor, generator: torch.Generator) -> Tensor:
        """What ``module`` makes of ``low``: (N, 3, scale·H, scale·W), about 0..1."""

    @property
    def architecture(self) -> str:
        """The word by which a card calls the network that is exported."""


def objective(recipe: Recipe) -> Objective:
    """The objective of ``recipe.architecture``. Raises ``InputError`` for an unknown one, or options it lacks."""
    from facet.train.diffusion import Sr3Objective
    from facet.train.regression import EdsrObjective, SrcnnObjective

    kinds: dict[str, Callable[[Recipe], Objective]] = {
        "edsr": EdsrObjective,
        "srcnn": SrcnnObjective,
        "sr3": Sr3Objective,
    }
    kind = recipe.architecture.partition("/")[0]
    if kind not in kinds:
        raise InputError(
            "Facet can't train the architecture «{name}». Known are: {known}.",
            name=recipe.architecture, known=", ".join(sorted(kinds)),
        )  # fmt: skip
    return kinds[kind](recipe)
