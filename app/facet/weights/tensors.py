"""safetensors files, written so that the same tensors always give the same bytes.

Format: eight bytes, the header's length (little-endian); the header, JSON; the tensors one after another
(https://huggingface.co/docs/safetensors). The library's own writer leaves the order of the metadata to chance, and the
digest on a card must hold on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

ALIGNMENT = 8
"""The header is padded with spaces so that the tensors start at a multiple of so many bytes."""


def tensor_file(tensors: Mapping[str, NDArray[np.float32]], metadata: Mapping[str, str]) -> Iterator[bytes]:
    """The file in pieces: header, then each tensor by name. Raises ``TypeError`` for other than float32."""
    header: dict[str, object] = {"__metadata__": {key: metadata[key] for key in sorted(metadata)}}
    offset = 0
    names = sorted(tensors)
    for name in names:
        tensor = tensors[name]
        if tensor.dtype != np.float32:
            raise TypeError(f"{name}: {tensor.dtype} instead of float32")
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + tensor.nbytes]}
        offset += tensor.nbytes
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    text += b" " * (-len(text) % ALIGNMENT)
    yield len(text).to_bytes(8, "little") + text
    for name in names:
        yield np.ascontiguousarray(tensors[name], dtype="<f4").tobytes()
