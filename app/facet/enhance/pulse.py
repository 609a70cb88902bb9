"""PULSE as a method of the engine: several invented faces that agree with the crop when reduced, and how they differ.

The face of the crop is aligned as the generator's training faces were, searched for from several starting points
(:mod:`facet.enhance.pulse_search`), and each find is laid back over the crop, enlarged by the bicubic kernel. The
output is the candidate of the least low-resolution error. Each start depends on the seed and its number alone, so
the first of five candidates is the first of two.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.errors import InputError
from facet.core.i18n import N_, _
from facet.core.progress import Progress
from facet.core.run import Companion
from facet.core.spread import spread
from facet.enhance.device import Rig
from facet.enhance.interpolation import STATED, resized
from facet.enhance.method import Made, Order
from facet.enhance.mobilestylegan import MobileStyleGAN
from facet.enhance.network import Network
from facet.enhance.one_face import face_of
from facet.enhance.pulse_search import CROSSED, NOISES, PIXELS, RATE, WANTED, Found, Latents, Search
from facet.faces.ffhq import SOFT, Alignment, aligned, pasted

LOW_SIDES = (16, 64)
"""Pixels: the least and the most that the aligned face is compared at; between, its own size."""
LEAST_COVERED = 0.4
"""Of the aligned square: what the crop must show of it."""
AROUND = "bicubic"
"""What enlarges the rest of the crop."""


class Pulse:
    """A :class:`~facet.enhance.method.Method`: a face generator, and the name of its card."""

    def __init__(self, network: Network, *, backend: str) -> None:
        self._network, self._backend = network, backend

    @classmethod
    def ordered(cls, order: Order) -> Pulse:
        """The card's generator. Raises as loading does."""
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
        """See :class:`~facet.enhance.method.Method`. Parameters: seeds (two or more), steps.

        Raises ``InputError`` where the crop shows no face, or too little around it.
        """
        seeds, steps = (int(str(parameters.get(name, usual))) for name, usual in (("seeds", 3), ("steps", 300)))
        generator = self._network.module
        if not isinstance(generator, MobileStyleGAN):
            raise TypeError(f"PULSE searches a face generator, not {type(generator).__name__}")
        progress(0, 0, N_("Looking for the face"))
        alignment = Alignment.of(face_of(unit, backend=self._backend, progress=progress).landmarks)
        side = int(np.clip(round(alignment.side), *LOW_SIDES))
        low, covered = aligned(unit, alignment, side)
        if covered.mean() < LEAST_COVERED:
            raise InputError(
                "{backend} needs the whole face; this crop shows too little of it. Choose a larger box around it.",
                backend=self._backend,
            )
        search = Search(generator, Latents(generator), low.clip(0, 1), covered)
        height, width = unit.shape[:2]
        around = resized(unit, scale * width, scale * height, AROUND)
        place = alignment.enlarged(scale)
        found: list[Found] = []
        pictures: list[NDArray[np.float32]] = []
        for number in range(1, seeds + 1):

            def tick(step: int, error: float | None, number: int = number) -> None:
                progress((number - 1) * steps + step, seeds * steps, _label(number, seeds, error))

            found.append(search.candidate(np.random.default_rng([seed, number]), steps, tick))
            pictures.append(pasted(found[-1].picture, place, around))
        progress(seeds * steps, seeds * steps, _label(seeds, seeds, found[-1].error))
        best = min(range(seeds), key=lambda number: found[number].error)
        companions = [_companion(*each, number) for number, each in enumerate(zip(found, pictures, strict=True), 1)]
        return Made(
            picture=pictures[best],
            companions=(spread(companions), *companions),
            steps=_steps(alignment, side, float(covered.mean())),
            facts=_facts(found, best, steps, generator.synthesis.side),
        )


def _label(number: int, count: int, error: float | None) -> str:
    if error is None:
        return _("Searching, face {number} of {count}").format(number=number, count=count)
    return _("Searching, face {number} of {count}, low-resolution error {error}").format(
        number=number, count=count, error=f"{error:.1e}"
    )


def _companion(found: Found, picture: NDArray[np.float32], number: int) -> Companion:
    levels = np.rint(picture.clip(0, 1) * np.float32(255)).astype(np.uint8)
    facts: dict[str, Json] = {
        "start": f"numpy PCG64, default_rng([seed, {number}])",
        "steps": found.steps,
        "low_resolution_error": f"{found.error:.2e}",
    }
    return Companion(role="candidate", number=number, picture=np.ascontiguousarray(levels), facts=facts)


def _steps(alignment: Alignment, side: int, covered: float) -> list[Json]:
    return [
        {"step": "align face", **alignment.to_json(), "landmarks": "MTCNN's five"},
        {
            "step": "resample",
            "kernel": "bicubic, a=-0.75, averaged where it shrinks",
            "to": [side, side],
            "covered_by_crop": f"{covered:.3f}",
        },
        {
            "step": "paste back",
            "around": STATED[AROUND],
            "border": f"smooth step over {SOFT} of the square's side",
        },
    ]


def _facts(found: list[Found], best: int, steps: int, side: int) -> dict[str, Json]:
    return {
        "search": "PULSE (arXiv:2003.03808): latent of each layer on a sphere, Adam, linear1cycledrop",
        "rate": str(RATE),
        "loss": f"{PIXELS:.0f} × mean squared low-resolution error + {CROSSED} × geocross",
        "noise_layers": NOISES,
        "generator_side": side,
        "wanted_error": f"{WANTED:.0e}",
        "steps_at_most": steps,
        "candidates": [{"low_resolution_error": f"{one.error:.2e}", "steps": one.steps} for one in found],
        "best_candidate": best + 1,
        "low_resolution_error": f"{found[best].error:.2e}",
    }
