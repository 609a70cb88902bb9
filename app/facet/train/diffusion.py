"""SR3: a U-Net that tells a regression's residual from noise, and the deviation of that residual."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from facet.core.errors import InputError
from facet.enhance.loading import network_of
from facet.enhance.sr3 import Drawing, drawn
from facet.enhance.sr3_network import FORETOLD, GRID, PLANES, SR3, WIDTHS, Lesson, sr3
from facet.enhance.sr3_schedule import drawn_levels
from facet.train.recipe import Recipe
from facet.train.start import edsr_from_srresnet

REPEATS = 4
"""Noises that each picture of a batch is given: the regression, which never learns, is then asked once for all."""
LOOKED_AT = Drawing(samples=2, steps=8, ancestral=False, projection=False)
"""How a preview draws: quickly."""


class Sr3Objective:
    """``sr3/…``, with the regression's architecture after the stroke; its weights are the start.

    Options: ``widths``, ``foretold``, ``repeats``. The loss is the mean squared error of v, and besides, with a
    gradient of its own, the negative logarithm of the residual's likelihood under the deviation foretold.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        options = dict(recipe.options)
        self._widths = tuple(options.pop("widths", WIDTHS))
        self._foretold = options.pop("foretold", FORETOLD)
        self._repeats = options.pop("repeats", REPEATS)
        known = [self._foretold, self._repeats, *self._widths]
        if options or not all(isinstance(each, int) and each >= 1 for each in known) or not self._widths:
            raise self._refuse("its options are widths, foretold and repeats, all whole numbers")
        if any(width % 8 for width in self._widths):
            raise self._refuse("the U-Net's widths must be multiples of 8")
        multiple = GRID * 2 ** (len(self._widths) - 1)
        if recipe.patch % multiple or recipe.sizes[0] // recipe.scale * recipe.scale % multiple:
            raise self._refuse(f"patch and the smaller of the sizes must be multiples of {multiple}")

    @property
    def architecture(self) -> str:
        """``sr3/edsr/tanh``, for instance."""
        return self.recipe.architecture

    def build(self, start: Mapping[str, Tensor] | None) -> SR3:
        """See :class:`~facet.train.objective.Objective`. A start that is an SR3 itself is gone on from."""
        if start is None:
            raise self._refuse("it needs a start, whose picture is refined and which never learns")
        inner = self.recipe.architecture.partition("/")[2]
        own = "unet.head.weight" in start
        if own:
            state = {n.removeprefix("regression."): value for n, value in start.items() if n.startswith("regression.")}
        else:
            folds = inner.startswith("edsr") and "mid_bn.weight" in start
            state = edsr_from_srresnet(start) if folds else dict(start)
        regression = network_of(inner, state, self.recipe.start)
        if regression.scale != self.recipe.scale:
            raise self._refuse(f"its start enlarges {regression.scale} times")
        if own:
            return sr3(start, regression.module, regression.scale)
        return SR3(
            regression=regression.module, scale=regression.scale, widths=self._widths, foretold=self._foretold
        )  # fmt: skip

    def loss(self, module: nn.Module, low: Tensor, high: Tensor, generator: torch.Generator) -> Tensor:
        """See :class:`~facet.train.objective.Objective`."""
        count = self._repeats * len(low)
        size = (count, PLANES, high.shape[2] // GRID, high.shape[3] // GRID)
        noise = torch.randn(size, generator=generator).to(low.device)
        lesson: Lesson = module(low, high, noise, drawn_levels(count, generator).to(low.device))
        foretold = (lesson.residual / lesson.deviation).square() / 2 + lesson.deviation.log()
        return (lesson.told - lesson.wanted).square().mean() + foretold.mean()

    def preview(self, module: nn.Module, low: Tensor, generator: torch.Generator) -> Tensor:
        """The mean of two samples of eight steps: see :class:`~facet.train.objective.Objective`."""
        assert isinstance(module, SR3)
        known = module.known(low)
        seeds = torch.randint(2**31, (LOOKED_AT.samples,), generator=generator).tolist()
        pictures = [
            known.drawn(drawn(module, known, LOOKED_AT, np.random.default_rng(seed), lambda _: None)) for seed in seeds
        ]
        return torch.stack(pictures).mean(0)

    def _refuse(self, reason: str) -> InputError:
        return InputError(
            "The recipe {id} can't be begun: {reason}. Change its options or its start.",
            id=self.recipe.id, reason=reason,
        )  # fmt: skip
