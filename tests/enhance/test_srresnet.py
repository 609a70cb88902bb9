from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from facet.enhance.engine import Engine
from facet.enhance.srresnet import SRResNet, depth_to_space, srresnet
from facet.enhance.state_dict import read_state
from facet.weights import Store
from networks import portrait, psnr, request


def test_channels_become_pixels_in_tensorflows_order() -> None:
    x = torch.arange(2 * 12 * 2 * 3, dtype=torch.float32).reshape(2, 12, 2, 3)
    made = depth_to_space(x)
    assert made.shape == (2, 3, 4, 6)
    for row in range(4):
        for column in range(6):
            for c in range(3):
                channel = (row % 2 * 2 + column % 2) * 3 + c
                assert made[1, c, row, column] == x[1, channel, row // 2, column // 2]


def test_the_size_follows_from_the_weights() -> None:
    network = srresnet({k: v for k, v in SRResNet(features=8, blocks=3).state_dict().items() if "tracked" not in k})
    assert len(network.body) == 3
    assert network.head.out_channels == 8
    assert network.body[0].bn1.eps == 1e-3


def test_what_comes_out_lies_between_0_and_1() -> None:
    torch.manual_seed(0)
    network = SRResNet(features=8, blocks=1).eval()
    with torch.no_grad():
        network.tail.weight *= 1000
        made = network(torch.rand(1, 3, 5, 7))
    assert made.shape == (1, 3, 20, 28)
    assert made.min() >= 0
    assert made.max() <= 1


@pytest.mark.weights
def test_the_real_weights_beat_bicubic_by_two_decibels(store_home: Path) -> None:
    face = portrait()[20:180, 140:300]
    small = np.asarray(Image.fromarray(face).resize((40, 40), Image.Resampling.BICUBIC))
    store = Store(store_home)
    made, _ = Engine().run(request(small, store.card("srresnet-x4").descriptor, store.path("srresnet-x4")))
    bicubic, _ = Engine().run(request(small, store.card("bicubic").descriptor))
    assert psnr(made.picture, face) > psnr(bicubic.picture, face) + 2


@pytest.mark.weights
def test_the_real_weights_fill_the_network_exactly(store_home: Path) -> None:
    state, _ = read_state(Store(store_home).path("srgan-x4"))
    network = srresnet(state)
    assert len(network.body) == 16
    assert network.head.out_channels == 64
