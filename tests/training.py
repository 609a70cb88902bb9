"""Tiny recipes, pictures and trainings for tests of the trainer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facet.core.receipt import EngineWish
from facet.train.recipe import Recipe

SIDE = 40


def recipe(**changes: Any) -> Recipe:
    fields: dict[str, Any] = {
        "id": "tiny-x4", "architecture": "edsr", "scale": 4, "data": "folder:none", "steps": 9, "patch": 16,
        "sizes": (24, 32), "batch": 4, "checkpoint": 4, "preview": 3, "average": 0.5, "rate": 1e-3, "warm_up": 2,
        "options": {"features": 4, "blocks": 1},
    }  # fmt: skip
    return Recipe(**{**fields, **changes})


def faces(count: int = 6) -> list[NDArray[np.uint8]]:
    """Smooth pictures that differ."""
    made = []
    for number in range(count):
        small = np.random.default_rng(number).integers(0, 256, (6, 6, 3), dtype=np.uint8)
        made.append(np.asarray(Image.fromarray(small).resize((SIDE, SIDE), Image.Resampling.BICUBIC)))
    return made


def training(work: Path, stated: Recipe, **changes: Any) -> Any:
    """A training of ``stated`` on :func:`faces`, the last of them held back, in one thread."""
    from facet.enhance import device
    from facet.train.data.pictures import in_memory
    from facet.train.trainer import Training

    fields: dict[str, Any] = {
        "recipe": stated,
        "pictures": in_memory(faces()[:-1], "faces"),
        "held": in_memory(faces()[-1:], "faces"),
        "start": None,
        "work": work,
        "rig": device.choose(EngineWish(device="cpu", threads=1)),
    }
    return Training(**{**fields, **changes})
