"""Networks that begin where another left off."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from facet.enhance.srresnet import EPSILON


def edsr_from_srresnet(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """SRResNet's weights as those of an EDSR of the same shape: the same function, without normalisation.

    Each normalisation is a fixed scale and shift once it no longer learns; both go into the convolution before it.
    The up-sampling convolutions get the channel order of ``pixel_shuffle``. Raises ``KeyError`` if it is no SRResNet.
    """
    made = {name: state[name].clone() for name in ("head.weight", "head.bias", "tail.weight", "tail.bias")}
    made["head_act.weight"] = state["head_prelu.weight"].clone()
    blocks = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("body."))
    for number in range(blocks):
        block = f"body.{number}"
        _fold(made, state, f"{block}.conv1", f"{block}.bn1", f"{block}.conv1")
        made[f"{block}.act.weight"] = state[f"{block}.prelu.weight"].clone()
        _fold(made, state, f"{block}.conv2", f"{block}.bn2", f"{block}.conv2")
    _fold(made, state, "mid", "mid_bn", "mid")
    for number in (0, 1):
        theirs, ours = f"up{number + 1}", f"up.{number}"
        features = state[f"{theirs}.weight"].shape[0] // 4
        order = torch.arange(4 * features).view(4, features).T.reshape(-1)  # (position, feature) to (feature, position)
        made[f"{ours}.conv.weight"] = state[f"{theirs}.weight"][order].clone()
        made[f"{ours}.conv.bias"] = state[f"{theirs}.bias"][order].clone()
        made[f"{ours}.act.weight"] = state[f"{theirs}_prelu.weight"].clone()
    return made


def another_stage(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """An EDSR's weights with one more ×2 stage at the end, which begins as bilinear interpolation."""
    made = {name: value.clone() for name, value in state.items()}
    number = 1 + max(int(name.split(".")[1]) for name in state if name.startswith("up."))
    features = state["mid.weight"].shape[0]
    near = torch.tensor([[0.25, 0.75, 0.0], [0.0, 0.75, 0.25]])  # shares of the pixel before, here, after
    weight = torch.zeros(features, 4, features, 3, 3)
    for position in range(4):
        kernel = torch.outer(near[position // 2], near[position % 2])
        for feature in range(features):
            weight[feature, position, feature] = kernel
    made[f"up.{number}.conv.weight"] = weight.view(4 * features, features, 3, 3)
    made[f"up.{number}.conv.bias"] = torch.zeros(4 * features)
    if "head_act.weight" in state:
        made[f"up.{number}.act.weight"] = torch.ones(features)
    return made


def _fold(
    made: dict[str, Tensor], state: Mapping[str, Tensor], convolution: str, normalisation: str, name: str
) -> None:  # fmt: skip
    gain = state[f"{normalisation}.weight"] / torch.sqrt(state[f"{normalisation}.running_var"] + EPSILON)
    made[f"{name}.weight"] = state[f"{convolution}.weight"] * gain[:, None, None, None]
    shift = state[f"{convolution}.bias"] - state[f"{normalisation}.running_mean"]
    made[f"{name}.bias"] = shift * gain + state[f"{normalisation}.bias"]
