"""SR3 as a method of the engine: several faces drawn for one crop, their mean, and how far they differ.

The output is the mean of the samples. Each is drawn from its own noise, which depends on the seed and its number
alone, so the first of eight samples is the first of two.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from facet.core.canonical import Json
from facet.core.errors import InputError
from facet.core.i18n import N_
from facet.core.progress import Progress
from facet.core.run import Companion
from facet.core.spread import spread
from facet.enhance.device import Rig
from facet.enhance.kept_memory import kept_memory
from facet.enhance.method import Made, Order
from facet.enhance.network import Network
from facet.enhance.projection import OPERATOR, Reduction
from facet.enhance.sr3_network import SR3, Known
from facet.enhance.sr3_schedule import STEPS, ahead, path, residual_of, stepped

MOST_SAMPLES = 100
PUBLISHED = "2.7e-05"
"""Saharia 2021, table 2: SR3's low-resolution error without projection (16×16 to 128×128 faces), mean squared, 0..1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """How samples are drawn: how many, in how many steps, by which step, and whether each estimate is projected."""

    samples: int
    steps: int
    ancestral: bool
    projection: bool

    @classmethod
    def of(cls, parameters: Mapping[str, Json], backend: str) -> Drawing:
        """From a request's parameters. Raises ``InputError``."""
        samples, steps = parameters.get("samples", 8), parameters.get("steps", 20)
        for name, value, least, most in (("samples", samples, 2, MOST_SAMPLES), ("steps", steps, 1, STEPS)):
            if not isinstance(value, int) or not least <= value <= most:
                raise InputError(
                    "{backend}: {name} must be a whole number between {least} and {most}, not {value}.",
                    backend=backend, name=name, least=least, most=most, value=str(value),
                )  # fmt: skip
        return cls(
            samples=int(str(samples)),
            steps=int(str(steps)),
            ancestral=parameters.get("sampler", "deterministic") == "ancestral",
            projection=parameters.get("projection", "no") == "yes",
        )


class Diffusion:
    """A :class:`~facet.enhance.method.Method`: an SR3 and the name of its card."""

    def __init__(self, network: Network, *, backend: str) -> None:
        self._network, self._backend = network, backend

    @classmethod
    def ordered(cls, order: Order) -> Diffusion:
        """The card's network. Raises as loading does."""
        return cls(order.network(), backend=order.descriptor.id)

    def run(
        self,
        unit: NDArray[np.float32],
        *,
        scale: int,
        parameters: Mapping[str, Json],
        seed: int,
        rig: Rig,
        progress: Progress,
    ) -> Made:
        """See :class:`~facet.enhance.method.Method`. Parameters: samples, steps, sampler, projection."""
        drawing = Drawing.of(parameters, self._backend)
        module = self._network.module
        if not isinstance(module, SR3) or module.scale != scale:
            raise InputError(
                "{backend}: the card says ×{stated}, the network makes ×{real}. Correct the card.",
                backend=self._backend, stated=scale, real=self._network.scale,
            )  # fmt: skip
        height, width = unit.shape[:2]
        below, right = self._network.padding(height, width)
        padded = np.pad(unit, ((0, below), (0, right), (0, 0)), mode="symmetric")
        crop = _planes(unit, rig)
        total = drawing.samples * drawing.steps
        reduction = Reduction(height, width, scale, rig.device)

        def fitted(picture: Tensor) -> Tensor:
            inner = reduction.projected(picture[..., : scale * height, : scale * width], crop)
            picture = picture.clone()
            picture[..., : scale * height, : scale * width] = inner
            return picture

        companions: list[Companion] = []
        errors: list[Json] = []
        whole = np.zeros((scale * height, scale * width, 3), np.float64)
        with kept_memory(), torch.inference_mode():
            known = module.known(_planes(padded, rig).to(rig.dtype).contiguous(memory_format=rig.memory_format))
            for number in range(1, drawing.samples + 1):

                def tick(step: int, before: int = (number - 1) * drawing.steps) -> None:
                    progress(before + step, total, N_("Drawing samples"))

                residual = drawn(
                    module, known, drawing, np.random.default_rng([seed, number]), tick,
                    refine=fitted if drawing.projection else None,
                )  # fmt: skip
                picture = known.drawn(residual)[0, :, : scale * height, : scale * width].clamp(0, 1)
                sample = picture.permute(1, 2, 0).cpu().numpy()
                whole += sample
                errors.append(f"{reduction.error(picture, crop):.1e}")
                companions.append(_companion(sample, number, str(errors[-1])))
        progress(total, total, N_("Drawing samples"))
        mean = (whole / drawing.samples).astype(np.float32)
        mean_error = reduction.error(_planes(mean, rig), crop)
        return Made(
            picture=mean,
            companions=(spread(companions), *companions),
            steps=_steps(drawing, self._network, below, right),
            facts=_facts(drawing, errors, f"{mean_error:.1e}"),
        )


def drawn(
    network: SR3,
    known: Known,
    drawing: Drawing,
    rng: np.random.Generator,
    tick: Callable[[int], None],
    *,
    refine: Callable[[Tensor], Tensor] | None = None,
) -> Tensor:
    """One residual (N, 48, h, w), in units of its deviation, from noise that ``rng`` draws on the CPU.

    ``tick`` is called before each step with its number from 0 and may raise. ``refine`` mends each estimate of the
    picture (N, 3, sH, sW).
    """
    shape, device = known.deviation.shape, known.deviation.device
    x = _noise(rng, shape, device)
    before: Tensor | None = None
    for step, (gamma, towards) in enumerate(pairwise(path(drawing.steps))):
        tick(step)
        told = network.velocity(x, known, torch.full((shape[0],), math.sqrt(gamma), device=device))
        estimate = residual_of(x, told, gamma)
        residual = estimate if drawing.ancestral else ahead(estimate, before)
        before = estimate
        if refine is not None:
            residual = known.residual(refine(known.drawn(residual)))
        fresh = _noise(rng, shape, device) if drawing.ancestral and towards < 1 else None
        x = stepped(x, residual, gamma, towards, ancestral=drawing.ancestral, fresh=fresh)
    return x


def _noise(rng: np.random.Generator, shape: tuple[int, ...], device: torch.device) -> Tensor:
    return torch.from_numpy(rng.standard_normal(shape, dtype=np.float32)).to(device)


def _planes(unit: NDArray[np.float32], rig: Rig) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(unit.transpose(2, 0, 1)[None])).to(rig.device)


def _companion(sample: NDArray[np.float32], number: int, error: str) -> Companion:
    levels = np.rint(sample * np.float32(255)).astype(np.uint8)
    facts: dict[str, Json] = {
        "noise": f"numpy PCG64, default_rng([seed, {number}])",
        "low_resolution_error": error,
    }
    return Companion(role="sample", number=number, picture=np.ascontiguousarray(levels), facts=facts)


def _steps(drawing: Drawing, network: Network, below: int, right: int) -> list[Json]:
    steps: list[Json] = []
    if below or right:
        steps.append(
            {
                "step": "pad",
                "mode": "mirrored, cut off again afterwards",
                "multiple_of": network.multiple_of,
                "bottom_right": [below, right],
            }
        )
    if drawing.projection:
        steps.append(
            {
                "step": "projection",
                "operator": OPERATOR,
                "when": "every step's estimate, the last one included; clipped and rounded afterwards",
                "note": "makes each sample agree with the crop by construction; says nothing of whether it is true",
            }
        )
    return steps


def _facts(drawing: Drawing, errors: list[Json], mean_error: str) -> dict[str, Json]:
    return {
        "sampler": "ancestral (DDPM)" if drawing.ancestral else "deterministic (DDIM, second order)",
        "steps": drawing.steps,
        "samples": drawing.samples,
        "network_evaluations": drawing.steps * drawing.samples,
        "picture": "mean of the samples",
        "low_resolution_error": {
            "unit": "mean squared difference of the reduced output and the prepared crop, 0..1",
            "operator": OPERATOR,
            "projected": drawing.projection,
            "samples": errors,
            "mean": mean_error,
            "published_for_sr3_without_projection": PUBLISHED,
        },
    }
