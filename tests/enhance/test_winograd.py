"""Fewer multiplications, the same convolution."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from facet.enhance.winograd import Border, Chain, Convolution, DenseBlock, cut, joined

SIZES = [(1, 16, 16), (1, 13, 18), (1, 1, 1), (1, 4, 7), (3, 9, 6), (1, 90, 71), (2, 37, 80)]


def convolution(layer: nn.Conv2d, border: Border) -> Convolution:
    assert layer.bias is not None
    return Convolution(layer.weight.detach(), layer.bias.detach(), border)


@pytest.mark.parametrize("size", SIZES)
def test_cutting_and_joining_give_the_map_back(size: tuple[int, int, int]) -> None:
    count, height, width = size
    x = torch.randn(count, 5, height, width)
    squares = cut(x)
    strips, *_, rows, _, _ = squares.shape
    assert squares.shape == (strips, 4, 4, 5, rows, count, -(-width // 4))
    assert strips * rows >= -(-height // 4)
    assert torch.equal(joined(squares, height, width), x)


@pytest.mark.parametrize("size", SIZES)
def test_two_convolutions_in_a_row_are_those_of_torch_up_to_the_border(size: tuple[int, int, int]) -> None:
    torch.manual_seed(0)
    count, height, width = size
    layers = nn.Conv2d(5, 7, 3, padding=1), nn.Conv2d(7, 3, 3, padding=1)
    border = Border()
    quick = Chain([convolution(layer, border) for layer in layers], border)
    x = torch.randn(count, 5, height, width)
    with torch.inference_mode():
        torch.testing.assert_close(quick(x), layers[1](layers[0](x)), atol=1e-5, rtol=0)


def test_a_dense_block_sees_all_maps_before_it() -> None:
    torch.manual_seed(0)
    layers = [nn.Conv2d(8 + 4 * number, 4 if number < 4 else 8, 3, padding=1) for number in range(5)]
    border = Border()
    quick = Chain([DenseBlock(layers, border)], border)
    x = torch.randn(1, 8, 11, 14)
    with torch.inference_mode():
        maps = [x]
        for layer in layers[:4]:
            maps.append(nn.functional.leaky_relu(layer(torch.cat(maps, dim=1)), 0.2))
        expected = x + 0.2 * layers[4](torch.cat(maps, dim=1))
        torch.testing.assert_close(quick(x), expected, atol=5e-6, rtol=0)
        assert torch.equal(quick(x), quick(x))


def test_pictures_beside_each_other_do_not_touch() -> None:
    torch.manual_seed(0)
    layer = nn.Conv2d(4, 4, 3, padding=1)
    border = Border()
    quick = Chain([convolution(layer, border)], border)
    x = torch.randn(2, 4, 8, 8)
    with torch.inference_mode():
        torch.testing.assert_close(quick(x)[:1], quick(x[:1]), atol=1e-5, rtol=0)
        x[1] = 1e6
        torch.testing.assert_close(quick(x)[:1], quick(x[:1]), atol=1e-5, rtol=0)
