"""SRResNet: the generator of SRGAN (Ledig 2017), as its public Keras weights were trained.

Differences from the paper: pictures go in as 0..1; the last layer is tanh, mapped to 0..1; batch normalisation has
Keras's epsilon; the up-sampling layers order their channels as TensorFlow's ``depth_to_space`` does, with the
position inside the block varying slowest.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

EPSILON = 1e-3
"""Keras's default for batch normalisation."""
SCALE = 4


class Block(nn.Module):
    """Two convolutions whose result is added to the input."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(features, features, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(features, eps=EPSILON)
        self.prelu = nn.PReLU(features)
        self.conv2 = nn.Conv2d(features, features, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(features, eps=EPSILON)

    def forward(self, x: Tensor) -> Tensor:
        """(N, features, H, W) to the same."""
        inner = self.prelu(self.bn1(self.conv1(x)))
        out: Tensor = x + self.bn2(self.conv2(inner))
        return out


class SRResNet(nn.Module):
    """RGB (N, 3, H, W) in 0..1 to (N, 3, 4H, 4W) in 0..1."""

    def __init__(self, *, features: int = 64, blocks: int = 16) -> None:
        super().__init__()
        self.head = nn.Conv2d(3, features, 9, padding=4)
        self.head_prelu = nn.PReLU(features)
        self.body = nn.ModuleList([Block(features) for _ in range(blocks)])
        self.mid = nn.Conv2d(features, features, 3, padding=1)
        self.mid_bn = nn.BatchNorm2d(features, eps=EPSILON)
        self.up1 = nn.Conv2d(features, 4 * features, 3, padding=1)
        self.up1_prelu = nn.PReLU(features)
        self.up2 = nn.Conv2d(features, 4 * features, 3, padding=1)
        self.up2_prelu = nn.PReLU(features)
        self.tail = nn.Conv2d(features, 3, 9, padding=4)

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        first = self.head_prelu(self.head(x))
        y = first
        for block in self.body:
            y = block(y)
        y = first + self.mid_bn(self.mid(y))
        y = self.up1_prelu(depth_to_space(self.up1(y)))
        y = self.up2_prelu(depth_to_space(self.up2(y)))
        return (torch.tanh(self.tail(y)) + 1) / 2


def depth_to_space(x: Tensor) -> Tensor:
    """(N, 4C, H, W) to (N, C, 2H, 2W), TensorFlow's order: channel = (row·2 + column)·C + c."""
    count, channels, height, width = x.shape
    parts = x.view(count, 2, 2, channels // 4, height, width)
    return parts.permute(0, 3, 4, 1, 5, 2).reshape(count, channels // 4, 2 * height, 2 * width)


def srresnet(state: Mapping[str, Tensor]) -> SRResNet:
    """The network whose size ``state`` tells, with its weights. Raises ``KeyError`` or ``RuntimeError`` if it is no
    SRResNet."""
    features = state["head.weight"].shape[0]
    blocks = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("body."))
    network = SRResNet(features=features, blocks=blocks)
    wanted = network.state_dict()
    counters = {name: value for name, value in wanted.items() if name.endswith("num_batches_tracked")}
    network.load_state_dict({**counters, **state})
    return network
