"""The seam between the engine and whatever makes a picture: one way of calling for every kind of backend.

The engine owns the crop's way in (rotation, aspect, size limits), device, precision, threads and repeatability, and
the picture's way out (soundness, quantisation). A method owns what lies between: interpolation, tiles through a
network, diffusion, a search in a latent space.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.descriptor import Descriptor
from facet.core.i18n import N_
from facet.core.progress import Progress
from facet.core.receipt import EngineWish
from facet.core.run import Companion
from facet.enhance.device import Rig
from facet.enhance.loading import SessionCache
from facet.enhance.network import Network


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What a method made.

    ``picture`` is float32 RGB (sH, sW, 3), about 0..1; the engine checks, clips and rounds it. ``companions`` are
    finished uint8 pictures of the same size that belong beside it (samples, candidates, their spread). ``steps`` go
    to the end of the receipt's preparation: what the method itself did to the crop (padding, alignment matrix,
    projection). ``facts`` go into the receipt's record of the engine and may override what stands there; numbers that
    are not integers are text.
    """

    picture: NDArray[np.float32] = field(repr=False)
    companions: tuple[Companion, ...] = ()
    steps: list[Json] = field(default_factory=list)
    facts: dict[str, Json] = field(default_factory=dict)


class Method(Protocol):
    """One way of making a picture of a crop, ready to run."""

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
        """``unit`` (float32 RGB (H, W, 3) in 0..1, upright, square pixels) made ``scale`` times wider and higher.

        ``rig`` is settled before. Random numbers come only from generators seeded by ``seed`` and are drawn on the
        CPU, so that every device starts from the same ones. Calls ``progress`` at every step and lets pass what it
        raises. Raises ``InputError`` or ``EnvironmentLacksError``. May compute gradients: no mode of torch's is set.
        """


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """What a method is built from: the card, its verified weights, the analyst's wish, and where networks stay warm."""

    descriptor: Descriptor
    weights: Path | None
    wish: EngineWish
    rig: Rig
    networks: SessionCache = field(repr=False)
    progress: Progress = field(repr=False)

    def network(self) -> Network:
        """The card's network, warm or loaded now. Raises ``InputError`` or ``EnvironmentLacksError`` in one line."""
        self.progress(0, 0, N_("Loading the network"))
        return self.networks.network(self.descriptor, self.weights, self.rig)
