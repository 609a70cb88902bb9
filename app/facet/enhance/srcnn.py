"""SRCNN (Dong 2014): three convolutions on the luma of a picture that was enlarged by the bicubic kernel.

As published, the network sees only luma; colour is carried over from the enlargement. Unlike the original's
border-less convolutions, these pad by repeating the edge, so that the output has the input's size.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

KERNELS = (9, 5, 5)
LUMA = (0.299, 0.587, 0.114)
"""Shares of R, G and B in luma (ITU-R BT.601)."""


class SRCNN(nn.Module):
    """RGB (N, 3, H, W) in 0..1 to (N, 3, scale·H, scale·W), about 0..1.

    ``kernels`` are the sides of the three convolutions: 9, 5, 5 or 9, 1, 5 in the paper.
    """

    def __init__(
        self, *, scale: int, features: tuple[int, int] = (64, 32), kernels: tuple[int, int, int] = KERNELS
    ) -> None:
        super().__init__()
        self.scale = scale
        first, second = features
        self.extract = nn.Conv2d(1, first, kernels[0], padding=kernels[0] // 2, padding_mode="replicate")
        self.map = nn.Conv2d(first, second, kernels[1], padding=kernels[1] // 2, padding_mode="replicate")
        self.rebuild = nn.Conv2d(second, 1, kernels[2], padding=kernels[2] // 2, padding_mode="replicate")

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        large = nn.functional.interpolate(
            x.float(), scale_factor=self.scale, mode="bicubic", align_corners=False, antialias=True
        ).to(x.dtype)  # with antialias the kernel is Keys' with a = -0.5, as everywhere in Facet
        shares = torch.tensor(LUMA, dtype=x.dtype, device=x.device).view(1, 3, 1, 1)
        luma = (large * shares).sum(1, keepdim=True)
        inner = torch.relu(self.map(torch.relu(self.extract(luma))))
        made: Tensor = large + (self.rebuild(inner) - luma)
        return made


def srcnn(state: Mapping[str, Tensor], scale: int) -> SRCNN:
    """The network of ``state`` for ``scale``, which its weights can't tell.

    Raises ``KeyError``, ``ValueError`` or ``RuntimeError`` if it is no SRCNN.
    """
    sides = [state[f"{name}.weight"].shape[-1] for name in ("extract", "map", "rebuild")]
    first, second = state["extract.weight"].shape[0], state["map.weight"].shape[0]
    network = SRCNN(scale=scale, features=(first, second), kernels=(sides[0], sides[1], sides[2]))
    network.load_state_dict(dict(state))
    return network
