"""3×3 convolutions by Winograd's minimal filtering F(4×4, 3×3) (Lavin 2016): 36 multiplications where 144 are written.

A picture is cut into squares of 4×4; each square with its border of one pixel is transformed (6×6 values), the
transformed squares meet the transformed weights in 36 matrix products, and the products are transformed back. On a
processor the direct convolution already computes as fast as it can multiply, so fewer multiplications are the only
way on. The results differ from the direct ones by rounding: about 1e-6 of the values (tests say how much).

Here maps stay cut from the first convolution of a chain to the last: ``(S, 4, 4, C, r, N, w)`` float32. S strips of r
rows of squares each, the place in the square (row, column), channel, row of squares, picture, square in its row;
w = ceil(W/4), and S·r ≥ ceil(H/4). What is transformed at one time is a strip, which bounds the memory it takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu_, pad

SIDE = 4
"""Pixels of a square."""
VIEW = 6
"""Pixels of a square with its border."""

_INTO = torch.tensor(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ],
    dtype=torch.float64,
)
_OF_WEIGHTS = torch.tensor(
    [[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]], dtype=torch.float64
) / 24  # fmt: skip
_BACK = torch.tensor(
    [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]], dtype=torch.float64
)
INTO = _INTO[:, 1:5].float().contiguous()
"""Of the transform into 6 values, what works on the square's own 4 pixels. Of the border, the pixel before a square
adds 4 times to the first value, the pixel after it once to the last, and nothing to the others."""
BEFORE = 4
BACK = torch.kron(_BACK, _BACK).float()
"""16×36: for both directions at once (Lavin 2016, section 4.2)."""
STRIP = 256
"""Squares that are transformed at one time, about: fewer cost more calls than they save in the processor's caches."""


@dataclass(slots=True)
class Border:
    """Where the picture ends inside the last squares, shared by the convolutions of one chain.

    ``inside`` is 1 inside the picture and 0 beyond, broadcastable to a map; None where nothing lies beyond.
    """

    inside: Tensor | None = field(default=None, repr=False)

    def set(self, x: Tensor) -> None:
        """For pictures of the size of ``x`` (N, C, H, W), of its dtype and device."""
        inside = cut(x.new_ones(len(x), 1, *x.shape[2:]))
        self.inside = None if bool(inside.all()) else inside


def cut(x: Tensor) -> Tensor:
    """(N, C, H, W) to the cut form, zeros beyond the picture."""
    count, channels, height, width = x.shape
    rows, columns = -(-height // SIDE), -(-width // SIDE)
    per_strip = -(-rows // max(1, min(rows, round(rows * columns * count / STRIP))))
    strips = -(-rows // per_strip)
    x = pad(x, (0, SIDE * columns - width, 0, SIDE * strips * per_strip - height))
    squares = x.reshape(count, channels, strips, per_strip, SIDE, columns, SIDE)
    return squares.permute(2, 4, 6, 1, 3, 0, 5).contiguous()


def joined(x: Tensor, height: int, width: int) -> Tensor:
    """The cut form back to (N, C, ``height``, ``width``)."""
    strips, _, _, channels, rows, count, columns = x.shape
    lines = x.permute(5, 3, 0, 4, 1, 6, 2).reshape(count, channels, SIDE * strips * rows, SIDE * columns)
    return lines[:, :, :height, :width]


def transformed(weight: Tensor) -> Tensor:
    """Weights (K, C, 3, 3) as 36 matrices (36, K, C), computed in float64."""
    outputs, inputs = weight.shape[:2]
    matrix = torch.kron(_OF_WEIGHTS, _OF_WEIGHTS) @ weight.double().reshape(outputs * inputs, 9).T
    return matrix.reshape(VIEW * VIEW, outputs, inputs).float().contiguous()


def spectrum(x: Tensor, strip: int, made: Tensor) -> None:
    """Transform one strip of ``x`` into ``made`` (36, C·r·N·w), first along columns, then along rows."""
    strips, _, _, channels, rows, count, columns = x.shape
    here = x.view(strips, SIDE, SIDE, channels, rows, count * columns)
    half = torch.mm(INTO, x[strip].view(SIDE, -1)).view(VIEW, SIDE, channels, rows, count * columns)
    first, last = half[0], half[-1]
    first[:, :, 1:].add_(here[strip, -1, :, :, :-1], alpha=BEFORE)
    last[:, :, :-1].add_(here[strip, 0, :, :, 1:])
    if strip > 0:
        first[:, :, 0].add_(here[strip - 1, -1, :, :, -1], alpha=BEFORE)
    if strip + 1 < strips:
        last[:, :, -1].add_(here[strip + 1, 0, :, :, 0])
    torch.bmm(INTO.expand(VIEW, VIEW, SIDE), half.view(VIEW, SIDE, -1), out=made.view(VIEW, VIEW, -1))
    lines = half.view(VIEW, SIDE, -1, columns)
    whole = made.view(VIEW, VIEW, -1, columns)
    whole[:, 0, :, 1:].add_(lines[:, -1, :, :-1], alpha=BEFORE)
    whole[:, -1, :, :-1].add_(lines[:, 0, :, 1:])


def back(products: Tensor, bias: Tensor, border: Border, made: Tensor, strip: int) -> Tensor:
    """The strip whose transformed squares are ``products`` (36, K, r·N·w), put into the map ``made`` and given."""
    here = made[strip]
    flat = here.view(SIDE * SIDE, products.shape[1], -1)
    torch.mm(BACK, products.view(VIEW * VIEW, -1), out=flat.view(SIDE * SIDE, -1))
    flat.add_(bias)
    return here if border.inside is None else here.mul_(border.inside[strip])


class Convolution(nn.Module):
    """A 3×3 convolution with padding 1 between maps in the cut form."""

    weights: Tensor
    bias: Tensor

    def __init__(self, weight: Tensor, bias: Tensor, border: Border) -> None:
        super().__init__()
        self.register_buffer("weights", transformed(weight))
        self.register_buffer("bias", bias.detach().clone().view(1, -1, 1))
        self._border = border

    def forward(self, x: Tensor) -> Tensor:
        """C channels to K."""
        channels, squares = x.shape[3], x[0, 0, 0, 0].numel()
        made = x.new_empty(*x.shape[:3], self.weights.shape[1], *x.shape[4:])
        seen = x.new_empty(VIEW * VIEW, channels * squares)
        for strip in range(len(x)):
            spectrum(x, strip, seen)
            products = torch.bmm(self.weights, seen.view(VIEW * VIEW, channels, squares))
            back(products, self.bias, self._border, made, strip)
        return made


class DenseBlock(nn.Module):
    """ESRGAN's dense block (Wang 2018): each convolution sees all maps before it; what the last makes, times 0.2, is
    added to the input.

    Each map is transformed once and kept for all convolutions after it, so nothing is ever concatenated.
    """

    def __init__(self, convolutions: list[nn.Conv2d], border: Border) -> None:
        super().__init__()
        factors = [*[1.0] * (len(convolutions) - 1), 0.2]
        self._steps = len(convolutions)
        for number, (layer, factor) in enumerate(zip(convolutions, factors, strict=True)):
            assert layer.bias is not None
            self.register_buffer(f"weights{number}", transformed(layer.weight.detach() * factor))
            self.register_buffer(f"bias{number}", (layer.bias.detach() * factor).view(1, -1, 1))
        self._border = border

    def forward(self, x: Tensor) -> Tensor:
        """To a map of the same size."""
        strips, squares = len(x), x[0, 0, 0, 0].numel()
        most = self.get_buffer(f"weights{self._steps - 1}").shape[2]
        seen = x.new_empty(strips, VIEW * VIEW, most * squares)
        y, done = x, 0
        for number in range(self._steps):
            weights, bias = self.get_buffer(f"weights{number}"), self.get_buffer(f"bias{number}")
            before, done = done, done + y.shape[3]
            made = x.new_empty(*x.shape[:3], weights.shape[1], *x.shape[4:])
            for strip in range(strips):
                spectrum(y, strip, seen[strip, :, before * squares : done * squares])
                products = torch.bmm(weights, seen[strip].view(VIEW * VIEW, most, squares)[:, :done])
                fresh = back(products, bias, self._border, made, strip)
                if number < self._steps - 1:
                    leaky_relu_(fresh, 0.2)
            y = made
        return y.add_(x)


class Chain(nn.Module):
    """Layers that work on maps in the cut form, between ordinary ones."""

    def __init__(self, layers: Iterable[nn.Module], border: Border) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)
        self._border = border

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, K, H, W)."""
        height, width = x.shape[2:]
        self._border.set(x)
        made: Tensor = self.layers(cut(x))
        return joined(made, height, width).contiguous(memory_format=torch.channels_last)
