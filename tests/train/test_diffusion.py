"""SR3's objective: what it learns from, what it leaves alone, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from facet.core.errors import InputError
from facet.enhance.edsr import EDSR
from facet.enhance.loading import network_of
from facet.enhance.sr3_network import SR3
from facet.train.diffusion import Sr3Objective
from facet.train.objective import objective
from facet.train.recipe import Recipe

GRAIN = 0.1
"""Deviation of the noise that makes high pictures differ from what the regression makes of low ones."""


def recipe(**changes: Any) -> Recipe:
    fields: dict[str, Any] = {
        "id": "tiny", "architecture": "sr3/edsr", "scale": 4, "data": "folder:none", "steps": 40, "patch": 32,
        "sizes": (32, 64), "batch": 2, "start": "edsr-x4", "options": {"widths": [8, 16], "foretold": 8, "repeats": 2},
    }  # fmt: skip
    return Recipe(**{**fields, **changes})


def start(scale: int = 4) -> dict[str, Tensor]:
    torch.manual_seed(0)
    network = EDSR(scale=scale, features=8, blocks=1)
    torch.nn.init.constant_(network.tail.bias, 0.5)  # type: ignore[arg-type]
    return network.state_dict()


def batch(module: SR3, seed: int) -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    low = torch.rand(2, 3, 8, 8, generator=generator)
    return low, module.regressed(low) + GRAIN * torch.randn(2, 3, 32, 32, generator=generator)


def trained(steps: int) -> tuple[Sr3Objective, SR3, list[float]]:
    goal = Sr3Objective(recipe())
    torch.manual_seed(1)
    module = goal.build(start()).train()
    optimiser = torch.optim.Adam(module.parameters(), lr=1e-2)
    losses = []
    for step in range(steps):
        loss = goal.loss(module, *batch(module, step), torch.Generator().manual_seed(step))
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        losses.append(float(loss.detach()))
    return goal, module, losses


def test_the_recipes_word_brings_the_objective() -> None:
    assert isinstance(objective(recipe()), Sr3Objective)
    assert objective(recipe(architecture="sr3/edsr/tanh")).architecture == "sr3/edsr/tanh"


def test_it_learns_the_deviation_of_the_residual_and_leaves_the_regression_alone() -> None:
    _, module, losses = trained(40)
    low, _ = batch(module, 99)
    with torch.no_grad():
        assert module.known(low).deviation.mean() == pytest.approx(GRAIN, rel=0.15)
    assert losses[-1] < losses[0] - 0.5
    for name, value in start().items():
        assert torch.equal(module.state_dict()[f"regression.{name}"], value)


def test_the_same_generator_gives_the_same_loss() -> None:
    goal, module, _ = trained(1)
    pictures = batch(module, 3)
    first, again, other = (goal.loss(module, *pictures, torch.Generator().manual_seed(s)).item() for s in (5, 5, 6))
    assert first == again != other


def test_an_untrained_network_tells_nothing_which_costs_the_variance_of_v() -> None:
    goal, module, _ = trained(0)
    low, high = batch(module, 0)
    assert goal.loss(module, low, high, torch.Generator().manual_seed(0)).item() > 1
    preview = goal.preview(module, low, torch.Generator().manual_seed(0))
    assert preview.shape == (2, 3, 32, 32)
    assert torch.equal(preview, goal.preview(module, low, torch.Generator().manual_seed(0)))


def test_what_was_trained_is_a_network_that_can_be_loaded_and_gone_on_from() -> None:
    goal, module, _ = trained(2)
    state = module.state_dict()
    low, _ = batch(module, 0)
    loaded = network_of(goal.architecture, dict(state), "tiny").module
    again = goal.build(state)
    assert isinstance(loaded, SR3)
    with torch.no_grad():
        wanted = module.known(low)
        for other in (loaded, again):
            assert torch.equal(other.known(low).deviation, wanted.deviation)
            x = torch.randn_like(wanted.deviation)
            level = torch.full((2,), 0.5)
            assert torch.equal(other.velocity(x, wanted, level), module.velocity(x, wanted, level))


@pytest.mark.parametrize(
    ("changes", "given"),
    [
        ({}, None),
        ({"scale": 8}, start()),
        ({"options": {"width": [8]}}, start()),
        ({"options": {"widths": [12]}}, start()),
        ({"patch": 20, "sizes": (32, 64)}, start()),
    ],
)
def test_what_cannot_be_begun_is_refused_in_one_line(changes: dict[str, Any], given: dict[str, Tensor] | None) -> None:
    with pytest.raises(InputError, match="can't be begun") as caught:
        Sr3Objective(recipe(**changes)).build(given)
    assert "\n" not in str(caught.value)
