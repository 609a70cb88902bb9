"""SR3 on the residual of a regression: a frozen network, what it is unsure of, and the U-Net that draws the rest.

SR3 (Saharia 2021) draws the whole picture, conditioned on the bicubic one. Here, as in SRDiff (Li 2021) and
stochastic refinement (Whang 2022), the picture of a regression network is taken as known and only the residual is
drawn, divided by a deviation that a small network foretells for each sample of it (Kendall & Gal 2017). All this runs
on a grid four times coarser than the output, its 4×4 pixels as channels (pixel unshuffle), so that a CPU can afford it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from facet.enhance.sr3_schedule import noised
from facet.enhance.sr3_unet import UNet

GRID = 4
"""Output pixels along each side of a cell of the grid."""
PLANES = 3 * GRID * GRID
WIDTHS = (64, 96, 128)
FORETOLD = 32
"""Channels of the network that foretells deviations."""
USUAL = 0.03
"""Deviation (pictures in 0..1) that an untrained one foretells."""
RANGE = (-4.0, 3.0)
"""Natural logarithm of how many times less or more it may be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """What is known of a crop before anything is drawn.

    ``picture`` is the regression's (N, 3, sH, sW); ``planes`` (N, 2·48, h, w) what the U-Net is shown of it;
    ``deviation`` (N, 48, h, w) that of the residual, in units of 0..1.
    """

    picture: Tensor
    planes: Tensor
    deviation: Tensor

    def drawn(self, residual: Tensor) -> Tensor:
        """The picture (N, 3, sH, sW) with a residual (N, 48, h, w), which is in units of its deviation."""
        return self.picture + functional.pixel_shuffle(residual * self.deviation, GRID)

    def residual(self, picture: Tensor) -> Tensor:
        """The inverse of :meth:`drawn`."""
        return functional.pixel_unshuffle(picture - self.picture, GRID) / self.deviation


@dataclass(frozen=True, kw_only=True, slots=True)
class Lesson:
    """One training pass: what the U-Net told and should have, and the true residual (0..1) with its deviation."""

    told: Tensor
    wanted: Tensor
    residual: Tensor
    deviation: Tensor


class Deviation(nn.Module):
    """Planes (N, 48, h, w) of a picture to the deviation of each sample's residual, same shape, 0..1."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(PLANES, features, 3, padding=1)
        self.conv2 = nn.Conv2d(features, features, 3, padding=1)
        self.conv3 = nn.Conv2d(features, PLANES, 1)
        nn.init.zeros_(self.conv3.weight)
        nn.init.zeros_(self.conv3.bias)  # type: ignore[arg-type]

    def forward(self, planes: Tensor) -> Tensor:
        """See the class."""
        y = functional.silu(self.conv1(planes))
        logarithm = self.conv3(functional.silu(self.conv2(y)))
        out: Tensor = USUAL * logarithm.clamp(*RANGE).exp()
        return out


class SR3(nn.Module):
    """Regression, deviation and U-Net of one scale. The regression never learns."""

    def __init__(
        self, *, regression: nn.Module, scale: int, widths: tuple[int, ...] = WIDTHS, foretold: int = FORETOLD
    ) -> None:  # fmt: skip
        super().__init__()
        self.scale = scale
        self.regression = regression.eval().requires_grad_(requires_grad=False)
        self.deviation = Deviation(foretold)
        self.unet = UNet(inputs=3 * PLANES, outputs=PLANES, widths=widths)

    @property
    def multiple(self) -> int:
        """Pixels of the low-resolution picture of which its sides must be multiples."""
        pixels: int = GRID * self.unet.multiple
        return max(1, pixels // self.scale)

    def train(self, mode: bool = True) -> SR3:
        """As torch has it, but the regression stays as it is used."""
        super().train(mode)
        self.regression.eval()
        return self

    def regressed(self, low: Tensor) -> Tensor:
        """The regression's picture (N, 3, sH, sW) of RGB (N, 3, H, W) in 0..1."""
        made: Tensor = self.regression(low)
        return made

    def known(self, low: Tensor) -> Known:
        """What is known of RGB (N, 3, H, W) in 0..1; its sides are multiples of :attr:`multiple`."""
        with torch.no_grad():
            picture = self.regressed(low)
        planes = functional.pixel_unshuffle(picture, GRID)
        deviation = self.deviation(planes)
        shown = torch.cat([2 * planes - 1, (deviation / USUAL).log()], dim=1).detach()
        return Known(picture=picture.float(), planes=shown, deviation=deviation.float())

    def velocity(self, x: Tensor, known: Known, level: Tensor) -> Tensor:
        """The v (N, 48, h, w), float32, of x of that shape at √γ ``level`` (N,)."""
        planes = torch.cat([x.to(known.planes.dtype), known.planes], dim=1)
        told: Tensor = self.unet(planes.contiguous(memory_format=torch.channels_last), level)
        return told.float()

    def forward(self, low: Tensor, high: Tensor, noise: Tensor, level: Tensor) -> Lesson:
        """One training pass over pictures (N, 3, …) with k noises each: ``noise`` (kN, 48, h, w), ``level`` (kN,)."""
        known = self.known(low)
        residual = functional.pixel_unshuffle(high - known.picture, GRID)
        times = len(noise) // len(low)
        drawn = (residual / known.deviation.detach()).repeat_interleave(times, dim=0)
        x, wanted = noised(drawn, noise, level)
        shown = Known(
            picture=known.picture, planes=known.planes.repeat_interleave(times, dim=0), deviation=known.deviation
        )
        return Lesson(
            told=self.velocity(x, shown, level), wanted=wanted, residual=residual, deviation=known.deviation
        )  # fmt: skip


def sr3(state: Mapping[str, Tensor], regression: nn.Module, scale: int) -> SR3:
    """The network whose size ``state`` tells, with its weights; those of ``regression`` are there already.

    Raises ``KeyError``, ``ValueError`` or ``RuntimeError`` if it is no SR3.
    """
    levels = 1 + max(int(name.split(".")[2]) for name in state if name.startswith("unet.down."))
    widths = tuple(state[f"unet.down.{number}.conv2.weight"].shape[0] for number in range(levels))
    network = SR3(
        regression=regression, scale=scale, widths=widths, foretold=state["deviation.conv1.weight"].shape[0]
    )  # fmt: skip
    own = {name: value for name, value in state.items() if not name.startswith("regression.")}
    missing, unexpected = network.load_state_dict(own, strict=False)
    if unexpected or any(not name.startswith("regression.") for name in missing):
        raise KeyError(*missing, *unexpected)
    return network


def regression_state(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The part of an SR3's weights that its regression is made of."""
    before = "regression."
    return {name.removeprefix(before): value for name, value in state.items() if name.startswith(before)}
