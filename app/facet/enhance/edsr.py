"""EDSR (Lim 2017): a residual network without batch normalisation.

What the paper leaves out of SRResNet is its normalisation; what is otherwise free is an option here, because weights
that began as an SRResNet keep its shape: kernels of 9 pixels at both ends, PReLU instead of ReLU, a tanh at the end.
Up-sampling is by ``pixel_shuffle``: several ×2 stages, or one of ×3.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

OUTPUTS = ("linear", "tanh")
STAGES = {2: (2,), 3: (3,), 4: (2, 2), 8: (2, 2, 2)}
"""Factors of the up-sampling stages by scale."""


class Residual(nn.Module):
    """Two convolutions whose result is added to the input."""

    def __init__(self, features: int, *, prelu: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(features, features, 3, padding=1)
        self.act = activation(features, prelu=prelu)
        self.conv2 = nn.Conv2d(features, features, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, features, H, W) to the same."""
        out: Tensor = x + self.conv2(self.act(self.conv1(x)))
        return out


class Stage(nn.Module):
    """A convolution and a shuffle that make the picture ``factor`` times larger."""

    def __init__(self, features: int, factor: int, *, prelu: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(features, features * factor**2, 3, padding=1)
        self.shuffle = nn.PixelShuffle(factor)
        self.act = nn.PReLU(features) if prelu else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """(N, features, H, W) to (N, features, factor·H, factor·W)."""
        out: Tensor = self.act(self.shuffle(self.conv(x)))
        return out


class EDSR(nn.Module):
    """RGB (N, 3, H, W) in 0..1 to (N, 3, scale·H, scale·W), about 0..1.

    ``kernel`` (odd) is that of the first and the last convolution. ``output`` is ``linear``, or ``tanh`` mapped to
    0..1. Raises ``KeyError`` for a scale other than 2, 3, 4, 8.
    """

    def __init__(
        self, *, scale: int, features: int = 64, blocks: int = 16, kernel: int = 3, prelu: bool = False,
        output: str = "linear",
    ) -> None:  # fmt: skip
        super().__init__()
        self.output = output
        self.head = nn.Conv2d(3, features, kernel, padding=kernel // 2)
        self.head_act = nn.PReLU(features) if prelu else nn.Identity()
        self.body = nn.ModuleList([Residual(features, prelu=prelu) for _ in range(blocks)])
        self.mid = nn.Conv2d(features, features, 3, padding=1)
        self.up = nn.ModuleList([Stage(features, factor, prelu=prelu) for factor in STAGES[scale]])
        self.tail = nn.Conv2d(features, 3, kernel, padding=kernel // 2)

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        first = self.head_act(self.head(x))
        y = first
        for block in self.body:
            y = block(y)
        y = first + self.mid(y)
        for stage in self.up:
            y = stage(y)
        y = self.tail(y)
        return (torch.tanh(y) + 1) / 2 if self.output == "tanh" else y


def activation(features: int, *, prelu: bool) -> nn.Module:
    """PReLU with a slope for each channel, or ReLU."""
    return nn.PReLU(features) if prelu else nn.ReLU()


def edsr(state: Mapping[str, Tensor], output: str = "linear") -> tuple[EDSR, int]:
    """The network whose size ``state`` tells, with its weights, and its scale.

    ``output`` is what the weights can't tell. Raises ``KeyError``, ``ValueError`` or ``RuntimeError`` if it is no EDSR.
    """
    if output not in OUTPUTS:
        raise ValueError(output)
    features, _, kernel, _ = state["head.weight"].shape
    blocks = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("body."))
    stages = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("up."))
    factor = round((state["up.0.conv.weight"].shape[0] / features) ** 0.5)
    network = EDSR(
        scale=int(factor**stages), features=features, blocks=blocks, kernel=kernel,
        prelu="body.0.act.weight" in state, output=output,
    )  # fmt: skip
    network.load_state_dict(dict(state))
    return network, int(factor**stages)
