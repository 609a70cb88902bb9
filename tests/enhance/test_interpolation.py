from __future__ import annotations

import numpy as np
import pytest

from facet.enhance.interpolation import resized
from networks import scene


def keys(x: float, a: float = -0.5) -> float:
    x = abs(x)
    if x < 1:
        return (a + 2) * x**3 - (a + 3) * x**2 + 1
    return a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a if x < 2 else 0.0


def by_hand(line: np.ndarray, scale: int) -> np.ndarray:
    out = []
    for i in range(len(line) * scale):
        centre = (i + 0.5) / scale - 0.5
        weights = np.array([keys(centre - j) for j in range(len(line))])
        out.append(float(line @ weights / weights.sum()))
    return np.array(out)


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_bicubic_is_keys_kernel_with_a_of_minus_one_half(scale: int) -> None:
    line = np.array([0.1, 0.9, 0.3, 0.2, 0.8, 0.5, 0.0, 1.0], np.float32)
    picture = np.repeat(np.tile(line, (3, 1))[:, :, None], 3, axis=2)
    made = resized(picture, len(line) * scale, 3 * scale, "bicubic")
    np.testing.assert_allclose(made[scale, :, 0], by_hand(line, scale), atol=2e-6)


@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_nearest_repeats_every_pixel(scale: int) -> None:
    picture = scene(7, 5).astype(np.float32)
    made = resized(picture, 5 * scale, 7 * scale, "nearest")
    np.testing.assert_array_equal(made, picture.repeat(scale, axis=0).repeat(scale, axis=1))


@pytest.mark.parametrize("kernel", ["nearest", "bilinear", "bicubic", "lanczos"])
def test_channels_do_not_mix_and_a_flat_picture_stays_flat(kernel: str) -> None:
    flat = np.zeros((6, 6, 3), np.float32) + np.array([0.25, 0.5, 1.0], np.float32)
    made = resized(flat, 24, 24, kernel)
    np.testing.assert_allclose(made, np.broadcast_to(flat[0, 0], made.shape), atol=1e-6)


def test_kernels_that_overshoot_are_not_clipped_here() -> None:
    edge = np.zeros((8, 8, 3), np.float32)
    edge[:, 4:] = 1
    assert resized(edge, 32, 32, "lanczos").max() > 1.01
