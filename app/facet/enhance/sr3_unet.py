"""The U-Net of SR3 in small: it tells a residual with noise apart, given what is known and how much noise there is.

As in SR3, what is known is concatenated with the noisy planes and every block is told the noise level √γ as a
continuum (after WaveGrad, Chen 2020). Unlike SR3's it has no self-attention: that layer ties a network to the size it
was trained on, and this one is to take any crop.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

LEVEL_FEATURES = 32
HIGHEST = 500.0
"""Radians per unit of √γ of the fastest sine that tells the level; the slowest has a thousandth of it."""
GROUP = 8
"""Channels normalised together."""


class Level(nn.Module):
    """√γ (N,) as features (N, width): sines and cosines through two linear layers."""

    frequencies: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        half = LEVEL_FEATURES // 2
        waves = HIGHEST * torch.exp(-math.log(1000.0) * torch.arange(half) / (half - 1))
        self.register_buffer("frequencies", waves, persistent=False)
        self.first = nn.Linear(LEVEL_FEATURES, width)
        self.second = nn.Linear(width, width)

    def forward(self, level: Tensor) -> Tensor:
        """See the class."""
        angles = level[:, None].float() * self.frequencies.float()
        waves = torch.cat([angles.sin(), angles.cos()], dim=1).to(self.first.weight.dtype)
        out: Tensor = self.second(functional.silu(self.first(waves)))
        return out


class Block(nn.Module):
    """Two normalised convolutions, the level added between them, and a way around both."""

    def __init__(self, inputs: int, outputs: int, width: int) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(inputs // GROUP, inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.level = nn.Linear(width, outputs)
        self.norm2 = nn.GroupNorm(outputs // GROUP, outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.around = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()
        nn.init.zeros_(self.conv2.weight)
        nn.init.zeros_(self.conv2.bias)  # type: ignore[arg-type]

    def forward(self, x: Tensor, level: Tensor) -> Tensor:
        """(N, inputs, H, W) to (N, outputs, H, W)."""
        y = self.conv1(functional.silu(self.norm1(x))) + self.level(level)[:, :, None, None]
        out: Tensor = self.around(x) + self.conv2(functional.silu(self.norm2(y)))
        return out


class UNet(nn.Module):
    """Planes (N, inputs, H, W) and √γ (N,) to (N, outputs, H, W); H and W are multiples of :attr:`multiple`.

    ``widths`` are the channels (multiples of 8) of each level of resolution, the finest first. An untrained one
    gives zero.
    """

    def __init__(self, *, inputs: int, outputs: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        told = 2 * widths[0]
        self.multiple = 2 ** (len(widths) - 1)
        self.level = Level(told)
        self.head = nn.Conv2d(inputs, widths[0], 3, padding=1)
        self.down = nn.ModuleList()
        self.shrink = nn.ModuleList()
        self.grow = nn.ModuleList()
        self.up = nn.ModuleList()
        before = widths[0]
        for width in widths:
            self.down.append(Block(before, width, told))
            before = width
        for width in widths[:-1]:
            self.shrink.append(nn.Conv2d(width, width, 3, stride=2, padding=1))
        self.middle = Block(before, before, told)
        for width in reversed(widths):
            self.up.append(Block(before + width, width, told))
            before = width
        for width in reversed(widths[1:]):
            self.grow.append(nn.Conv2d(width, width, 3, padding=1))
        self.norm = nn.GroupNorm(before // GROUP, before)
        self.tail = nn.Conv2d(before, outputs, 3, padding=1)
        nn.init.zeros_(self.tail.weight)
        nn.init.zeros_(self.tail.bias)  # type: ignore[arg-type]

    def forward(self, planes: Tensor, level: Tensor) -> Tensor:
        """See the class."""
        told = functional.silu(self.level(level))
        x = self.head(planes)
        kept: list[Tensor] = []
        for number, block in enumerate(self.down):
            x = block(x, told)
            kept.append(x)
            if number < len(self.shrink):
                x = self.shrink[number](x)
        x = self.middle(x, told)
        for number, block in enumerate(self.up):
            x = block(torch.cat([x, kept.pop()], dim=1), told)
            if number < len(self.grow):
                x = self.grow[number](functional.interpolate(x, scale_factor=2.0, mode="nearest"))
        out: Tensor = self.tail(functional.silu(self.norm(x)))
        return out
