"""A classic kernel as a method of the engine."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.errors import InputError
from facet.core.progress import Progress
from facet.enhance import interpolation
from facet.enhance.device import Rig
from facet.enhance.method import Made, Order


class Interpolating:
    """A :class:`~facet.enhance.method.Method` without weights; it computes on the CPU alone."""

    def __init__(self, kernel: str) -> None:
        self._kernel = kernel

    @classmethod
    def ordered(cls, order: Order) -> Interpolating:
        """The kernel that the card's architecture (``interpolation/KERNEL``) names. Raises ``InputError``."""
        kernel = order.descriptor.architecture.partition("/")[2]
        if kernel not in interpolation.KERNELS:
            raise InputError(
                "The card names an architecture this version does not know: «{architecture}». Update Facet.",
                architecture=order.descriptor.architecture,
            )
        return cls(kernel)

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
        """See :class:`~facet.enhance.method.Method`; nothing is random."""
        height, width = unit.shape[:2]
        stated = interpolation.STATED[self._kernel]
        facts: dict[str, Json] = {
            "memory_format": None,
            "determinism": f"Pillow resize ({stated}), one channel at a time, one thread",
        }
        return Made(picture=interpolation.resized(unit, width * scale, height * scale, self._kernel), facts=facts)
