"""dlib's own serialisation, as far as its face network needs it: the numbers of each layer, in the file's order.

A layer is written as its name (a packed length and the letters) and a tensor: a version, four packed dimensions, and
float32 in little-endian order; a fully connected one states its outputs and inputs in between. A packed integer is a
byte that counts the bytes that follow, with its top bit for the sign (dlib, ``serialize.h``, ``tensor.h``). What else
a layer writes (strides, learning rates) is fixed by the architecture and passed over.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from facet.weights.members import only

Numbers = NDArray[np.float32]

STAGES: Sequence[tuple[int, int]] = ((32, 3), (64, 4), (128, 3), (256, 4))
"""Width and residual blocks of each stage of King's ResNet with 29 convolutions (dlib's example
``dnn_face_recognition_ex.cpp``), from the input to the output, which is the file's order too."""
STEM = (32, 3, 7)
"""Filters, channels, side of the first convolution."""
EMBEDDING = 128
VERSION = 2
"""Of dlib's serialised tensors."""
CONVOLUTION, AFFINE, FULLY_CONNECTED = b"con_4", b"affine_", b"fc_2"


def face_network(members: Mapping[str, bytes]) -> dict[str, Numbers]:
    """The tensors of dlib's face network by the names of :mod:`facet.measure.dlib_face`.

    Raises ``ValueError`` with what is wrong.
    """
    content = only(members, ".dat")
    at = 0
    tensors: dict[str, Numbers] = {}
    for name, outputs, inputs, side in convolutions():
        weights, biases = outputs * inputs * side * side, outputs
        numbers, at = _layer(content, at, CONVOLUTION, (weights + biases, 1, 1, 1))
        tensors[f"{name}.weight"] = numbers[:weights].reshape(outputs, inputs, side, side)
        tensors[f"{name}.bias"] = numbers[weights:]
        numbers, at = _layer(content, at, AFFINE, (2 * outputs, 1, 1, 1))
        tensors[f"{name}.scale"], tensors[f"{name}.shift"] = numbers[:outputs], numbers[outputs:]
    inputs = STAGES[-1][0]
    numbers, at = _layer(content, at, FULLY_CONNECTED, (inputs, EMBEDDING, 1, 1), before=(EMBEDDING, inputs))
    tensors["embedding.weight"] = np.ascontiguousarray(numbers.reshape(inputs, EMBEDDING).T)
    return tensors


def convolutions() -> Iterator[tuple[str, int, int, int]]:
    """Name, filters, channels and side of each convolution, from the input to the output."""
    yield "stem", *STEM
    inputs, block = STEM[0], 0
    for width, blocks in STAGES:
        for _ in range(blocks):
            yield f"blocks.{block}.first", width, inputs, 3
            yield f"blocks.{block}.second", width, width, 3
            inputs, block = width, block + 1


def _layer(
    content: bytes, at: int, tag: bytes, shape: tuple[int, ...], before: tuple[int, ...] = ()
) -> tuple[Numbers, int]:
    """The numbers of the next layer that is called ``tag``, and where they end."""
    name = bytes([1, len(tag)]) + tag
    found = content.find(name, at)
    if found < 0:
        raise ValueError(f"a layer {tag.decode()} is missing")
    at = found + len(name)
    header, expected = [], [*before, VERSION, *shape]
    for _ in expected:
        value, at = _integer(content, at)
        header.append(value)
    if header != expected:
        raise ValueError(f"a layer {tag.decode()} has the header {header} instead of {expected}")
    end = at + 4 * math.prod(shape)
    if end > len(content):
        raise ValueError("it ends too early")
    return np.frombuffer(content, "<f4", math.prod(shape), at).astype(np.float32), end


def _integer(content: bytes, at: int) -> tuple[int, int]:
    count = content[at] & 0x0F if at < len(content) else 0
    if not 1 <= count <= 8 or at + 1 + count > len(content):
        raise ValueError(f"no integer at byte {at}")
    value = int.from_bytes(content[at + 1 : at + 1 + count], "little")
    return (-value if content[at] & 0x80 else value), at + 1 + count
