from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage.metrics import structural_similarity

from facet.core.errors import InputError
from facet.measure.fidelity import PROTOCOL, fidelity, luma, psnr_rgb, psnr_y, ssim_rgb, ssim_y
from networks import scene


def test_black_and_white_have_the_luma_of_studio_swing() -> None:
    ends = np.array([[[0, 0, 0], [255, 255, 255]]], np.uint8)
    assert luma(ends)[0] == pytest.approx([16, 235])


def test_green_weighs_most() -> None:
    red, green, blue = luma(np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8))[0] - 16
    assert (red, green, blue) == pytest.approx((65.481, 128.553, 24.966))


def test_a_picture_is_infinitely_like_itself() -> None:
    one = scene(32, 40)
    assert fidelity(one, one, 4).to_json() == {
        "psnr_y": "inf", "ssim_y": "1.0000", "psnr_rgb": "inf", "ssim_rgb": "1.0000",
    }  # fmt: skip


def test_psnr_is_that_of_the_formula() -> None:
    a, b = np.full((20, 20, 3), 100, np.uint8), np.full((20, 20, 3), 110, np.uint8)
    assert psnr_rgb(a, b, 0) == pytest.approx(20 * math.log10(255 / 10))
    assert psnr_y(a, b, 0) == pytest.approx(20 * math.log10(255 / (10 * 219 / 255)))


def test_ssim_is_that_of_an_independent_implementation() -> None:
    a, b = scene(40, 48), scene(40, 48, seed=1)
    whole = structural_similarity(
        luma(a), luma(b), data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, full=True
    )[1]
    assert ssim_y(a, b, 0) == pytest.approx(float(whole[5:-5, 5:-5].mean()), abs=1e-9)
    assert ssim_rgb(a, b, 0) != pytest.approx(ssim_y(a, b, 0))


def test_what_lies_in_the_border_counts_for_nothing() -> None:
    a = scene(32, 32)
    b = a.copy()
    b[:4], b[-4:], b[:, :4], b[:, -4:] = 0, 0, 255, 255
    assert psnr_y(a, b, 4) == math.inf
    assert ssim_y(a, b, 4) == pytest.approx(1)
    assert psnr_y(a, b, 3) < 40


@pytest.mark.parametrize(("shape", "border"), [((20, 21, 3), 0), ((20, 20, 3), 5)])
def test_what_cannot_be_compared_is_refused_in_one_line(shape: tuple[int, ...], border: int) -> None:
    with pytest.raises(InputError):
        fidelity(np.zeros(shape, np.uint8), np.zeros((20, 20, 3), np.uint8), border)


@pytest.mark.parametrize("word", ["BT.601", "studio swing", "RGB", "11x11", "sigma 1.5", "Border", "PSNR", "SSIM"])
def test_the_protocol_names_what_decides_the_figures(word: str) -> None:
    assert word in PROTOCOL


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "share", "psnr", "ssim"), [("faces-real", 1.0, 27.42, 0.840), ("faces-varied", 0.72, 28.44, 0.822)]
)
def test_bicubic_has_the_figures_it_is_known_for(
    shared_data: Path, folder: str, share: float, psnr: float, ssim: float
) -> None:
    found = []
    for path in sorted(each for each in (shared_data / folder).iterdir() if each.suffix in (".jpg", ".png"))[:60]:
        with Image.open(path) as file:
            picture = file.convert("RGB")
        edge = picture.width * (1 - share) / 2
        box = (edge, edge, picture.width - edge, picture.height - edge)
        truth = picture.resize((128, 128), Image.Resampling.LANCZOS, box=box)
        low = truth.resize((32, 32), Image.Resampling.BICUBIC)
        high = np.asarray(low.resize((128, 128), Image.Resampling.BICUBIC))
        found.append((psnr_y(high, np.asarray(truth), 4), ssim_y(high, np.asarray(truth), 4)))
    means = np.mean(found, axis=0)
    assert means[0] == pytest.approx(psnr, abs=0.006)
    assert means[1] == pytest.approx(ssim, abs=0.0016)
