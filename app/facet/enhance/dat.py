"""DAT (Chen et al. 2023, arXiv:2308.03364): attention between places and attention between channels, in turn.

The network is spandrel's. It is built here, not recognised, because the store keeps only what was learned: masks and
tables of positions follow from the size of the windows.
"""

from __future__ import annotations

import math
import warnings
from typing import Any

from torch import Tensor, nn

from facet.faces.cv2_bridge import environment_kept

SIDE = 64
"""Pixels; for pictures of this side the masks of the shifted windows are kept, for others they are made anew."""
COMPUTED = ("attn_mask_0", "attn_mask_1", "relative_position_index", "num_batches_tracked")


def dat(state: dict[str, Tensor]) -> tuple[nn.Module, int]:
    """DAT with these weights (``pixelshuffledirect``, as the light ones are), and how many times it enlarges.

    Takes and gives RGB (1, 3, H, W) in about 0..1. Raises ``KeyError``, ``ValueError`` or ``RuntimeError`` where the
    weights are not of this network.
    """
    with environment_kept():
        from spandrel.architectures.DAT import DAT

    groups = _count(state, "layers")
    features, colours = state["conv_first.weight"].shape[:2]
    scale = math.isqrt(state["upsample.0.weight"].shape[0] // colours)
    window = state["layers.0.blocks.0.attn.attns.0.rpe_biases"][-1] + 1
    options: dict[str, Any] = {
        "img_size": SIDE,
        "in_chans": colours,
        "embed_dim": features,
        "split_size": [int(side) for side in window],
        "depth": [_count(state, f"layers.{group}.blocks") for group in range(groups)],
        "num_heads": [len(state[f"layers.{group}.blocks.1.attn.temperature"]) for group in range(groups)],
        "expansion_factor": len(state["layers.0.blocks.0.ffn.fc1.weight"]) / features,
        "qkv_bias": "layers.0.blocks.0.attn.qkv.bias" in state,
        "upscale": scale,
        "img_range": 1.0,
        "resi_connection": "1conv" if "conv_after_body.weight" in state else "3conv",
        "upsampler": "pixelshuffledirect",
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch.meshgrid announces a change that does not concern this use
        network = DAT(**options)
    missing, unexpected = network.load_state_dict(state, strict=False)
    lacking = [name for name in missing if name.rpartition(".")[2] not in COMPUTED]
    if lacking or unexpected:
        raise ValueError(f"{(lacking + unexpected)[0]}: missing, or no part of DAT")
    return network, scale


def _count(state: dict[str, Tensor], prefix: str) -> int:
    place = prefix.count(".") + 1
    return len({name.split(".")[place] for name in state if name.startswith(f"{prefix}.")})
