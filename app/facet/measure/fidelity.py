"""How near an output comes to the truth, where there is one: PSNR and SSIM as papers on super-resolution have them.

Luma is that of ITU-R BT.601 in studio swing (16..235), as MATLAB's ``rgb2ycbcr`` makes it and most published tables use
it; PSNR over R, G and B of the same pictures lies about 2 dB lower. SSIM is that of Wang 2004.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.errors import InputError

PROTOCOL = (
    "facet.fidelity/1: 8-bit output against 8-bit truth. Y: ITU-R BT.601 luma in studio swing (16..235) from R, G and "
    "B, not rounded; RGB: the mean over the three channels. PSNR = 10 log10(255^2 / MSE) in dB, peak 255 for Y too. "
    "SSIM (Wang 2004): 11x11 Gaussian window, sigma 1.5, K1 0.01, K2 0.03, range 255, whole windows alone. Border: the "
    "pixels left out at each edge"
)
"""What every figure of this module quotes."""

LUMA = np.array([65.481, 128.553, 24.966]) / 255.0
"""Weights of R, G and B (0..255); 16 is added."""
WINDOW = 11
SIGMA = 1.5
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

Pixels = NDArray[np.uint8]
Plane = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Fidelity:
    """PSNR in dB (infinite where nothing differs) and SSIM (at most 1), on luma and on R, G and B."""

    psnr_y: float
    ssim_y: float
    psnr_rgb: float
    ssim_rgb: float

    def to_json(self) -> dict[str, Json]:
        """Text: two decimals for PSNR («inf» where nothing differs), four for SSIM."""
        return {
            "psnr_y": f"{self.psnr_y:.2f}",
            "ssim_y": f"{self.ssim_y:.4f}",
            "psnr_rgb": f"{self.psnr_rgb:.2f}",
            "ssim_rgb": f"{self.ssim_rgb:.4f}",
        }


def fidelity(output: Pixels, truth: Pixels, border: int) -> Fidelity:
    """All four figures. Pictures are RGB uint8 (H, W, 3) of one size; ``border`` pixels are left out at each edge.

    Raises ``InputError`` where the sizes differ or less than one window is left.
    """
    return Fidelity(
        psnr_y=psnr_y(output, truth, border),
        ssim_y=ssim_y(output, truth, border),
        psnr_rgb=psnr_rgb(output, truth, border),
        ssim_rgb=ssim_rgb(output, truth, border),
    )


def psnr_y(output: Pixels, truth: Pixels, border: int) -> float:
    """PSNR of the luma in dB; infinite where nothing differs."""
    return _psnr(*(luma(each) for each in _cut(output, truth, border)))


def ssim_y(output: Pixels, truth: Pixels, border: int) -> float:
    """SSIM of the luma, at most 1."""
    return _ssim(*(luma(each) for each in _cut(output, truth, border)))


def psnr_rgb(output: Pixels, truth: Pixels, border: int) -> float:
    """PSNR over all samples of R, G and B in dB; infinite where nothing differs."""
    return _psnr(*(each.astype(np.float64) for each in _cut(output, truth, border)))


def ssim_rgb(output: Pixels, truth: Pixels, border: int) -> float:
    """The mean of the SSIM of R, of G and of B."""
    a, b = (each.astype(np.float64) for each in _cut(output, truth, border))
    return sum(_ssim(a[:, :, channel], b[:, :, channel]) for channel in range(3)) / 3


def luma(picture: Pixels) -> Plane:
    """Y of BT.601 in studio swing, 16..235, float64 (H, W), from RGB uint8 (H, W, 3)."""
    weighed: Plane = picture.astype(np.float64) @ LUMA
    return weighed + 16.0


def _cut(output: Pixels, truth: Pixels, border: int) -> tuple[Pixels, Pixels]:
    if output.shape != truth.shape:
        raise InputError(
            "A picture of {width}×{height} can't be compared with a truth of {true_width}×{true_height}.",
            width=output.shape[1], height=output.shape[0], true_width=truth.shape[1], true_height=truth.shape[0],
        )  # fmt: skip
    height, width = truth.shape[:2]
    if min(height, width) - 2 * border < WINDOW:
        raise InputError(
            "{width}×{height} pixels are too few to compare with a border of {border}: {least} must remain.",
            width=width, height=height, border=border, least=WINDOW,
        )  # fmt: skip
    inner = (slice(border, height - border), slice(border, width - border))
    return output[inner], truth[inner]


def _psnr(a: Plane, b: Plane) -> float:
    mse = float(np.mean((a - b) ** 2))
    return 10 * math.log10(255.0**2 / mse) if mse else math.inf


def _ssim(a: Plane, b: Plane) -> float:
    mean_a, mean_b = _weighed(a), _weighed(b)
    variance_a = _weighed(a * a) - mean_a**2
    variance_b = _weighed(b * b) - mean_b**2
    covariance = _weighed(a * b) - mean_a * mean_b
    alike = (2 * mean_a * mean_b + C1) * (2 * covariance + C2)
    return float(np.mean(alike / ((mean_a**2 + mean_b**2 + C1) * (variance_a + variance_b + C2))))


def _weighed(plane: Plane) -> Plane:
    """The Gaussian mean of each whole window."""
    steps = np.arange(WINDOW) - WINDOW // 2
    weights = np.exp(-(steps**2) / (2 * SIGMA**2))
    weights /= weights.sum()
    across = sum(weights[k] * plane[:, k : plane.shape[1] - WINDOW + 1 + k] for k in range(WINDOW))
    down: Plane = sum(weights[k] * across[k : plane.shape[0] - WINDOW + 1 + k] for k in range(WINDOW))
    return down
