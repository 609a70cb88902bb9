"""What a training can go on from after it was stopped, kept whole or not at all."""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from facet.core.errors import InputError

NAME = "checkpoint.pth"


@dataclass(kw_only=True, slots=True)
class Checkpoint:
    """The state after ``step`` steps. ``seconds`` is how long they took; ``module``, ``mean`` and ``optimiser`` are
    state dicts; the digests say of which recipe and which pictures."""

    step: int
    seconds: float
    recipe: str
    pictures: str
    module: dict[str, Any]
    mean: dict[str, Any]
    optimiser: dict[str, Any]


def save(checkpoint: Checkpoint, work: Path) -> None:
    """Write it into the folder ``work``; until the new one is whole on the disk, the old one stays. Raises
    ``OSError``."""
    unfinished = work / f"{NAME}.new"
    with unfinished.open("wb") as stream:
        torch.save({name: getattr(checkpoint, name) for name in checkpoint.__slots__}, stream)
        stream.flush()
        os.fsync(stream.fileno())
    unfinished.replace(work / NAME)


def load(work: Path, device: torch.device) -> Checkpoint | None:
    """The checkpoint in ``work``, its tensors on ``device``; None where there is none. Raises ``InputError`` for one
    that can't be read."""
    path = work / NAME
    if not path.exists():
        return None
    try:
        return Checkpoint(**torch.load(path, map_location=device, weights_only=True))
    except (pickle.UnpicklingError, RuntimeError, ValueError, EOFError, KeyError, TypeError, OSError):
        raise InputError(
            "{path}: the checkpoint is damaged. Take the folder away and train anew.", path=str(path)
        ) from None
