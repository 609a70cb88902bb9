"""A network tells how far it is, and stops where it is told to."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from facet.core.errors import Cancelled
from facet.enhance.network import Network


class Shared(nn.Module):
    """Three layers and one activation that serves them all, as ESRGAN's has."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv2d(3, 3, 1) for _ in range(3))
        self.activation = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = self.activation(layer(x))
        return x


def watched(look: object) -> None:
    module = Shared()
    network = Network(module=module, call=module, architecture="shared", scale=1)
    with network.watched(look), torch.inference_mode():  # type: ignore[arg-type]
        network.call(torch.zeros(1, 3, 4, 4))


def test_progress_never_goes_back_and_comes_near_the_end() -> None:
    shares: list[float] = []
    watched(shares.append)
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 0.7 <= shares[-1] < 1


def test_a_run_ends_before_the_layer_at_which_it_is_given_up() -> None:
    seen: list[float] = []

    def look(share: float) -> None:
        seen.append(share)
        if share > 0.3:
            raise Cancelled

    with pytest.raises(Cancelled):
        watched(look)
    assert seen == [0, 0.25, 0.5]
