"""From the files in a pinned archive to the tensors of our networks, named as the networks name them.

``rrdbnet`` uses the names of BasicSR's ``RRDBNet``, the others those of their module in ``facet.enhance``. Every shape
is checked against the architecture, so that a file in another order fails here and not as a strange picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from facet.weights.dat import dat_light
from facet.weights.members import only, shaped
from facet.weights.mobilestylegan import mobilestylegan
from facet.weights.readers import dlib, keras_h5, ncnn

Tensors: TypeAlias = dict[str, NDArray[np.float32]]
Shape: TypeAlias = tuple[int, ...]

RRDB_BLOCKS, RRDB_FEATURES, RRDB_GROWTH = 23, 64, 32
"""Wang et al. 2018 (ESRGAN): residual-in-residual dense blocks, their width, and what each dense layer adds."""
RRDB_SLOPE = 0.2
SRRESNET_BLOCKS, SRRESNET_FEATURES = 16, 64
"""Ledig et al. 2017 (SRGAN), the generator."""


def convert(reader: str, members: Mapping[str, bytes]) -> Tensors:
    """Tensors from the members of an archive (content by file name). Raises ``ValueError`` with what is wrong."""
    if reader not in READERS:
        raise ValueError(f"there is no reader {reader}")
    try:
        tensors = READERS[reader](members)
    except KeyError as missing:
        raise ValueError(f"{missing} is missing") from missing
    for name, tensor in tensors.items():
        if not np.isfinite(tensor).all():
            raise ValueError(f"{name} holds values that are not numbers")
    return tensors


def rrdbnet(members: Mapping[str, bytes]) -> Tensors:
    """RRDBNet ×4 from an ncnn pair (one ``.param``, one ``.bin``)."""
    convolutions = ncnn.read_convolutions(
        ncnn.read_layers(only(members, ".param").decode("utf-8")), only(members, ".bin")
    )
    expected = _rrdbnet_layers()
    if len(convolutions) != len(expected):
        raise ValueError(f"{len(convolutions)} convolutions instead of {len(expected)}")
    tensors: Tensors = {}
    for (name, shape, slope), found in zip(expected, convolutions, strict=True):
        if found.slope != slope:
            raise ValueError(f"{found.name}: another activation than {name} has")
        tensors[f"{name}.weight"] = shaped(found.name, found.weight, shape)
        tensors[f"{name}.bias"] = found.bias
    return tensors


def _rrdbnet_layers() -> list[tuple[str, Shape, float | None]]:
    """Name, shape of the weight, slope of the leaky ReLU behind it: in the order of the computation."""
    wide, growth = RRDB_FEATURES, RRDB_GROWTH
    layers: list[tuple[str, Shape, float | None]] = [("conv_first", (wide, 3, 3, 3), None)]
    for block in range(RRDB_BLOCKS):
        for dense in (1, 2, 3):
            for number in (1, 2, 3, 4, 5):
                out = growth if number < 5 else wide
                shape = (out, wide + (number - 1) * growth, 3, 3)
                layers.append((f"body.{block}.rdb{dense}.conv{number}", shape, RRDB_SLOPE if number < 5 else None))
    layers += [
        ("conv_body", (wide, wide, 3, 3), None),
        ("conv_up1", (wide, wide, 3, 3), RRDB_SLOPE),
        ("conv_up2", (wide, wide, 3, 3), RRDB_SLOPE),
        ("conv_hr", (wide, wide, 3, 3), RRDB_SLOPE),
        ("conv_last", (3, wide, 3, 3), None),
    ]
    return layers


def srresnet(members: Mapping[str, bytes]) -> Tensors:
    """SRResNet ×4 from a Keras weight file; kernels are turned to (out, in, height, width)."""
    layers = keras_h5.read_layers(only(members, ".h5"))
    tensors: Tensors = {}
    for kind, names in _srresnet_layers().items():
        found = [layer for layer in layers if _kind(layer) == kind]
        if len(found) != len(names):
            raise ValueError(f"{len(found)} layers of the kind {kind} instead of {len(names)}")
        for (name, shape), layer in zip(names, found, strict=True):
            for part, array in SPELLINGS[kind](layer.arrays).items():
                tensors[f"{name}.{part}"] = shaped(layer.name, array, shape if part == "weight" else shape[:1])
    if len(layers) != sum(len(names) for names in _srresnet_layers().values()):
        raise ValueError("there are layers that SRResNet doesn't have")
    return tensors


def _srresnet_layers() -> dict[str, list[tuple[str, Shape]]]:
    """Name and shape of the weight, by kind of layer, in the order of the computation."""
    wide = SRRESNET_FEATURES
    blocks = range(SRRESNET_BLOCKS)
    square: Shape = (wide, wide, 3, 3)
    convolutions: list[tuple[str, Shape]] = [("head", (wide, 3, 9, 9))]
    convolutions += [(f"body.{block}.conv{number}", square) for block in blocks for number in (1, 2)]
    convolutions += [("mid", square), ("up1", (4 * wide, wide, 3, 3)), ("up2", (4 * wide, wide, 3, 3))]
    convolutions += [("tail", (3, wide, 9, 9))]
    norms = [f"body.{block}.bn{number}" for block in blocks for number in (1, 2)] + ["mid_bn"]
    slopes = ["head_prelu", *(f"body.{block}.prelu" for block in blocks), "up1_prelu", "up2_prelu"]
    return {
        "convolution": convolutions,
        "normalisation": [(name, (wide,)) for name in norms],
        "slope": [(name, (wide,)) for name in slopes],
    }


def _kind(layer: keras_h5.KerasLayer) -> str:
    for part, kind in (("kernel", "convolution"), ("moving_mean", "normalisation"), ("alpha", "slope")):
        if part in layer.arrays:
            return kind
    raise ValueError(f"{layer.name}: layers of this kind can't be read")


def _convolution(arrays: Tensors) -> Tensors:
    return {"weight": np.ascontiguousarray(arrays["kernel"].transpose(3, 2, 0, 1)), "bias": arrays["bias"]}


def _normalisation(arrays: Tensors) -> Tensors:
    return {
        "weight": arrays["gamma"],
        "bias": arrays["beta"],
        "running_mean": arrays["moving_mean"],
        "running_var": arrays["moving_variance"],
    }


def _slopes(arrays: Tensors) -> Tensors:
    return {"weight": arrays["alpha"].reshape(-1)}


SPELLINGS: dict[str, Callable[[Tensors], Tensors]] = {
    "convolution": _convolution,
    "normalisation": _normalisation,
    "slope": _slopes,
}

READERS: dict[str, Callable[[Mapping[str, bytes]], Tensors]] = {
    "ncnn/rrdbnet": rrdbnet,
    "keras/srresnet": srresnet,
    "openvino/mobilestylegan": mobilestylegan,
    "torch/dat-light": dat_light,
    "dlib/face": dlib.face_network,
}
"""What a card may name as its reader."""
