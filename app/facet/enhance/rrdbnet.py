"""RRDBNet: the generator of ESRGAN (Wang 2018) and Real-ESRGAN (Wang 2021); basicsr's class, sized by its weights."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor, nn

from facet.enhance.basicsr_bridge import rrdbnet_class

SCALES = {3: 4, 12: 2, 48: 1}
"""Input channels of the first layer (the picture, folded) and the scale that follows."""


def rrdbnet(state: Mapping[str, Tensor]) -> tuple[nn.Module, int]:
    """The network with its weights, and its scale.

    RGB (N, 3, H, W) in 0..1 to (N, 3, sH, sW), about 0..1 and not clipped. Raises ``KeyError`` or ``RuntimeError``
    if ``state`` is not an RRDBNet by basicsr's names.
    """
    first = state["conv_first.weight"]
    scale = SCALES[first.shape[1]]
    network: nn.Module = rrdbnet_class()(
        num_in_ch=3,
        num_out_ch=state["conv_last.weight"].shape[0],
        scale=scale,
        num_feat=first.shape[0],
        num_block=1 + max(int(name.split(".")[1]) for name in state if name.startswith("body.")),
        num_grow_ch=state["body.0.rdb1.conv1.weight"].shape[0],
    )
    network.load_state_dict(dict(state))
    return network, scale
