"""Keras weight files (HDF5 as ``Model.save_weights`` writes it): layers by name, each with named arrays."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, slots=True)
class KerasLayer:
    """A layer that has numbers: its name as Keras counts it, and float32 arrays by their short name (``kernel``)."""

    name: str
    arrays: dict[str, NDArray[np.float32]]


def read_layers(content: bytes) -> tuple[KerasLayer, ...]:
    """The layers that carry numbers, in the model's order. Raises ``ValueError`` with what is wrong.

    Arrays keep Keras's order of axes: a convolution's kernel is (height, width, in, out).
    """
    import h5py

    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            names = [_text(name) for name in file.attrs["layer_names"]]
            layers = [_layer(file, name) for name in names]
    except (OSError, KeyError, RuntimeError, TypeError) as error:
        raise ValueError(f"not a Keras weight file ({error})") from error
    return tuple(layer for layer in layers if layer.arrays)


def _layer(file: Any, name: str) -> KerasLayer:
    import h5py

    group = file[name]
    arrays: dict[str, NDArray[np.float32]] = {}
    for entry in group.attrs["weight_names"]:
        place = _text(entry)
        stored = group[place]
        if not isinstance(stored, h5py.Dataset) or stored.dtype != np.dtype("<f4") or stored.external:
            raise ValueError(f"{place}: not an array of 32-bit floats kept in this file")
        arrays[place.rpartition("/")[2].partition(":")[0]] = np.asarray(stored[()], dtype=np.float32)
    return KerasLayer(name=name, arrays=arrays)


def _text(name: object) -> str:
    return name.decode("utf-8") if isinstance(name, bytes) else str(name)
