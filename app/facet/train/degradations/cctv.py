"""What a surveillance camera and its recorder leave of a face: lens, movement, sampling, noise, gamma, compression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from facet.train.degradations import codecs, optics, sensor

CHANCES = ("jpeg_chance", "h264_chance", "interlace_chance")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cctv:
    """Each pair is the range from which a number is drawn for each picture, evenly.

    ``blur`` standard deviation and ``motion`` length in pixels of the small picture; ``kernels`` those of
    :data:`~facet.train.degradations.optics.KERNELS`; ``read`` and ``shot`` noise and ``gamma`` as
    :func:`~facet.train.degradations.sensor.exposed` has them; ``jpeg`` quality 1..95; ``qp`` of H.264 0..51; ``field``
    is how far, in pixels of the small picture, the face moves between two fields. Chances are 0..1; H.264 comes
    before JPEG, as in a recorder that exports stills. Raises ``ValueError`` naming an option that can't be.
    """

    blur: Sequence[float] = (0.2, 0.9)
    motion: Sequence[float] = (0.0, 1.0)
    kernels: Sequence[str] = ("bicubic", "bilinear", "box", "lanczos")
    read: Sequence[float] = (0.0, 0.01)
    shot: Sequence[float] = (0.0, 0.0006)
    gamma: Sequence[float] = (0.8, 1.25)
    jpeg: Sequence[int] = (40, 95)
    jpeg_chance: float = 0.3
    qp: Sequence[int] = (18, 34)
    h264_chance: float = 0.7
    field: Sequence[float] = (0.2, 1.5)
    interlace_chance: float = 0.1

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if each.name == "kernels":
                good = bool(value) and all(name in optics.KERNELS for name in value)
            elif each.name in CHANCES:
                good = 0 <= value <= 1
            else:
                good = len(value) == 2 and 0 <= value[0] <= value[1]
            if not good:
                raise ValueError(each.name)
        if self.jpeg[0] < 1 or self.jpeg[1] > 95 or self.qp[1] > 51 or self.gamma[0] <= 0:
            raise ValueError("jpeg, qp or gamma")

    def __call__(self, high: NDArray[np.uint8], scale: int, rng: np.random.Generator) -> NDArray[np.uint8]:
        """See :class:`~facet.train.degradations.Degradation`."""
        light: NDArray[np.float32] = high.astype(np.float32) / np.float32(255)
        light = optics.moved(light, _even(rng, self.motion) * scale)
        light = optics.defocused(light, _even(rng, self.blur) * scale)
        kernel = self.kernels[int(rng.integers(len(self.kernels)))]
        fields_apart = rng.random() < self.interlace_chance
        step = _even(rng, self.field)
        small = optics.sampled(light, scale, kernel)
        if fields_apart:
            small = optics.interlaced(small, optics.sampled(optics.shifted(light, step * scale), scale, kernel))
        gamma, read, shot = (_even(rng, each) for each in (self.gamma, self.read, self.shot))
        moments = [
            sensor.quantised(sensor.exposed(small, gamma=gamma, read=read, shot=shot, rng=rng)) for _ in range(2)
        ]
        coded, qp, kept = rng.random() < self.h264_chance, _whole(rng, self.qp), int(rng.integers(2))
        picture = codecs.h264(moments, qp, interlaced=fields_apart)[kept] if coded else moments[kept]
        again, quality = rng.random() < self.jpeg_chance, _whole(rng, self.jpeg)
        return codecs.jpeg(picture, quality) if again else picture


def _whole(rng: np.random.Generator, span: Sequence[int]) -> int:
    return int(rng.integers(span[0], span[1] + 1))


def _even(rng: np.random.Generator, span: Sequence[float]) -> float:
    return float(rng.uniform(span[0], span[1]))
