"""DAT light (Chen et al. 2023): from a PyTorch file to the tensors its network needs, named as spandrel's ``DAT`` does.

Masks of the shifted windows and tables of relative positions are left out: nine tenths of the file, and the network
computes them anew from its window size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from facet.weights.members import only
from facet.weights.readers.torch_zip import read_tensors

BLOCKS, WIDTH, COLOURS = 18, 60, 3
"""DAT light: blocks in its one group, features, and the channels of a picture."""
COMPUTED = ("attn_mask_0", "attn_mask_1", "relative_position_index", "num_batches_tracked")
"""Last part of the names of what is not learned."""


def dat_light(members: Mapping[str, bytes]) -> dict[str, NDArray[np.float32]]:
    """DAT light of any scale from its one ``.pth`` member. Raises ``ValueError`` with what is wrong."""
    found = read_tensors(only(members, ".pth"))
    tensors: dict[str, NDArray[np.float32]] = {}
    for name, tensor in found.items():
        if name.rpartition(".")[2] in COMPUTED:
            continue
        if tensor.dtype != np.float32:
            raise ValueError(f"{name}: {tensor.dtype} instead of float32")
        tensors[name] = tensor.astype(np.float32, copy=False)
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    if shapes.get("conv_first.weight") != (WIDTH, COLOURS, 3, 3):
        raise ValueError(f"the first layer is not DAT light’s {WIDTH} features of a colour picture")
    blocks = {name.split(".")[3] for name in shapes if name.startswith("layers.0.blocks.")}
    if blocks != {str(number) for number in range(BLOCKS)} or any(name.startswith("layers.1.") for name in shapes):
        raise ValueError(f"{len(blocks)} blocks instead of {BLOCKS}")
    last = shapes.get("upsample.0.weight", (0,))
    scale = math.isqrt(last[0] // COLOURS)
    if last != (COLOURS * scale * scale, WIDTH, 3, 3):
        raise ValueError(f"the last layer has the shape {last}")
    return tensors
