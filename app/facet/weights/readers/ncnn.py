"""ncnn's two files: ``.param`` (text, the layers) and ``.bin`` (the numbers, in the layers' order).

Source for the format: ncnn's own documentation, «param and model file structure» and «operators»
(https://github.com/Tencent/ncnn/wiki). Only convolutions carry numbers here; a layer that is not known is refused,
since skipping one would shift every number after it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MAGIC = "7767517"
"""First line of every ``.param`` file."""
HALF = 0x01306B47
"""Tag before numbers kept as 16-bit floats, padded to four bytes."""
SINGLE = (0x00000000, 0x0002C056)
"""Tags before numbers kept as 32-bit floats."""
WITHOUT_NUMBERS = frozenset({"Input", "Split", "Concat", "BinaryOp", "Eltwise", "Interp"})
LEAKY_RELU = 2
"""ncnn's number for a leaky ReLU fused into a convolution (its parameter 9)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """One line of the ``.param`` file: names of what goes in and comes out, parameters by their number as text."""

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    parameters: dict[int, str]

    def number(self, key: int, default: int) -> int:
        """A whole-number parameter. Raises ``ValueError``."""
        return int(self.parameters.get(key, str(default)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Convolution:
    """A convolution's numbers. ``weight`` float32 (out, in, height, width); ``bias`` float32 (out,).

    ``slope`` is the negative slope of the leaky ReLU that follows, or None where none is fused.
    """

    name: str
    weight: NDArray[np.float32]
    bias: NDArray[np.float32]
    slope: float | None


def read_layers(text: str) -> tuple[Layer, ...]:
    """The layers of a ``.param`` file in its order. Raises ``ValueError`` with what is wrong."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or lines[0].strip() != MAGIC:
        raise ValueError("not an ncnn parameter file")
    declared = int(lines[1].split()[0])
    layers = tuple(_layer(line) for line in lines[2:])
    if len(layers) != declared:
        raise ValueError(f"{declared} layers are declared, {len(layers)} are there")
    return layers


def _layer(line: str) -> Layer:
    words = line.split()
    if len(words) < 4:
        raise ValueError(f"not a layer: {line.strip()}")
    into, out = int(words[2]), int(words[3])
    names = words[4 : 4 + into + out]
    if into < 0 or out < 0 or len(names) != into + out:
        raise ValueError(f"{words[1]}: the names of its inputs and outputs are incomplete")
    parameters: dict[int, str] = {}
    for word in words[4 + into + out :]:
        key, equals, value = word.partition("=")
        if not equals:
            raise ValueError(f"{words[1]}: {word} is not a parameter")
        parameters[int(key)] = value
    return Layer(
        kind=words[0],
        name=words[1],
        inputs=tuple(names[:into]),
        outputs=tuple(names[into:]),
        parameters=parameters,
    )


def read_convolutions(layers: tuple[Layer, ...], content: bytes) -> tuple[Convolution, ...]:
    """Every convolution's numbers from a ``.bin`` file, in the layers' order.

    All of ``content`` must be used up. Raises ``ValueError`` with what is wrong.
    """
    numbers = _Numbers(content)
    found: list[Convolution] = []
    for layer in layers:
        if layer.kind == "Convolution":
            found.append(_convolution(layer, numbers))
        elif layer.kind not in WITHOUT_NUMBERS:
            raise ValueError(f"{layer.name}: layers of the kind {layer.kind} can't be read")
    if numbers.left:
        raise ValueError(f"{numbers.left} bytes are left over")
    return tuple(found)


def _convolution(layer: Layer, numbers: _Numbers) -> Convolution:
    outputs, count = layer.number(0, 0), layer.number(6, 0)
    width = layer.number(1, 0)
    height = layer.number(11, width)
    per_input = outputs * width * height
    if min(outputs, width, height, count) < 1 or count % per_input:
        raise ValueError(f"{layer.name}: {count} weights don't make {outputs} filters of {width}×{height}")
    if layer.number(8, 0):
        raise ValueError(f"{layer.name}: quantised weights can't be read")
    weight = numbers.tagged(count).reshape(outputs, count // per_input, height, width)
    bias = numbers.single(outputs) if layer.number(5, 0) else np.zeros(outputs, np.float32)
    return Convolution(name=layer.name, weight=weight, bias=bias, slope=_slope(layer))


def _slope(layer: Layer) -> float | None:
    activation = layer.number(9, 0)
    if activation == 0:
        return None
    length, _, rest = layer.parameters.get(-23310, "").partition(",")
    values = [float(value) for value in rest.split(",") if value]
    if activation != LEAKY_RELU or length != "1" or len(values) != 1 or not math.isfinite(values[0]):
        raise ValueError(f"{layer.name}: its activation can't be read")
    return values[0]


class _Numbers:
    """The ``.bin`` file, read from front to back."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._content) - self._at

    def tagged(self, count: int) -> NDArray[np.float32]:
        tag = int.from_bytes(self._take(4), "little")
        if tag == HALF:
            halves = np.frombuffer(self._take(2 * count), "<f2").astype(np.float32)
            self._take(-2 * count % 4)
            return halves
        if tag in SINGLE:
            return self.single(count)
        raise ValueError(f"weights with the tag {tag:#010x} can't be read")

    def single(self, count: int) -> NDArray[np.float32]:
        return np.frombuffer(self._take(4 * count), "<f4").astype(np.float32)

    def _take(self, size: int) -> bytes:
        if size > self.left:
            raise ValueError("it ends too early")
        piece = self._content[self._at : self._at + size]
        self._at += size
        return piece
