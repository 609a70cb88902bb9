"""MobileStyleGAN (Belousov 2021, arXiv:2104.04767): faces out of latents, small enough for a processor.

It is StyleGAN2 distilled: a mapping network (z to w), then a synthesis network whose convolutions are separable, each
with its input scaled by a style, and which grows by inverse Haar wavelets instead of up-sampling. Its last layer
gives the twelve wavelet bands of a picture of twice its own size; the low-pass band, halved, is exactly the 2×2 box
mean of that picture, and is what is used here unless the whole is asked for.

Channels that an inverse wavelet takes are ordered band by band: low-pass, vertical, horizontal, diagonal detail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.2
EPSILON = 1e-8
COLOURS = 3
BANDS = 4


class MappingNetwork(nn.Module):
    """z (N, L), any length, to w (N, L): what the styles are made of."""

    def __init__(self, latent: int, depth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(latent, latent) for _ in range(depth)])

    def forward(self, z: Tensor) -> Tensor:
        """See the class."""
        x = self.normalised(z)
        for layer in self.layers:
            x = self.activated(layer(x))
        return x

    @staticmethod
    def normalised(z: Tensor) -> Tensor:
        """At a root mean square of one."""
        return z * torch.rsqrt(z.square().mean(dim=1, keepdim=True) + EPSILON)

    @staticmethod
    def activated(x: Tensor) -> Tensor:
        """The leaky ReLU behind each layer, at a gain of √2."""
        return functional.leaky_relu(x, SLOPE) * 2**0.5


class Layer(nn.Module):
    """Scale the channels by a style, convolve, add noise and bias, leaky ReLU. The noise is part of the weights."""

    def __init__(self, into: int, out: int, side: int, latent: int) -> None:
        super().__init__()
        self.style = nn.Linear(latent, into)
        self.noise = nn.Parameter(torch.zeros(1, 1, side, side))
        self.bias = nn.Parameter(torch.zeros(out))

    def finished(self, x: Tensor, noise: Tensor | None) -> Tensor:
        """Noise, its own where none is given, and activation, in the place of ``x``."""
        return functional.leaky_relu_(x.add_(self.noise if noise is None else noise), SLOPE)


class FullLayer(Layer):
    """With one 3×3 convolution."""

    def __init__(self, into: int, out: int, side: int, latent: int) -> None:
        super().__init__(into, out, side, latent)
        self.weight = nn.Parameter(torch.zeros(out, into, 3, 3))

    def forward(self, x: Tensor, latent: Tensor, noise: Tensor | None = None) -> Tensor:
        """(N, into, H, W) and (N, L) to (N, out, H, W)."""
        scaled = _scaled(x, self.style(latent))
        return self.finished(functional.conv2d(scaled, self.weight, self.bias, padding=1), noise)


class SeparableLayer(Layer):
    """With a depthwise 3×3 and a pointwise convolution."""

    def __init__(self, into: int, out: int, side: int, latent: int) -> None:
        super().__init__(into, out, side, latent)
        self.depthwise = nn.Parameter(torch.zeros(into, 1, 3, 3))
        self.pointwise = nn.Parameter(torch.zeros(out, into, 1, 1))

    def forward(self, x: Tensor, latent: Tensor, noise: Tensor | None = None) -> Tensor:
        """(N, into, H, W) and (N, L) to (N, out, H, W)."""
        deep = functional.conv2d(_scaled(x, self.style(latent)), self.depthwise, padding=1, groups=x.shape[1])
        return self.finished(functional.conv2d(deep, self.pointwise, self.bias), noise)


class Block(nn.Module):
    """Twice the size by an inverse wavelet, then two layers."""

    def __init__(self, bands: int, out: int, side: int, latent: int) -> None:
        super().__init__()
        self.up = nn.Linear(latent, bands)
        self.conv1 = SeparableLayer(bands // BANDS, out, side, latent)
        self.conv2 = SeparableLayer(out, out, side, latent)

    def forward(self, x: Tensor, latents: Tensor, noises: Sequence[Tensor | None] = (None, None)) -> Tensor:
        """(N, bands, H, W) and (N, 3, L) to (N, out, 2H, 2W)."""
        x = inverse_wavelet(_scaled(x, self.up(latents[:, 0])))
        x = self.conv1(x, latents[:, 1], noises[0])
        return self.conv2(x, latents[:, 2], noises[1])  # type: ignore[no-any-return]


class Head(nn.Module):
    """The wavelet bands of a picture, twelve channels: three of low-pass, then three of detail for each colour."""

    def __init__(self, into: int, latent: int) -> None:
        super().__init__()
        self.style = nn.Linear(latent, into)
        self.weight = nn.Parameter(torch.zeros(COLOURS * BANDS, into, 1, 1))
        self.bias = nn.Parameter(torch.zeros(COLOURS * BANDS))

    def forward(self, x: Tensor, latent: Tensor, *, whole: bool) -> Tensor:
        """(N, into, H, W) to (N, 3, H, W), or to (N, 3, 2H, 2W) when ``whole``."""
        count = COLOURS * (BANDS if whole else 1)
        # scaling the kernel, not the picture: it is so much smaller
        kernels = self.weight[:count] * self.style(latent)[:, None, :, None, None]
        bands = torch.cat([
            functional.conv2d(picture[None], kernel, self.bias[:count])
            for picture, kernel in zip(x, kernels, strict=True)
        ])  # fmt: skip
        if not whole:
            return bands / 2
        count, _, height, width = bands.shape
        detail = bands[:, COLOURS:].reshape(count, COLOURS, BANDS - 1, height, width).transpose(1, 2)
        return inverse_wavelet(torch.cat([bands[:, :COLOURS], detail.reshape(count, -1, height, width)], dim=1))


class SynthesisNetwork(nn.Module):
    """Latents (N, inputs, L), one per layer, to RGB of about -1..1."""

    def __init__(self, latent: int, first: int, widths: list[int]) -> None:
        super().__init__()
        self.constant = nn.Parameter(torch.zeros(1, first, 4, 4))
        self.first = FullLayer(first, first, 4, latent)
        before = [first, *widths[:-1]]
        sides = [8 << number for number in range(len(widths))]
        self.blocks = nn.ModuleList([
            Block(bands, out, side, latent) for bands, out, side in zip(before, widths, sides, strict=True)
        ])  # fmt: skip
        self.head = Head(widths[-1], latent)

    @property
    def inputs(self) -> int:
        """How many latents it takes."""
        return 2 + 3 * len(self.blocks)

    @property
    def side(self) -> int:
        """Pixels: of the picture that is not ``whole``."""
        return 4 << len(self.blocks)

    def noises(self, count: int) -> list[Tensor]:
        """The noise of the first ``count`` layers that have any, (1, 1, H, W) each, in their order."""
        noises: list[Tensor] = [layer.noise for layer in self.modules() if isinstance(layer, Layer)]
        return noises[:count]

    def forward(self, latents: Tensor, *, noises: Sequence[Tensor] = (), whole: bool = False) -> Tensor:
        """(N, 3, side, side), or twice that when ``whole``. ``noises`` take the place of the first layers' own."""
        given = [*noises, *[None] * (1 + 2 * len(self.blocks) - len(noises))]
        x = self.constant.expand(len(latents), -1, -1, -1).contiguous(memory_format=torch.channels_last)
        x = self.first(x, latents[:, 0], given[0])
        for number, block in enumerate(self.blocks):
            x = block(x, latents[:, 1 + 3 * number : 4 + 3 * number], given[1 + 2 * number : 3 + 2 * number])
        return self.head(x, latents[:, -1], whole=whole)  # type: ignore[no-any-return]


class MobileStyleGAN(nn.Module):
    """Both networks."""

    def __init__(self, *, latent: int, depth: int, first: int, widths: list[int]) -> None:
        super().__init__()
        self.mapping = MappingNetwork(latent, depth)
        self.synthesis = SynthesisNetwork(latent, first, widths)

    @property
    def latent(self) -> int:
        """The length of a latent."""
        return self.mapping.layers[0].in_features  # type: ignore[return-value]

    def forward(self, z: Tensor) -> Tensor:
        """Z (N, L) to RGB (N, 3, side, side) of about -1..1."""
        w = self.mapping(z)
        return self.synthesis(w[:, None].expand(-1, self.synthesis.inputs, -1))  # type: ignore[no-any-return]


def inverse_wavelet(x: Tensor) -> Tensor:
    """Haar's: (N, 4C, H, W), band by band, to (N, C, 2H, 2W)."""
    out: Tensor = _InverseWavelet.apply(x)
    return out


class _InverseWavelet(torch.autograd.Function):
    """Each 2×2 block is ½(a ± b ± c ± d). The transform is orthogonal, so its gradient is the forward wavelet."""

    @staticmethod
    def forward(_: Any, x: Tensor) -> Tensor:
        count, channels, height, width = x.shape
        low, down, across, both = x.chunk(BANDS, dim=1)
        size = (count, channels // BANDS, 2 * height, 2 * width)
        made = torch.empty(size, dtype=x.dtype, device=x.device, memory_format=torch.channels_last)
        for rows, (even, odd) in ((0, (low + down, across + both)), (1, (low - down, across - both))):
            torch.add(even, odd, out=made[:, :, rows::2, 0::2])
            torch.sub(even, odd, out=made[:, :, rows::2, 1::2])
        return made.mul_(0.5)

    @staticmethod
    def backward(_: Any, *gradients: Tensor) -> Tensor:
        (given,) = gradients
        count, channels, height, width = given.shape
        size = (count, BANDS * channels, height // 2, width // 2)
        made = torch.empty(size, dtype=given.dtype, device=given.device, memory_format=torch.channels_last)
        low, down, across, both = made.chunk(BANDS, dim=1)
        upper, lower = (
            (
                given[:, :, rows::2, 0::2] + given[:, :, rows::2, 1::2],
                given[:, :, rows::2, 0::2] - given[:, :, rows::2, 1::2],
            )
            for rows in (0, 1)
        )
        for position, parts in ((0, (low, down)), (1, (across, both))):
            torch.add(upper[position], lower[position], out=parts[0])
            torch.sub(upper[position], lower[position], out=parts[1])
        return made.mul_(0.5)


def _scaled(x: Tensor, factors: Tensor) -> Tensor:
    return x * factors[:, :, None, None]


def mobilestylegan(state: Mapping[str, Tensor]) -> MobileStyleGAN:
    """The network whose size ``state`` tells, with its weights, not to be trained.

    Raises ``KeyError`` or ``RuntimeError`` if it is no MobileStyleGAN.
    """
    depth = 1 + max((int(name.split(".")[2]) for name in state if name.startswith("mapping.layers.")), default=-1)
    blocks = 1 + max((int(name.split(".")[2]) for name in state if name.startswith("synthesis.blocks.")), default=-1)
    network = MobileStyleGAN(
        latent=state["mapping.layers.0.weight"].shape[0],
        depth=depth,
        first=state["synthesis.constant"].shape[1],
        widths=[state[f"synthesis.blocks.{block}.conv2.bias"].shape[0] for block in range(blocks)],
    )
    network.load_state_dict(dict(state))
    return network.eval().requires_grad_(requires_grad=False).to(memory_format=torch.channels_last)
