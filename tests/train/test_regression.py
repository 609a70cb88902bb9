"""EDSR and SRCNN: the networks, how they begin, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from facet.core.errors import InputError
from facet.enhance.edsr import EDSR
from facet.enhance.interpolation import resized
from facet.enhance.loading import network_of
from facet.enhance.srcnn import SRCNN
from facet.enhance.srresnet import SRResNet
from facet.train.batches import stacked
from facet.train.objective import objective
from facet.train.start import another_stage, edsr_from_srresnet
from networks import scene
from training import recipe

LOW = stacked([scene(10, 12)])
GENERATOR = torch.Generator()
LIKE_SRRESNET = {"features": 6, "blocks": 2, "kernel": 9, "prelu": True, "output": "tanh"}


def srresnet() -> SRResNet:
    torch.manual_seed(0)
    network = SRResNet(features=6, blocks=2)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for value in (module.weight, module.bias, module.running_mean, module.running_var):
                torch.nn.init.uniform_(value, 0.5, 1.5)  # type: ignore[arg-type]
    return network.eval()


@torch.no_grad()
def test_an_edsr_that_starts_as_an_srresnet_is_the_same_function() -> None:
    theirs = srresnet()
    goal = objective(recipe(options=LIKE_SRRESNET))
    ours = goal.build(theirs.state_dict())
    assert goal.architecture == "edsr/tanh"
    assert torch.allclose(ours(LOW), theirs(LOW), atol=1e-5)
    loaded = network_of("edsr/tanh", ours.state_dict(), "weights")
    assert loaded.scale == 4
    assert torch.equal(loaded.call(LOW), ours(LOW))


@torch.no_grad()
def test_another_stage_begins_as_bilinear_interpolation() -> None:
    state = edsr_from_srresnet(srresnet().state_dict())
    ours = objective(recipe(scale=8, options=LIKE_SRRESNET)).build(state)
    assert isinstance(ours, EDSR)
    assert ours(LOW).shape == (1, 3, 80, 96)
    features = torch.rand(1, 6, 7, 5)
    wanted = torch.nn.functional.interpolate(features, scale_factor=2, mode="bilinear")
    assert torch.allclose(ours.up[2](features)[..., 2:-2, 2:-2], wanted[..., 2:-2, 2:-2], atol=1e-6)
    assert set(another_stage(state)) == set(ours.state_dict())


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
@torch.no_grad()
def test_an_edsr_tells_its_size_by_its_weights(scale: int) -> None:
    network = EDSR(scale=scale, features=4, blocks=3)
    found = network_of("edsr", network.state_dict(), "weights")
    assert found.scale == scale
    assert torch.equal(found.call(LOW), network(LOW))


@torch.no_grad()
def test_an_srcnn_begins_near_the_bicubic_enlargement_that_facet_makes_everywhere() -> None:
    torch.manual_seed(0)
    ours = objective(recipe(architecture="srcnn", options={})).build(None)
    wanted = resized(LOW[0].permute(1, 2, 0).numpy(), 48, 40, "bicubic")
    made = ours(LOW)[0].permute(1, 2, 0).numpy()
    assert float(np.abs(made - wanted).mean()) < 0.05
    found = network_of("srcnn/x4", ours.state_dict(), "weights")
    assert found.scale == 4
    assert torch.equal(found.call(LOW), ours(LOW))


@torch.no_grad()
def test_an_srcnn_predicts_luma_and_leaves_colour_to_the_enlargement() -> None:
    network = SRCNN(scale=2, features=(4, 3), kernels=(9, 1, 5))
    made = network(LOW) - torch.from_numpy(resized(LOW[0].permute(1, 2, 0).numpy(), 24, 20, "bicubic")).permute(2, 0, 1)
    assert torch.allclose(made[:, 0], made[:, 1], atol=1e-5)
    assert torch.allclose(made[:, 1], made[:, 2], atol=1e-5)


def test_what_does_not_fit_is_told() -> None:
    for wrong in (
        recipe(options={"features": 4, "bloks": 2}),
        recipe(options={"output": "sigmoid"}),
        recipe(scale=16),
        recipe(architecture="srcnn", options={"kernels": [9, 4, 5]}),
    ):
        with pytest.raises(InputError, match="can't be begun"):
            objective(wrong).build(None)
    with pytest.raises(InputError, match="can't be begun"):
        objective(recipe(options={"features": 8, "blocks": 1})).build(EDSR(scale=4, features=4, blocks=1).state_dict())
    with pytest.raises(InputError, match="can't train the architecture «vdsr»"):
        objective(recipe(architecture="vdsr"))
    with pytest.raises(InputError, match="not of the architecture"):
        network_of("edsr", {"head.weight": torch.zeros(3)}, "weights")
    with pytest.raises(InputError, match="not of the architecture"):
        network_of("srcnn/large", {}, "weights")
