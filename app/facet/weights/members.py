"""What a converter asks of the members of an archive and of the arrays in them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray


def only(members: Mapping[str, bytes], suffix: str) -> bytes:
    """The content of the one member whose name ends so. Raises ``ValueError`` if there is not exactly one."""
    found = [content for name, content in members.items() if name.endswith(suffix)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} files end in {suffix} where one should")
    return found[0]


def shaped(name: str, array: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """``array``, which ``name`` calls, if it has this shape; else ``ValueError``."""
    if array.shape != shape:
        raise ValueError(f"{name}: the shape {array.shape} instead of {shape}")
    return array
