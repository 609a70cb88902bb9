"""The first network of MTCNN, laid out so that the processor's vectors are full."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import linear, max_pool2d, prelu

WIDTH = 16
"""Channels the ten of the first layer are padded to (with zeros, which change nothing): whole vectors are faster than
ten and a rest."""


class Proposals(nn.Module):
    """The weights of facenet-pytorch's ``PNet``: every view of 12 pixels, a face or not, and where in it.

    Float32 (N, 3, H, W), channels last, about -1..1, to offsets (N, H', W', 4) and the probability of a face
    (N, H', W'), where H' = ceil((H - 2) / 2) - 4.
    """

    slope1: Tensor
    slope2: Tensor
    slope3: Tensor
    ends: Tensor
    ends_bias: Tensor

    def __init__(self, given: nn.Module) -> None:
        super().__init__()
        layers: dict[str, Any] = dict(given.named_children())
        self.conv1 = _padded(layers["conv1"], 3, WIDTH)
        self.conv2 = _padded(layers["conv2"], WIDTH, layers["conv2"].out_channels)
        self.conv3 = _padded(layers["conv3"], layers["conv3"].in_channels, layers["conv3"].out_channels)
        slopes = [layers[f"prelu{number}"].weight.detach() for number in (1, 2, 3)]
        self.register_buffer("slope1", torch.cat([slopes[0], torch.zeros(WIDTH - len(slopes[0]))]))
        self.register_buffer("slope2", slopes[1].clone())
        self.register_buffer("slope3", slopes[2].clone())
        ends = [layers["conv4_1"], layers["conv4_2"]]
        self.register_buffer("ends", torch.cat([end.weight.detach()[:, :, 0, 0] for end in ends]))
        self.register_buffer("ends_bias", torch.cat([end.bias.detach() for end in ends]))
        self.eval().requires_grad_(requires_grad=False)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """See the class."""
        y = max_pool2d(prelu(self.conv1(x), self.slope1), 2, 2, ceil_mode=True)
        y = prelu(self.conv2(y), self.slope2)
        y = prelu(self.conv3(y), self.slope3)
        both = linear(y.permute(0, 2, 3, 1), self.ends, self.ends_bias)
        return both[..., 2:], torch.sigmoid(both[..., 1] - both[..., 0])  # softmax of two


def _padded(layer: nn.Module, inputs: int, outputs: int) -> nn.Conv2d:
    """The same convolution between more channels, those added being zero."""
    assert isinstance(layer, nn.Conv2d)
    assert layer.bias is not None
    wide = nn.Conv2d(inputs, outputs, (layer.kernel_size[0], layer.kernel_size[1]))
    assert wide.bias is not None
    with torch.no_grad():
        wide.weight.zero_()
        wide.bias.zero_()
        wide.weight[: layer.out_channels, : layer.in_channels] = layer.weight
        wide.bias[: layer.out_channels] = layer.bias
    return wide.to(memory_format=torch.channels_last)
