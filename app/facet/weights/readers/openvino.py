"""OpenVINO's two files: ``.xml`` (the layers and what feeds them) and ``.bin`` (the constants' numbers).

Source for the format: OpenVINO's documentation, «OpenVINO IR format» and «operation specifications», version 10
(https://docs.openvino.ai). Nothing is computed here: a converter looks constants up by what they feed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

VERSION = "10"
NUMBERS = {"f32": "<f4", "f16": "<f2", "i64": "<i8", "i32": "<i4"}
"""Element types, as numpy spells them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Layer:
    """One operation. ``inputs`` are in the order of its ports: the number of the layer that feeds each, and which of
    that layer's outputs. ``array`` is what a constant holds: 16-bit floats come as float32; else None."""

    number: int
    kind: str
    name: str
    inputs: tuple[tuple[int, int], ...]
    attributes: Mapping[str, str]
    array: NDArray[Any] | None = field(default=None, repr=False)


def read_layers(description: bytes, numbers: bytes) -> tuple[Layer, ...]:
    """The layers, each after those that feed it. Raises ``ValueError`` with what is wrong."""
    root = _root(description)
    elements = {_whole(element, "id"): element for element in root.findall("layers/layer")}
    fed = _edges(root)
    layers: dict[int, Layer] = {}
    for number in _ordered(fed, list(elements)):
        element = elements[number]
        data = element.find("data")
        attributes = {} if data is None else dict(data.attrib)
        kind, name = element.get("type", ""), element.get("name", "")
        ports = [port.get("id", "") for port in element.findall("input/port")]
        inputs = []
        for port in ports:
            if (number, port) not in fed:
                raise ValueError(f"{name}: nothing feeds its input {port}")
            source, output = fed[number, port]
            outputs = [port.get("id", "") for port in elements[source].findall("output/port")]
            if output not in outputs:
                raise ValueError(f"{name}: what feeds its input {port} is not there")
            inputs.append((source, outputs.index(output)))
        array = _constant(name, attributes, numbers) if kind in ("Const", "Constant") else None
        layers[number] = Layer(
            number=number, kind=kind, name=name, inputs=tuple(inputs), attributes=attributes, array=array
        )
    return tuple(layers.values())


def _root(description: bytes) -> Any:
    import xml.etree.ElementTree as ET  # a document type, which entities need, is refused below

    if b"<!DOCTYPE" in description or b"<!ENTITY" in description:
        raise ValueError("not an OpenVINO description (it declares a document type)")
    try:
        root = ET.fromstring(description)  # noqa: S314
    except (ET.ParseError, UnicodeError, LookupError, ValueError) as error:
        raise ValueError(f"not an OpenVINO description ({error})") from error
    if root.tag != "net" or root.get("version") != VERSION:
        raise ValueError(f"not an OpenVINO description of version {VERSION}")
    return root


def _edges(root: Any) -> dict[tuple[int, str], tuple[int, str]]:
    """What feeds each input: (layer, port) by (layer, port)."""
    return {
        (_whole(edge, "to-layer"), edge.get("to-port", "")): (_whole(edge, "from-layer"), edge.get("from-port", ""))
        for edge in root.findall("edges/edge")
    }


def _ordered(fed: Mapping[tuple[int, str], tuple[int, str]], numbers: list[int]) -> list[int]:
    """Layers after what feeds them, otherwise in the file's order."""
    before: dict[int, set[int]] = {number: set() for number in numbers}
    for (number, _), (source, _) in fed.items():
        if number not in before or source not in before:
            raise ValueError(f"an edge goes from {source} to {number}, which are not both there")
        before[number].add(source)
    order: list[int] = []
    done: set[int] = set()
    for number in numbers:
        waiting = [number]
        path: set[int] = set()
        while waiting:
            last = waiting[-1]
            missing = sorted(before[last] - done)
            if last in done:
                waiting.pop()
            elif not missing:
                done.add(last)
                order.append(last)
                path.discard(last)
                waiting.pop()
            elif last in path:
                raise ValueError(f"layer {last} feeds itself")
            else:
                path.add(last)
                waiting += missing
    return order


def _constant(name: str, attributes: Mapping[str, str], numbers: bytes) -> NDArray[Any]:
    try:
        dtype = np.dtype(NUMBERS[attributes["element_type"]])
        shape = tuple(int(part) for part in attributes["shape"].split(",") if part.strip())
        offset, size = int(attributes["offset"]), int(attributes["size"])
    except (KeyError, ValueError) as error:
        raise ValueError(f"{name}: a constant that can't be read ({error})") from error
    count = math.prod(shape)
    if min(shape, default=0) < 0 or size != count * dtype.itemsize or not 0 <= offset <= len(numbers) - size:
        raise ValueError(f"{name}: its numbers are not all there")
    array = np.frombuffer(numbers, dtype, count, offset).reshape(shape)
    return array.astype(np.float32) if dtype.kind == "f" else array.astype(np.int64)


def _whole(element: Any, name: str) -> int:
    text = element.get(name, "")
    if not text.isdecimal():
        raise ValueError(f"«{text}» is not the number of a layer")
    return int(text)
