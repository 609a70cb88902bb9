"""Whether a spread is honest: how often the truth lies within it.

Several samples of one crop tell a mean and, pixel by pixel, a standard deviation. Were the truth another such sample,
its distance from the mean, over the deviation, would follow Student's t; so for every number of samples it is known
how many pixels should lie within one or two deviations. Fewer do where the samples are too sure of themselves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.errors import InputError

PROTOCOL = (
    "facet.calibration/1: share of the samples of R, G and B, border left out, at which the truth lies within k "
    "standard deviations (n - 1 in the denominator) of the mean of n samples, plus half a level for rounding; beside "
    "it the share that a calibrated spread of n samples has (Student's t with n - 1 degrees of freedom, at "
    "k / sqrt(1 + 1/n)). Spread: the root of the mean variance, error: the root of the mean squared error of the mean, "
    "both in levels of 255"
)
"""What every figure of this module quotes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """Shares within one and two deviations, and those a calibrated spread of so many samples has; levels of 255."""

    samples: int
    within_1: float
    within_2: float
    expected_1: float
    expected_2: float
    spread: float
    error: float

    def to_json(self) -> dict[str, Json]:
        """Text: four decimals for shares, two for levels."""
        return {
            "samples": self.samples,
            **{name: f"{getattr(self, name):.4f}" for name in ("within_1", "within_2", "expected_1", "expected_2")},
            **{name: f"{getattr(self, name):.2f}" for name in ("spread", "error")},
        }


def calibration(samples: Sequence[NDArray[np.uint8]], truth: NDArray[np.uint8], border: int) -> Calibration:
    """How the truth lies in the spread of ``samples``, all RGB uint8 (H, W, 3) of one size.

    ``border`` pixels are left out at each edge. Raises ``InputError`` for fewer than two samples or other sizes.
    """
    count = len(samples)
    if count < 2 or any(sample.shape != truth.shape for sample in samples):
        raise InputError("A spread needs two or more samples, each of the truth's size; take more samples.")
    inner = (slice(border, truth.shape[0] - border), slice(border, truth.shape[1] - border))
    stack = np.stack([sample[inner] for sample in samples]).astype(np.float64)
    deviation = stack.std(axis=0, ddof=1)
    off = np.abs(stack.mean(axis=0) - truth[inner])
    return Calibration(
        samples=count,
        within_1=float(np.mean(off <= deviation + 0.5)),
        within_2=float(np.mean(off <= 2 * deviation + 0.5)),
        expected_1=expected(1, count),
        expected_2=expected(2, count),
        spread=float(np.sqrt(np.mean(deviation**2))),
        error=float(np.sqrt(np.mean(off**2))),
    )


def expected(deviations: float, samples: int) -> float:
    """The share within so many deviations of the mean of ``samples`` draws, were the truth drawn like them."""
    return _student(deviations / math.sqrt(1 + 1 / samples), samples - 1)


def _student(t: float, freedom: int) -> float:
    """The chance that a T lies in -t..t, for whole degrees of freedom (Abramowitz and Stegun 26.7.3, 26.7.4)."""
    angle = math.atan(t / math.sqrt(freedom))
    sine, square = math.sin(angle), math.cos(angle) ** 2
    odd = freedom % 2
    term, total = (math.cos(angle), 0.0) if odd else (1.0, 0.0)
    for step in range(1 if odd else 0, freedom - 1, 2):
        total += term
        term *= square * (step + 1) / (step + 2)
    return 2 / math.pi * (angle + sine * total) if odd else sine * total
