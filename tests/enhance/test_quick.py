"""Networks made quicker stay the networks they were."""

from __future__ import annotations

from copy import deepcopy

import pytest
import torch
from torch import nn

from facet.enhance.basicsr_bridge import rrdbnet_class
from facet.enhance.edsr import EDSR
from facet.enhance.network import Network
from facet.enhance.quick import STATED, quicken
from facet.enhance.srresnet import SRResNet

CPU = torch.device("cpu")


def networks() -> dict[str, nn.Module]:
    torch.manual_seed(0)
    srresnet = SRResNet(features=8, blocks=2)
    for layer in srresnet.modules():
        if isinstance(layer, nn.BatchNorm2d):
            layer.running_mean, layer.running_var = torch.randn(8), torch.rand(8) + 0.5
    made = {
        "rrdbnet": rrdbnet_class()(num_in_ch=3, num_out_ch=3, scale=4, num_feat=8, num_block=2, num_grow_ch=4),
        "edsr": EDSR(scale=2, features=8, blocks=2),
        "edsr with prelu": EDSR(scale=2, features=8, blocks=2, kernel=5, prelu=True, output="tanh"),
        "srresnet": srresnet,
    }
    return {name: network.eval().requires_grad_(requires_grad=False) for name, network in made.items()}


@pytest.mark.parametrize("name", ["rrdbnet", "edsr", "edsr with prelu", "srresnet"])
def test_the_output_is_the_same_within_rounding(name: str) -> None:
    network = networks()[name]
    quick = deepcopy(network)
    assert quicken(quick)
    x = torch.rand(2, 3, 18, 13)
    with torch.inference_mode():
        expected, made = network(x), quick(x)
        assert expected.std() > 1e-3
        torch.testing.assert_close(made, expected, atol=1e-5, rtol=0)
        assert not torch.equal(made, expected)


def test_a_network_that_is_not_known_is_left_as_it_is() -> None:
    network = nn.Sequential(nn.Conv2d(3, 3, 3, padding=1))
    before = str(network)
    assert not quicken(network)
    assert str(network) == before


def test_a_network_on_the_processor_in_float32_is_made_quicker_and_says_so() -> None:
    module = networks()["edsr"]
    network = Network(module=module, call=module, architecture="edsr", scale=2)
    network.to(CPU, torch.float32, torch.channels_last)
    assert network.convolutions == STATED
    shares: list[float] = []
    with network.watched(shares.append), torch.inference_mode():
        network.call(torch.rand(1, 3, 8, 8))
    assert shares == sorted(shares)
    assert shares[-1] > 0.5


def test_half_precision_keeps_the_direct_convolutions() -> None:
    module = networks()["edsr"]
    network = Network(module=module, call=module, architecture="edsr", scale=2)
    network.to(CPU, torch.bfloat16, torch.channels_last)
    assert network.convolutions == "direct"
