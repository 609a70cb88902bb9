"""OpenVINO's two files, written layer by layer."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

TYPES = {"float32": "f32", "float16": "f16", "int64": "i64", "int32": "i32"}


class Files:
    """Add layers, then take ``description`` (the XML) and ``numbers``. Each has one output, at the port after its
    inputs."""

    def __init__(self) -> None:
        self._layers: list[str] = []
        self._edges: list[str] = []
        self._ports: list[int] = []
        self.numbers = b""

    def constant(self, name: str, array: NDArray[np.generic]) -> int:
        """A constant; its number is what ``layer`` takes."""
        shape = ", ".join(map(str, array.shape))
        told = f'element_type="{TYPES[array.dtype.name]}" shape="{shape}" offset="{len(self.numbers)}"'
        self.numbers += array.tobytes()
        return self._added("Const", name, f'{told} size="{array.nbytes}"', ())

    def layer(self, kind: str, name: str, *inputs: int, **attributes: str) -> int:
        """An operation fed by layers."""
        return self._added(kind, name, " ".join(f'{key}="{value}"' for key, value in attributes.items()), inputs)

    @property
    def description(self) -> bytes:
        """The XML."""
        return (
            f'<?xml version="1.0"?><net name="made" version="10"><layers>{"".join(self._layers)}</layers>'
            f"<edges>{''.join(self._edges)}</edges></net>"
        ).encode()

    def _added(self, kind: str, name: str, told: str, inputs: tuple[int, ...]) -> int:
        number = len(self._layers)
        ports = "".join(f'<port id="{port}"/>' for port in range(len(inputs)))
        self._layers.append(
            f'<layer id="{number}" name={quoteattr(name)} type="{kind}"><data {told}/><input>{ports}</input>'
            f'<output><port id="{len(inputs)}"/></output></layer>'
        )
        for port, source in enumerate(inputs):
            self._edges.append(
                f'<edge from-layer="{source}" from-port="{self._ports[source]}" to-layer="{number}" to-port="{port}"/>'
            )
        self._ports.append(len(inputs))
        return number
