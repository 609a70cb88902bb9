"""A workbench whose inference process is :mod:`sampling_server`, and a case with an output of several samples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from case.evidence import ingest, make_footage, make_frame, noise
from facet.case import Case
from facet.core.geometry import Box
from facet.core.run import Companion
from facet.core.spread import spread
from facet.inference.client import InferenceClient
from facet.weights import Card, Store
from facet.workbench import Settings, workbench
from sampling_server import CARD, SERVER

BACKEND = CARD.id
REASON = "to see the hood"


def use_sampler(patch: pytest.MonkeyPatch) -> None:
    """Put the backend in the store and the stand-in behind every workbench of this process."""
    cards = Store.cards
    patch.setattr(Store, "cards", lambda self: {**cards(self), BACKEND: Card(descriptor=CARD, origin=None)})
    patch.setattr(workbench, "InferenceClient", lambda: InferenceClient(**SERVER))


def samples_about(picture: NDArray[np.uint8], count: int = 2) -> tuple[Companion, ...]:
    """Noisy copies of ``picture`` after the map of their spread."""
    made = [
        Companion(role="sample", number=number, picture=picture ^ noise(*picture.shape[:2], seed=number) % 32)
        for number in range(1, count + 1)
    ]
    return (spread(made), *made)


def make_sampled(folder: Path, *, samples: int = 4, size: tuple[int, int] = (16, 20)) -> Path:
    """A case with footage, a frame and a crop of ``size``, and with an output of the sampler where ``samples``."""
    path = folder / "sampled.facet"
    film = make_footage(folder)
    with Case.create(path, number="2026-18", examiner="Kim") as case:
        frame = case.add_frame(ingest(case, film), make_frame(film, 412, picture=noise(24, 32, seed=1)))
        case.add_crop(frame, Box(x=2, y=1, w=size[0], h=size[1]))
    if samples:
        with workbench.Workbench(folder / "home", Settings(language="en")) as bench, bench.open_case(path) as session:
            session.enhance("1/F412/C1", BACKEND, parameters={"samples": str(samples)}, seed=7, reason=REASON)
    return path
