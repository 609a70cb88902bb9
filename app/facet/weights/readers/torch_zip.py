"""PyTorch's own weight files (``torch.save`` since 1.6), read without torch and without running what they hold.

The file is a zip: ``<name>/data.pkl`` says which tensors there are, ``<name>/data/<key>`` holds their numbers. A pickle
can name any function; this reader answers four names with values of its own and refuses every other.
"""

from __future__ import annotations

import io
import math
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32] | NDArray[np.int64]

STORAGES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}
"""What torch calls a run of numbers, and what they are."""
INDEX = "data.pkl"


def read_tensors(content: bytes) -> dict[str, Array]:
    """The tensors of a state dict by name, float32 or int64; one level of wrapping (``params``) is taken off.

    Raises ``ValueError`` with what is wrong: not such a file, or one that holds anything but plain tensors.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            state = _Index(file).load()
    except (zipfile.BadZipFile, KeyError, EOFError, TypeError, IndexError, AttributeError, OSError) as error:
        raise ValueError(f"not a file of plain PyTorch weights ({error})") from error
    except pickle.UnpicklingError as error:
        raise ValueError(str(error)) from error
    if isinstance(state, Mapping) and len(state) == 1 and isinstance(inner := next(iter(state.values())), Mapping):
        state = inner
    if not isinstance(state, Mapping):
        raise ValueError("it holds no table of tensors")
    tensors: dict[str, Array] = {}
    for name, tensor in state.items():
        if not isinstance(name, str) or not isinstance(tensor, np.ndarray):
            raise ValueError(f"{name} is not a tensor")
        tensors[name] = tensor
    return tensors


class _Index(pickle.Unpickler):
    """Reads ``data.pkl``; tensors come out as arrays."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        (place,) = (name for name in file.namelist() if name.count("/") == 1 and name.endswith(f"/{INDEX}"))
        self._file, self._root = file, place.removesuffix(INDEX)
        super().__init__(io.BytesIO(file.read(place)))

    def find_class(self, module: str, name: str) -> Any:
        """The four names that a plain state dict needs."""
        match module, name:
            case "torch._utils", "_rebuild_tensor_v2":
                return _tensor
            case "collections", "OrderedDict":
                return OrderedDict
            case "torch", _ if name in STORAGES:
                return STORAGES[name]
        raise pickle.UnpicklingError(f"it names {module}.{name}, which plain weights do not")

    def persistent_load(self, pid: Any) -> Any:
        """A run of numbers: (``storage``, what they are, key, device, how many)."""
        _word, kind, key, _device, count = pid
        numbers = np.frombuffer(self._file.read(f"{self._root}data/{key}"), dtype=kind)
        if numbers.size != count:
            raise pickle.UnpicklingError(f"{key}: {numbers.size} numbers instead of {count}")
        return numbers


def _tensor(storage: Any, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_rest: Any) -> Array:
    """How torch says which part of a storage a tensor is; ``strides`` count numbers."""
    count = math.prod(shape)
    expected = tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
    if any(size > 1 and step != plain for size, step, plain in zip(shape, strides, expected, strict=True)):
        raise pickle.UnpicklingError("a tensor that does not lie in one piece")
    if offset < 0 or offset + count > storage.size:
        raise pickle.UnpicklingError("a tensor that reaches beyond its numbers")
    part: Array = storage[offset : offset + count].reshape(shape)
    return part
