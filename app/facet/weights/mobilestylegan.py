"""MobileStyleGAN's tensors out of its two OpenVINO networks, named as ``facet.enhance.mobilestylegan`` names them.

The published file holds, beside the numbers, how its layers are joined; what our network takes for granted (slope and
gain of the activations, Haar wavelets) is read there and checked. The constant gain behind a style is multiplied into
the style's own numbers, so that no gain is left to the network. Channels that an inverse wavelet takes come there as
the low-pass ones and then three of detail for each; here they are ordered band by band.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from facet.weights.members import only, shaped
from facet.weights.readers.openvino import Layer, read_layers

Array: TypeAlias = NDArray[np.float32]

LATENT = 512
MAPPINGS = 8
"""Fully connected layers from z to w (Karras 2019)."""
FIRST = 512
"""Channels at 4×4."""
WIDTHS = ((128, 512), (128, 512), (128, 512), (128, 512), (128, 256), (64, 128), (32, 64))
"""Of each block that doubles the size: channels after the inverse wavelet, channels it gives (Belousov 2021)."""
BANDS = 4
"""Of a wavelet: low-pass and three of detail."""
SLOPE = 0.2
ROOT = 0.5**0.5


def mobilestylegan(members: Mapping[str, bytes]) -> dict[str, Array]:
    """Mapping and synthesis network for 1024×1024 pixels. Raises ``ValueError`` with what is wrong."""
    made: dict[str, Array] = {}
    for name, tensors in (("Mapping", _mapping), ("Synthesis", _synthesis)):
        network = _Graph(read_layers(only(members, f"{name}Network.xml"), only(members, f"{name}Network.bin")))
        made |= {f"{name.lower()}.{part}": np.ascontiguousarray(array) for part, array in tensors(network).items()}
    return made


class _Graph:
    """Layers, and who uses what they give."""

    def __init__(self, layers: tuple[Layer, ...]) -> None:
        self.layers = {layer.number: layer for layer in layers}
        self._users: dict[int, list[Layer]] = {number: [] for number in self.layers}
        for layer in layers:
            for source, _ in layer.inputs:
                self._users[source].append(layer)

    def of_kind(self, *kinds: str) -> list[Layer]:
        """In the order of the computation."""
        return [layer for layer in self.layers.values() if layer.kind in kinds]

    def named(self, name: str) -> Layer:
        """The constant of that name. Raises ``KeyError``."""
        for layer in self.layers.values():
            if layer.array is not None and layer.name == name:
                return layer
        raise KeyError(name)

    def constant(self, layer: Layer) -> Array | None:
        """The one constant of floats that feeds it directly, or None."""
        arrays: list[Any] = [self.layers[source].array for source, _ in layer.inputs]
        found = [array for array in arrays if array is not None and array.dtype == np.float32]
        if len(found) > 1:
            raise ValueError(f"{layer.name}: {len(found)} constants feed it")
        return found[0] if found else None

    def after(self, layer: Layer, *kinds: str) -> Layer:
        """The one user of these kinds. Raises ``ValueError``."""
        found = [user for user in self._users[layer.number] if user.kind in kinds]
        if len(found) != 1:
            raise ValueError(f"{layer.name}: {len(found)} layers of the kind {kinds[0]} behind it instead of one")
        return found[0]


def _mapping(graph: _Graph) -> dict[str, Array]:
    tensors: dict[str, Array] = {}
    matrices = graph.of_kind("MatMul")
    if len(matrices) != MAPPINGS:
        raise ValueError(f"{len(matrices)} layers of the mapping network instead of {MAPPINGS}")
    for number, matrix in enumerate(matrices):
        add = graph.after(matrix, "Add")
        bias = next((found for found in _behind(graph, add) if found.size == LATENT), None)
        _constant_is(graph, graph.after(add, "PReLU"), SLOPE)
        _constant_is(graph, graph.after(graph.after(add, "PReLU"), "Multiply"), 2**0.5)
        tensors[f"layers.{number}.weight"] = _matrix(graph, matrix, (LATENT, LATENT))
        tensors[f"layers.{number}.bias"] = shaped(add.name, _present(add, bias).reshape(-1), (LATENT,))
    return tensors


def _behind(graph: _Graph, layer: Layer) -> Iterator[Array]:
    """Constants of floats that reach an addition, directly or through a change of shape."""
    for source, _ in layer.inputs:
        feeding = graph.layers[source]
        array = graph.constant(feeding) if feeding.kind == "Reshape" else feeding.array
        if array is not None:
            yield array


@dataclass(frozen=True, slots=True)
class _Site:
    """A convolution of the synthesis network: our name, theirs, the shapes of its kernels."""

    name: str
    theirs: str
    kernels: tuple[tuple[str, tuple[int, ...]], ...]


def _sites() -> list[_Site]:
    sites = [_Site("first", "m.conv1.conv", (("weight", (FIRST, FIRST, 3, 3)),))]
    for block, (low, wide) in enumerate(WIDTHS):
        for number, into in ((1, low), (2, wide)):
            kernels = (("depthwise", (into, 1, 3, 3)), ("pointwise", (wide, into, 1, 1)))
            sites.append(_Site(f"blocks.{block}.conv{number}", f"m.layers.{block}.conv{number}.conv", kernels))
    return sites


def _synthesis(graph: _Graph) -> dict[str, Array]:
    _check_wavelets(graph)
    for activation in graph.of_kind("PReLU"):
        _constant_is(graph, activation, SLOPE)
    tensors = {"constant": shaped("m.input.input", _floats(graph.named("m.input.input")), (1, FIRST, 4, 4))}
    convolutions = graph.of_kind("Convolution", "GroupConvolution")
    sites = _sites()
    if len(convolutions) != sum(len(site.kernels) for site in sites) + 1:
        raise ValueError(f"{len(convolutions)} convolutions, not those of MobileStyleGAN")
    left, side = iter(convolutions), 4
    for site in sites:
        for kernel, shape in site.kernels:
            last = next(left)
            weight = _present(last, graph.constant(last))
            tensors[f"{site.name}.{kernel}"] = shaped(last.name, weight.reshape(shape[:1] + weight.shape[-3:]), shape)
        channels, into = tensors[f"{site.name}.{site.kernels[-1][0]}"].shape[0], site.kernels[0][1][0]
        side *= 2 if site.name.endswith("conv1") else 1
        noise, bias = graph.after(last, "Add"), graph.after(graph.after(last, "Add"), "Add")
        tensors[f"{site.name}.noise"] = _constant_of(graph, noise, (1, 1, side, side))
        tensors[f"{site.name}.bias"] = _constant_of(graph, bias, (1, channels, 1, 1)).reshape(-1)
        tensors |= _style(graph, f"{site.name}.style", f"{site.theirs}.modulation", into)
    last_width = WIDTHS[-1][1]
    bands = 3 * BANDS
    head = next(left)
    tensors["head.weight"] = _constant_of(graph, head, (bands, last_width, 1, 1))
    tensors["head.bias"] = _constant_of(graph, graph.after(head, "Add"), (1, bands, 1, 1)).reshape(-1)
    tensors |= _style(graph, "head.style", f"m.layers.{len(WIDTHS) - 1}.to_img.conv.modulation", last_width)
    for block, (low, _) in enumerate(WIDTHS):
        tensors |= _style(graph, f"blocks.{block}.up", f"m.layers.{block}.up.modulation", BANDS * low)
        giving = "first" if block == 0 else f"blocks.{block - 1}.conv2"
        kernel = "weight" if block == 0 else "pointwise"
        for name in (f"blocks.{block}.up.weight", f"blocks.{block}.up.bias", f"{giving}.{kernel}", f"{giving}.bias"):
            tensors[name] = tensors[name][_band_by_band(low)]
    return tensors


def _band_by_band(low: int) -> NDArray[np.intp]:
    """Where the channels of each band lie in the published order."""
    detail = low + np.arange((BANDS - 1) * low).reshape(low, BANDS - 1)
    return np.concatenate([np.arange(low), detail.T.reshape(-1)])


def _style(graph: _Graph, name: str, theirs: str, channels: int) -> dict[str, Array]:
    """The affine map from a latent to ``channels`` factors, its gain multiplied in."""
    matrix = graph.after(graph.named(f"{theirs}.weight"), "MatMul")
    add = graph.after(matrix, "Add")
    bias = _present(add, graph.constant(add)).reshape(-1)
    last = graph.after(graph.after(add, "Reshape"), "Multiply")
    gain = graph.constant(last)
    factor = np.float32(1) if gain is None else gain.reshape(-1)[0]
    if gain is not None and gain.size != 1:
        raise ValueError(f"{last.name}: a gain that is not one number")
    return {
        f"{name}.weight": _matrix(graph, matrix, (channels, LATENT)) * factor,
        f"{name}.bias": shaped(add.name, bias, (channels,)) * factor,
    }


def _matrix(graph: _Graph, matrix: Layer, shape: tuple[int, int]) -> Array:
    """Its constant as (out, in)."""
    found = _present(matrix, graph.constant(matrix))
    return shaped(matrix.name, found if matrix.attributes.get("transpose_b") == "true" else found.T, shape)


def _check_wavelets(graph: _Graph) -> None:
    """Every inverse wavelet must be Haar's: two taps of √½, the second negative in a band of detail."""
    for layer in graph.of_kind("GroupConvolutionBackpropData"):
        taps = _present(layer, graph.constant(layer)).reshape(-1, 2)
        if not np.allclose(np.abs(taps), ROOT, atol=1e-6) or (taps[:, 0] < 0).any() or np.ptp(taps[:, 1]) != 0:
            raise ValueError(f"{layer.name}: another wavelet than Haar's")


def _constant_is(graph: _Graph, layer: Layer, value: float) -> None:
    found = _present(layer, graph.constant(layer))
    if not np.allclose(found, value, rtol=1e-6):
        raise ValueError(f"{layer.name}: another constant than {value:.4g}")


def _constant_of(graph: _Graph, layer: Layer, shape: tuple[int, ...]) -> Array:
    return shaped(layer.name, _present(layer, graph.constant(layer)), shape)


def _floats(layer: Layer) -> Array:
    return _present(layer, layer.array)


def _present(layer: Layer, array: Array | None) -> Array:
    if array is None:
        raise ValueError(f"{layer.name}: no constant feeds it")
    return array
