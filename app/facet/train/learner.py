"""A network while it learns: its weights, their running mean, and the optimiser that changes them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from facet.enhance.device import Rig
from facet.train.objective import Objective
from facet.train.ranks import Ranks
from facet.train.recipe import Recipe

OPTIMISERS = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}


class Learner:
    """The network of ``recipe`` on ``rig``, before its first step. ``mean`` is what is measured and exported."""

    def __init__(
        self, recipe: Recipe, goal: Objective, start: Mapping[str, Tensor] | None, *, rig: Rig, ranks: Ranks
    ) -> None:
        self._recipe, self._goal, self._rig, self._ranks = recipe, goal, rig, ranks
        self._module = goal.build(start).to(rig.device).to(memory_format=rig.memory_format)
        self._shared = ranks.shared(self._module)
        self._optimiser = OPTIMISERS[recipe.optimiser](self._module.parameters(), lr=recipe.rate)
        self.mean = copy.deepcopy(self._module).requires_grad_(requires_grad=False)
        self._module.train()

    def step(self, step: int, low: Tensor, high: Tensor, generator: torch.Generator) -> float:
        """Learn from one batch, float32 RGB (N, 3, H, W) in 0..1; the loss before it."""
        for group in self._optimiser.param_groups:
            group["lr"] = self._recipe.rate_at(step)
        low, high = (
            each.to(self._rig.device).contiguous(memory_format=self._rig.memory_format) for each in (low, high)
        )
        loss = self._goal.loss(self._shared, low, high, generator)
        self._optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        self._follow(step)
        return self._ranks.mean(loss.detach())

    def state(self) -> dict[str, Any]:
        """Everything the next step rests on: ``module``, ``mean`` and ``optimiser``, as state dicts."""
        return {
            "module": self._module.state_dict(),
            "mean": self.mean.state_dict(),
            "optimiser": self._optimiser.state_dict(),
        }

    def restore(self, *, module: dict[str, Any], mean: dict[str, Any], optimiser: dict[str, Any]) -> None:
        """Be as :meth:`state` said. Raises ``RuntimeError`` or ``ValueError`` where that was another network."""
        self._module.load_state_dict(module)
        self.mean.load_state_dict(mean)
        self._optimiser.load_state_dict(optimiser)

    @torch.no_grad()
    def _follow(self, step: int) -> None:
        """Let the running mean take in the weights after ``step``; at first it forgets faster, or it would lag."""
        share = 1 - min(self._recipe.average, (1 + step) / (10 + step))
        state = self._module.state_dict()
        for name, value in self.mean.state_dict().items():
            if value.is_floating_point():
                value.lerp_(state[name], share)
            else:
                value.copy_(state[name])
