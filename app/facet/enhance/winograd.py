"""3×3 convolutions by Winograd's minimal filtering F(4×4, 3×3) (Lavin 2016): 36 multiplications where 144 are written.

A picture is cut into squares of 4×4; each square with its border of one pixel is transformed (6×6 values), the
transformed squares meet the transformed weights in 36 matrix products, and the products are transformed back. On a
processor the direct convolution already computes as fast as it can multiply, so fewer multiplications are the only
way on. The results differ from the direct ones by rounding: about 1e-6 of the values (tests say how much).

Here maps stay cut from the first convolution of a chain to the last: ``(16, C, N, h, w)`` float32, the first axis the
place in the square, row by row; h = ceil(H/4), w = ceil(W/4).
"""

from __future__ import annotations

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
INTO, OF_WEIGHTS, BACK = (torch.kron(matrix, matrix).float() for matrix in (_INTO, _OF_WEIGHTS, _BACK))
"""For both directions at once: 36×36, 36×9, 16×36 (Lavin 2016, section 4.2)."""

_BEFORE, _HERE, _AFTER = (0, 3, -1), (slice(1, 5), slice(None), 0), (5, 0, 1)
_LINES = (_BEFORE, _HERE, _AFTER)
"""Along one axis: a line of the view, the line of a square it comes from, and which square."""


@dataclass(slots=True)
class Border:
    """Where the picture ends inside the last squares, shared by the convolutions of one chain.

    ``inside`` is 1 inside the picture and 0 beyond, broadcastable to a map; None where nothing lies beyond.
    """

    inside: Tensor | None = field(default=None, repr=False)

    def set(self, height: int, width: int, like: Tensor) -> None:
        """For a picture of ``height``×``width``; ``like`` lends dtype and device."""
        if height % SIDE == 0 and width % SIDE == 0:
            self.inside = None
        else:
            self.inside = cut(like.new_ones(1, 1, height, width))


def cut(x: Tensor) -> Tensor:
    """(N, C, H, W) to the cut form (16, C, N, h, w), zeros beyond the picture."""
    count, channels, height, width = x.shape
    x = pad(x, (0, -width % SIDE, 0, -height % SIDE))
    squares = x.reshape(count, channels, x.shape[2] // SIDE, SIDE, x.shape[3] // SIDE, SIDE)
    return squares.permute(3, 5, 1, 0, 2, 4).reshape(SIDE * SIDE, channels, count, *squares.shape[2:5:2])


def joined(x: Tensor, height: int, width: int) -> Tensor:
    """The cut form back to (N, C, ``height``, ``width``)."""
    _, channels, count, rows, columns = x.shape
    squares = x.view(SIDE, SIDE, channels, count, rows, columns).permute(3, 2, 4, 0, 5, 1)
    return squares.reshape(count, channels, SIDE * rows, SIDE * columns)[:, :, :height, :width]


def transformed(weight: Tensor) -> Tensor:
    """Weights (K, C, 3, 3) as 36 matrices (36, K, C), computed in float64."""
    outputs, inputs = weight.shape[:2]
    matrix = torch.kron(_OF_WEIGHTS, _OF_WEIGHTS) @ weight.double().reshape(outputs * inputs, 9).T
    return matrix.reshape(VIEW * VIEW, outputs, inputs).float().contiguous()


def views(x: Tensor) -> Tensor:
    """The cut form with borders: (36, C·N·h·w). Beyond the picture are zeros."""
    _, channels, count, rows, columns = x.shape
    squares = x.view(SIDE, SIDE, channels, count, rows, columns)
    seen = x.new_empty(VIEW, VIEW, channels, count, rows, columns)
    seen[0, ..., 0, :] = 0
    seen[-1, ..., -1, :] = 0
    seen[:, 0, ..., 0] = 0
    seen[:, -1, ..., -1] = 0
    for row, of_row, below in _LINES:
        for column, of_column, right in _LINES:
            (to_row, from_row), (to_column, from_column) = _shift(below), _shift(right)
            seen[row, column][..., to_row, to_column] = squares[of_row, of_column][..., from_row, from_column]
    return seen.view(VIEW * VIEW, -1)


def _shift(by: int) -> tuple[slice, slice]:
    """Squares that have a neighbour ``by`` further on, and those neighbours."""
    if by < 0:
        return slice(1, None), slice(None, -1)
    return (slice(None, -1), slice(1, None)) if by else (slice(None), slice(None))


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
        """(16, C, N, h, w) to (16, K, N, h, w)."""
        spectrum = torch.mm(INTO, views(x)).view(VIEW * VIEW, x.shape[1], -1)
        return back(torch.bmm(self.weights, spectrum), self.bias, self._border, x)


def back(spectrum: Tensor, bias: Tensor, border: Border, like: Tensor) -> Tensor:
    """The map whose transformed squares are ``spectrum`` (36, K, N·h·w), of the size of ``like``."""
    outputs = spectrum.shape[1]
    flat = torch.mm(BACK, spectrum.view(VIEW * VIEW, -1)).view(SIDE * SIDE, outputs, -1)
    made = flat.add_(bias).view(SIDE * SIDE, outputs, *like.shape[2:])
    return made if border.inside is None else made.mul_(border.inside)


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
        """(16, C, N, h, w) to the same."""
        squares = x[0, 0].numel()
        most = self.get_buffer(f"weights{self._steps - 1}").shape[2]
        spectrum = x.new_empty(VIEW * VIEW, most * squares)
        y, done = x, 0
        for number in range(self._steps):
            weights, bias = self.get_buffer(f"weights{number}"), self.get_buffer(f"bias{number}")
            torch.mm(INTO, views(y), out=spectrum[:, done * squares : (done + y.shape[1]) * squares])
            done += y.shape[1]
            seen = spectrum.view(VIEW * VIEW, most, squares)[:, :done]
            y = back(torch.bmm(weights, seen), bias, self._border, x)
            if number < self._steps - 1:
                y = leaky_relu_(y, 0.2)
        return y.add_(x)


class Chain(nn.Module):
    """Layers that work on maps in the cut form, between ordinary ones."""

    def __init__(self, layers: nn.Module, border: Border) -> None:
        super().__init__()
        self.layers = layers
        self._border = border

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to (N, K, H, W)."""
        height, width = x.shape[2:]
        self._border.set(height, width, x)
        made: Tensor = self.layers(cut(x))
        return joined(made, height, width).contiguous(memory_format=torch.channels_last)
