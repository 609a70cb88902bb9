"""What is told of each picture and of each backend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from facet.core.benchmark import Contestant
from facet.measure.calibration import Calibration
from facet.measure.fidelity import Fidelity
from facet.measure.identity import SAME

LEVELS_TO_PAPER = 1e5 / 255.0**2
"""From an MSE in squared levels to the unit of SR3's table: MSE of values in 0..1, times 1e5."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """One picture beside its truth.

    ``consistency`` is an MSE in squared levels, ``identity`` the distance from the truth's face (None where no face is
    found in it).
    """

    fidelity: Fidelity
    consistency: float
    identity: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """One backend on one picture: its output, and the samples that the output is the mean of, where it has any.

    ``calibration`` is None without samples; ``seconds`` are those of the clock on the wall.
    """

    name: str
    backend: str
    output: Figures
    samples: tuple[Figures, ...]
    calibration: Calibration | None
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Plain numbers; null for what is infinite or could not be measured."""
        return {"name": self.name, "backend": self.backend, **_told([self])}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A backend that could make nothing of a picture, and why."""

    name: str
    backend: str
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Every field by name."""
        return {"name": self.name, "backend": self.backend, "fault": self.reason}


def row(contestant: Contestant, found: Sequence[Measured | Fault]) -> dict[str, Any]:
    """What is told of one backend: means over the pictures it could enlarge."""
    made = [each for each in found if isinstance(each, Measured)]
    descriptor = contestant.descriptor
    faces = [each.output.identity for each in made if each.output.identity is not None]
    return {
        "backend": descriptor.id,
        "family": descriptor.family.value,
        "pictures": len(made),
        "failed": len(found) - len(made),
        **_told(made),
        "identity_faces": len(faces),
        "identity_same": _number(sum(face < SAME for face in faces) / len(faces)) if faces else None,
        "card_sha256": descriptor.card_sha256,
        "weights_sha256": descriptor.weights_sha256,
        "parameters": contestant.parameters,
        "seed": contestant.seed,
    }


def _told(made: Sequence[Measured]) -> dict[str, Any]:
    samples = [figures for each in made for figures in each.samples]
    calibrated = [each.calibration for each in made if each.calibration is not None]
    return {
        **_means([each.output for each in made]),
        "samples": _means(samples) if samples else None,
        "spread": _spread(calibrated) if calibrated else None,
        "seconds": _number(sum(each.seconds for each in made) / len(made)) if made else None,
    }


def _means(found: Sequence[Figures]) -> dict[str, Any]:
    def mean(read: Callable[[Figures], float | None]) -> float | None:
        values = [value for value in map(read, found) if value is not None]
        return _number(sum(values) / len(values)) if values else None

    return {
        "psnr_y": mean(lambda each: each.fidelity.psnr_y),
        "ssim_y": mean(lambda each: each.fidelity.ssim_y),
        "psnr_rgb": mean(lambda each: each.fidelity.psnr_rgb),
        "ssim_rgb": mean(lambda each: each.fidelity.ssim_rgb),
        "identity": mean(lambda each: each.identity),
        "consistency": mean(lambda each: each.consistency * LEVELS_TO_PAPER),
    }


def _spread(found: Sequence[Calibration]) -> dict[str, Any]:
    names = ("within_1", "expected_1", "within_2", "expected_2", "spread", "error")
    means = {name: _number(sum(getattr(each, name) for each in found) / len(found)) for name in names}
    return {"samples": found[0].samples, **means}


def _number(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
