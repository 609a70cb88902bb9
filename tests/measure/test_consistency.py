from __future__ import annotations

import math

import numpy as np
import pytest

from facet.core.canonical import canonical_json
from facet.measure.consistency import PROTOCOL, consistency
from networks import scene


def test_an_output_that_reduces_to_the_evidence_agrees_without_limit() -> None:
    flat = np.full((6, 7, 3), 90, np.uint8)
    found = consistency(np.full((24, 28, 3), 90, np.uint8), flat)
    assert found == {"protocol": PROTOCOL, "mse": "0.0000", "psnr_db": "inf"}


def test_the_figures_are_those_of_the_formula() -> None:
    prepared = np.full((8, 8, 3), 100, np.uint8)
    found = consistency(np.full((32, 32, 3), 110, np.uint8), prepared)
    assert found["mse"] == "100.0000"
    assert found["psnr_db"] == f"{10 * math.log10(255**2 / 100):.2f}"


def test_the_same_size_is_compared_pixel_by_pixel() -> None:
    a, b = scene(10, 12), scene(10, 12, seed=1)
    mse = np.mean((a.astype(float) - b.astype(float)) ** 2)
    assert consistency(b, a)["mse"] == f"{mse:.4f}"


def test_sixteen_bits_are_compared_on_the_scale_of_eight() -> None:
    found = consistency(np.full((8, 8, 3), 128, np.uint8), np.full((4, 4, 3), 128 * 257, np.uint16))
    assert found["psnr_db"] == "inf"


def test_disagreement_costs_decibels() -> None:
    prepared = scene(16, 16)
    near = prepared.repeat(4, axis=0).repeat(4, axis=1)
    far = 255 - near
    assert float(str(consistency(near, prepared)["psnr_db"])) > float(str(consistency(far, prepared)["psnr_db"])) + 10


@pytest.mark.parametrize("word", ["bicubic", "-0.5", "antialiased", "R, G and B", "0..255", "border", "PSNR", "MSE"])
def test_the_protocol_names_what_decides_the_figure(word: str) -> None:
    assert word in PROTOCOL


def test_the_figures_are_canonical_json() -> None:
    assert canonical_json(consistency(scene(8, 8), scene(4, 4)))
