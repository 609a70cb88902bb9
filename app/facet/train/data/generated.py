"""Faces that nobody has: drawn by a generator, by number, so that anybody can draw the same ones again.

Face ``i`` is drawn from ``numpy.random.default_rng([0, 0, i])``: 512 normal numbers z, then the truncation ψ, uniform
between 0.6 and 1. Its latent is m + ψ·(w(z) - m), the same for every layer, where m is the mean of w over 4096 draws
from ``default_rng([0, 1, k])`` (the truncation of Karras 2018, «A Style-Based Generator Architecture», appendix B).
The picture is the 2×2 box mean of the generator's 512×512 output. Drawn faces are kept under the home.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from facet.core.errors import EnvironmentLacksError
from facet.core.i18n import N_
from facet.core.progress import SILENT, Progress
from facet.enhance.kept_memory import kept_memory
from facet.enhance.mobilestylegan import MobileStyleGAN, mobilestylegan
from facet.enhance.state_dict import read_state
from facet.train.data.pictures import Pictures
from facet.weights import Store

GENERATOR = "pulse"
"""The backend whose generator draws."""
SERIES = 0
"""The first number of every seed. Another one would be other people."""
FACE, MEAN = 0, 1
"""The second number of a seed: what is drawn from it."""
CHUNK = 50
"""Faces in one file."""
SIDE = 256
MEAN_OF = 4096
TRUNCATION = (0.6, 1.0)


def pictures(count: int, home: Path, progress: Progress = SILENT) -> Pictures:
    """The first ``count`` faces, 256×256 pixels; those that ``home`` doesn't keep yet are drawn, about one a second.

    A chunk is kept once it is complete, so what was stopped goes on there. Raises ``EnvironmentLacksError`` without
    the generator's weights, or where ``home`` can't be written, and what ``progress`` raises.
    """
    folder = home / "generated" / str(SERIES)
    files = [folder / f"{number:03d}.npy" for number in range(-(-count // CHUNK))]
    missing = [number for number, file in enumerate(files) if _kept(file) is None]
    if missing:
        painter = Painter.installed(home)
        for done, number in enumerate(missing):
            chunk = _drawn(painter, number, progress, done * CHUNK, len(missing) * CHUNK)
            _keep(chunk, files[number])
    chunks = [kept for file in files if (kept := _kept(file)) is not None]
    return Pictures(
        stated=f"generated:{count}",
        count=count,
        read=lambda index: np.array(chunks[index // CHUNK][index % CHUNK]),
    )


class Painter:
    """The generator, and the middle of what it draws."""

    def __init__(self, generator: MobileStyleGAN) -> None:
        self._generator = generator
        draws = [_normal(_random(MEAN, number), generator.latent) for number in range(MEAN_OF)]
        with torch.inference_mode():
            self._mean = generator.mapping(torch.stack(draws)).mean(dim=0)

    @classmethod
    def installed(cls, home: Path) -> Painter:
        """With the weights of the store in ``home``. Raises ``EnvironmentLacksError`` where they are not installed."""
        state, _ = read_state(Store(home).path(GENERATOR))
        return cls(mobilestylegan(state))

    def face(self, number: int) -> NDArray[np.uint8]:
        """That face, RGB uint8 (H, W, 3): half the side of what the generator gives."""
        random = _random(FACE, number)
        z = _normal(random, self._generator.latent)
        truncation = float(np.float32(random.uniform(*TRUNCATION)))
        synthesis = self._generator.synthesis
        with torch.inference_mode():
            latent = self._mean + truncation * (self._generator.mapping(z[None])[0] - self._mean)
            drawn = functional.avg_pool2d(synthesis(latent.expand(1, synthesis.inputs, -1)), 2)[0]
            levels = torch.round((drawn.clamp(-1, 1) + 1) * 127.5).to(torch.uint8)
        return levels.permute(1, 2, 0).contiguous().numpy()


def _random(purpose: int, number: int) -> np.random.Generator:
    return np.random.default_rng([SERIES, purpose, number])


def _normal(random: np.random.Generator, length: int) -> Tensor:
    return torch.from_numpy(random.standard_normal(length).astype(np.float32))


def _drawn(painter: Painter, number: int, progress: Progress, before: int, total: int) -> NDArray[np.uint8]:
    faces = []
    with kept_memory():
        for place in range(CHUNK):
            progress(before + place, total, N_("Drawing faces"))
            faces.append(painter.face(CHUNK * number + place))
    return np.stack(faces)


def _kept(file: Path) -> NDArray[np.uint8] | None:
    """The chunk in ``file``, or None where there is none, or not a whole one."""
    try:
        chunk = np.load(file, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    whole = chunk.dtype == np.uint8 and chunk.shape == (CHUNK, SIDE, SIDE, 3)
    return chunk if whole else None


def _keep(chunk: NDArray[np.uint8], file: Path) -> None:
    unfinished = file.with_suffix(f".{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as stream:
            np.save(stream, chunk)
        unfinished.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise EnvironmentLacksError(
            "{path}: drawn faces can't be kept there ({reason}). Make room, or choose another home.",
            path=str(file.parent), reason=error.strerror or str(error),
        ) from None  # fmt: skip
