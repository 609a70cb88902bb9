"""dlib's face network: a ResNet with 29 convolutions that maps a face to a point, near others of the same person.

King 2017, trained on about three million photographs of 7,485 people. The network is that of dlib's example
``dnn_face_recognition_ex.cpp``: every convolution is followed by a scale and a shift, blocks that halve the grid carry
their input past by averaging, and what is missing in size or channels counts as zero.
"""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, max_pool2d, pad, relu

MEAN = (122.782, 117.001, 104.298)
"""Of R, G and B in 0..255, as dlib's input layer takes it off; what is left is divided by 256."""
WIDTHS = (32,) * 3 + (64,) * 4 + (128,) * 3 + (256,) * 4
"""Of the residual blocks, from the input to the output."""
HALVING = (3, 7, 10, 13)
"""The blocks that halve the grid."""


class DlibFace(nn.Module):
    """From face chips, float32 RGB (N, 3, 150, 150) in 0..255, to points (N, 128)."""

    mean: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(MEAN).reshape(1, 3, 1, 1), persistent=False)
        self.stem = Scaled(3, WIDTHS[0], side=7, stride=2, padding=0)
        before = (WIDTHS[0], *WIDTHS[:-1])
        self.blocks = nn.Sequential(
            *(Block(a, b, halving=n in HALVING) for n, (a, b) in enumerate(zip(before, WIDTHS, strict=True)))
        )
        self.embedding = nn.Linear(WIDTHS[-1], 128, bias=False)

    @classmethod
    def read(cls, weights: Path) -> DlibFace:
        """With the weights of the store, their digest checked before, ready to infer on the CPU.

        Raises ``RuntimeError`` where the file is not of this network.
        """
        network = cls()
        network.load_state_dict(load_file(weights))
        return network.eval().requires_grad_(requires_grad=False)

    def forward(self, chips: Tensor) -> Tensor:
        """The points of the chips."""
        first = max_pool2d(relu(self.stem((chips - self.mean) / 256)), 3, 2)
        made: Tensor = self.embedding(self.blocks(first).mean(dim=(2, 3)))
        return made


class Scaled(nn.Module):
    """A convolution, each of its channels then scaled and shifted."""

    def __init__(self, inputs: int, outputs: int, *, side: int, stride: int, padding: int) -> None:
        super().__init__()
        convolution = nn.Conv2d(inputs, outputs, side, stride, padding)
        assert convolution.bias is not None
        self.stride, self.padding = stride, padding
        self.weight, self.bias = convolution.weight, convolution.bias
        self.scale, self.shift = nn.Parameter(torch.ones(outputs)), nn.Parameter(torch.zeros(outputs))

    def forward(self, planes: Tensor) -> Tensor:
        """The planes convolved."""
        made = nn.functional.conv2d(planes, self.weight, self.bias, self.stride, self.padding)
        return made * self.scale[None, :, None, None] + self.shift[None, :, None, None]


class Block(nn.Module):
    """Two convolutions and a way past them."""

    def __init__(self, inputs: int, outputs: int, *, halving: bool) -> None:
        super().__init__()
        self.halving = halving
        self.first = Scaled(inputs, outputs, side=3, stride=2 if halving else 1, padding=0 if halving else 1)
        self.second = Scaled(outputs, outputs, side=3, stride=1, padding=1)

    def forward(self, planes: Tensor) -> Tensor:
        """The planes one block further."""
        made = self.second(relu(self.first(planes)))
        past = avg_pool2d(planes, 2, 2) if self.halving else planes
        shape = [max(a, b) for a, b in zip(made.shape[1:], past.shape[1:], strict=True)]
        return relu(_grown(made, shape) + _grown(past, shape))


def _grown(planes: Tensor, shape: list[int]) -> Tensor:
    """With zeros behind up to this number of channels, rows and columns."""
    channels, rows, columns = (wanted - there for wanted, there in zip(shape, planes.shape[1:], strict=True))
    return pad(planes, (0, columns, 0, rows, 0, channels)) if channels or rows or columns else planes
