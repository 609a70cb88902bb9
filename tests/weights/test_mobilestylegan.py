"""A small MobileStyleGAN written as OpenVINO has it, through the converter into the names of our network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from facet.weights import mobilestylegan as converter
from facet.weights.convert import convert
from generators import FIRST, LATENT, WIDTHS, tiny_state
from openvino_files import Files

LOWS = (4, 4, 4)
"""Channels behind each inverse wavelet."""
ROOT = 0.5**0.5


@pytest.fixture(autouse=True)
def _small_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converter, "LATENT", LATENT)
    monkeypatch.setattr(converter, "FIRST", FIRST)
    monkeypatch.setattr(converter, "MAPPINGS", 2)
    monkeypatch.setattr(converter, "WIDTHS", tuple(zip(LOWS, WIDTHS, strict=True)))


def ours() -> dict[str, NDArray[np.float32]]:
    return {name: value.numpy() for name, value in tiny_state().items()}


def published(array: NDArray[np.float32], low: int) -> NDArray[np.float32]:
    """From band by band to the published order: the low-pass channels, then three of detail for each."""
    bands = array.reshape(4, low, *array.shape[1:])
    return np.concatenate([bands[0], np.swapaxes(bands[1:], 0, 1).reshape(3 * low, *array.shape[1:])])


def single(value: float) -> NDArray[np.float32]:
    return np.array([value], np.float32)


class Writer:
    """Both networks of ``state``, in the pieces that OpenVINO has them in."""

    def __init__(self, state: dict[str, NDArray[np.float32]], *, slope: float = 0.2, detail: float = -ROOT) -> None:
        self.state, self.slope, self.detail = state, slope, detail

    def mapping(self) -> Files:
        files = Files()
        x = files.layer("Parameter", "var")
        for number in range(2):
            weight = files.constant(f"w{number}", self.state[f"mapping.layers.{number}.weight"].T)
            bias = files.constant(f"b{number}", self.state[f"mapping.layers.{number}.bias"])
            flat = files.layer("Reshape", f"r{number}", bias, files.constant("shape", np.array([1, LATENT], np.int64)))
            x = files.layer("Add", f"a{number}", files.layer("MatMul", f"m{number}", x, weight), flat)
            x = files.layer("PReLU", f"p{number}", x, files.constant("slope", single(self.slope)))
            x = files.layer("Multiply", f"g{number}", x, files.constant("gain", single(2**0.5)))
        return files

    def synthesis(self) -> Files:
        files, state = Files(), {name.removeprefix("synthesis."): array for name, array in self.state.items()}
        style = files.layer("Parameter", "style")

        def scaled(x: int, name: str, theirs: str, gain: float | None, low: int | None = None) -> int:
            weight, bias = (state[f"{name}.{part}"] / np.float32(gain or 1) for part in ("weight", "bias"))
            if low is not None:
                weight, bias = published(weight, low), published(bias, low)
            matrix = files.constant(f"{theirs}.modulation.weight", weight)
            product = files.layer("MatMul", "product", style, matrix, transpose_b="true")
            y = files.layer("Add", "sum", product, files.constant(f"{theirs}.modulation.bias", bias[None]))
            y = files.layer("Reshape", "flat", y, files.constant("shape", np.array([1, -1, 1, 1], np.int64)))
            y = y if gain is None else files.layer("Multiply", "gained", y, files.constant("gain", single(gain)))
            return files.layer("Multiply", "scaled", y, x)

        def finished(x: int, name: str, low: int | None) -> int:
            bias = state[f"{name}.bias"] if low is None else published(state[f"{name}.bias"], low)
            x = files.layer("Add", "noisy", x, files.constant("noise", state[f"{name}.noise"]))
            x = files.layer("Add", "biased", x, files.constant("bias", bias.reshape(1, -1, 1, 1)))
            return files.layer("PReLU", "active", x, files.constant("slope", single(self.slope)))

        def kernel(name: str, low: int | None) -> NDArray[np.float32]:
            return state[name] if low is None else published(state[name], low)

        x = files.layer("Broadcast", "expanded", files.constant("m.input.input", state["constant"]))
        x = scaled(x, "first.style", "m.conv1.conv", 0.25)
        weight = files.constant("weight", kernel("first.weight", LOWS[0]))
        x = finished(files.layer("Convolution", "conv", x, weight), "first", LOWS[0])
        for block, low in enumerate(LOWS):
            x = scaled(x, f"blocks.{block}.up", f"m.layers.{block}.up", None, low)
            taps = files.constant("taps", np.tile(np.array([ROOT, self.detail], np.float32), (low, 1)))
            x = files.layer("GroupConvolutionBackpropData", "wavelet", x, taps)
            for number in (1, 2):
                name = f"blocks.{block}.conv{number}"
                after = LOWS[block + 1] if number == 2 and block + 1 < len(LOWS) else None
                x = scaled(x, f"{name}.style", f"m.layers.{block}.conv{number}.conv", 0.5)
                deep = files.constant("depthwise", state[f"{name}.depthwise"][:, None])
                x = files.layer("GroupConvolution", "deep", x, deep)
                wide = files.constant("pointwise", kernel(f"{name}.pointwise", after))
                x = finished(files.layer("Convolution", "wide", x, wide), name, after)
        x = scaled(x, "head.style", "m.layers.2.to_img.conv", 0.125)
        x = files.layer("Convolution", "bands", x, files.constant("weight", state["head.weight"]))
        files.layer("Add", "image", x, files.constant("bias", state["head.bias"].reshape(1, 12, 1, 1)))
        return files

    def members(self) -> dict[str, bytes]:
        made: dict[str, bytes] = {}
        for name, files in (("Mapping", self.mapping()), ("Synthesis", self.synthesis())):
            made[f"data/{name}Network.xml"], made[f"data/{name}Network.bin"] = files.description, files.numbers
        return made


def converted(state: dict[str, NDArray[np.float32]] | None = None, **odd: Any) -> dict[str, NDArray[np.float32]]:
    return convert("openvino/mobilestylegan", Writer(state or ours(), **odd).members())


def test_every_number_of_the_generator_gets_its_name_and_its_place() -> None:
    made, expected = converted(), ours()
    assert sorted(made) == sorted(expected)
    for name, array in expected.items():
        np.testing.assert_allclose(made[name], array, rtol=1e-6, err_msg=name)


def test_other_activations_are_refused() -> None:
    with pytest.raises(ValueError, match=r"another constant than 0\.2"):
        converted(slope=0.1)


def test_other_wavelets_are_refused() -> None:
    with pytest.raises(ValueError, match="another wavelet than Haar's"):
        converted(detail=-0.3)


def test_a_generator_of_another_size_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(converter, "MAPPINGS", 8)
    with pytest.raises(ValueError, match="2 layers of the mapping network instead of 8"):
        converted()


def test_a_kernel_of_another_shape_is_refused() -> None:
    state = ours()
    state["synthesis.blocks.1.conv1.pointwise"] = np.zeros((16, 5, 1, 1), np.float32)
    with pytest.raises(ValueError, match="wide: the shape"):
        converted(state)


def test_a_missing_constant_is_named() -> None:
    members = Writer(ours()).members()
    for name in members:
        members[name] = members[name].replace(b"m.input.input", b"m.output.output")
    with pytest.raises(ValueError, match=r"m\.input\.input' is missing"):
        convert("openvino/mobilestylegan", members)
