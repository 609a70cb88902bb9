"""EDSR and SRCNN: networks that are to come as close as possible to the sharp picture."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from facet.core.errors import InputError
from facet.enhance.edsr import EDSR, OUTPUTS
from facet.enhance.srcnn import KERNELS, LUMA, SRCNN
from facet.train.recipe import Recipe
from facet.train.start import another_stage, edsr_from_srresnet


class _Regression:
    """A loss between what the network makes and the sharp picture: the mean of absolute or of squared differences."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe

    def loss(self, module: nn.Module, low: Tensor, high: Tensor, generator: torch.Generator) -> Tensor:
        """See :class:`~facet.train.objective.Objective`."""
        return self._distance(module(low), high)

    def preview(self, module: nn.Module, low: Tensor, generator: torch.Generator) -> Tensor:
        """See :class:`~facet.train.objective.Objective`."""
        made: Tensor = module(low)
        return made

    def _distance(self, made: Tensor, high: Tensor) -> Tensor:
        return (made - high).abs().mean() if self.recipe.loss == "l1" else (made - high).square().mean()

    def _refuse(self, reason: str) -> InputError:
        return InputError(
            "The recipe {id} can't be begun: {reason}. Change its options or its start.",
            id=self.recipe.id, reason=reason,
        )  # fmt: skip


class EdsrObjective(_Regression):
    """EDSR. Options: ``features``, ``blocks``, ``kernel``, ``prelu``, ``output``; a start brings its own."""

    @property
    def architecture(self) -> str:
        """``edsr``, or ``edsr/tanh``."""
        output = self.recipe.options.get("output", "linear")
        return "edsr" if output == "linear" else f"edsr/{output}"

    def build(self, start: Mapping[str, Tensor] | None) -> EDSR:
        """See :class:`~facet.train.objective.Objective`."""
        try:
            network = EDSR(scale=self.recipe.scale, **self.recipe.options)
            if network.output not in OUTPUTS:
                raise self._refuse("its output is neither linear nor tanh")
            if start is not None:
                network.load_state_dict(_as_edsr(start, len(network.up)))
        except KeyError:
            raise self._refuse("EDSR enlarges 2, 3, 4 or 8 times") from None
        except (RuntimeError, TypeError, ValueError):
            raise self._refuse("its options and its start are not of one shape") from None
        return network


class SrcnnObjective(_Regression):
    """SRCNN. Options: ``features`` (two) and ``kernels`` (three). The loss is of luma, all that it predicts."""

    @property
    def architecture(self) -> str:
        """``srcnn/x4`` for a scale of 4."""
        return f"srcnn/x{self.recipe.scale}"

    def build(self, start: Mapping[str, Tensor] | None) -> SRCNN:
        """See :class:`~facet.train.objective.Objective`.

        Without a start, one path through the random network lets the enlarged picture pass unchanged.
        """
        features = tuple(self.recipe.options.get("features", (64, 32)))
        kernels = tuple(self.recipe.options.get("kernels", KERNELS))
        if len(features) != 2 or len(kernels) != 3 or any(side % 2 == 0 for side in kernels):
            raise self._refuse("SRCNN needs two numbers of features and three odd kernels")
        network = SRCNN(scale=self.recipe.scale, features=features, kernels=kernels)
        if start is None:
            _let_through(network)
            return network
        try:
            network.load_state_dict(dict(start))
        except RuntimeError:
            raise self._refuse("its start is no SRCNN of this shape") from None
        return network

    def _distance(self, made: Tensor, high: Tensor) -> Tensor:
        shares = torch.tensor(LUMA, device=made.device).view(1, 3, 1, 1)
        return super()._distance((made * shares).sum(1), (high * shares).sum(1))


def _as_edsr(start: Mapping[str, Tensor], stages: int) -> dict[str, Tensor]:
    state = edsr_from_srresnet(start) if "mid_bn.weight" in start else dict(start)
    while sum(name.startswith("up.") and name.endswith("conv.weight") for name in state) < stages:
        state = another_stage(state)
    return state


@torch.no_grad()
def _let_through(network: SRCNN) -> None:
    for layer in (network.extract, network.map, network.rebuild):
        middle = layer.kernel_size[0] // 2
        nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
        layer.weight[0] = 0
        layer.weight[0, 0, middle, middle] = 1
    network.rebuild.weight[:, 1:] *= 0.1
