"""Degradations: each by its name, the same for the same seed, and each doing what it is called."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from facet.core.errors import InputError
from facet.train.degradations import codecs, degradation, optics, sensor
from networks import scene

HIGH = scene(64, 48)
QUIET: dict[str, Any] = {
    "blur": [0, 0], "motion": [0, 0], "kernels": ["bicubic"], "read": [0, 0], "shot": [0, 0], "gamma": [1, 1],
    "jpeg_chance": 0, "h264_chance": 0, "interlace_chance": 0,
}  # fmt: skip


def poor(name: str, seed: int = 0, **options: Any) -> NDArray[np.uint8]:
    return degradation(name, options)(HIGH, 4, np.random.default_rng(seed))


def difference(a: NDArray[Any], b: NDArray[Any]) -> float:
    return float(np.abs(a.astype(float) - b.astype(float)).mean())


def test_bicubic_is_pillows_and_leaves_nothing_to_chance() -> None:
    wanted = np.asarray(Image.fromarray(HIGH).resize((12, 16), Image.Resampling.BICUBIC))
    assert np.array_equal(poor("bicubic", 0), wanted)
    assert np.array_equal(poor("bicubic", 1), wanted)


def test_cctv_repeats_with_its_seed_and_differs_with_another() -> None:
    made = [poor("cctv", seed) for seed in range(12)]
    assert all(each.shape == (16, 12, 3) and each.dtype == np.uint8 for each in made)
    assert all(np.array_equal(each, poor("cctv", seed)) for seed, each in enumerate(made))
    assert len({each.tobytes() for each in made}) == 12


def test_cctv_with_everything_switched_off_is_bicubic() -> None:
    assert difference(poor("cctv", **QUIET), poor("bicubic")) < 1


@pytest.mark.parametrize(
    "change",
    [
        {"blur": [1, 1]}, {"motion": [3, 3]}, {"kernels": ["box"]}, {"read": [0.02, 0.02]}, {"shot": [0.01, 0.01]},
        {"gamma": [1.4, 1.4]}, {"jpeg_chance": 1, "jpeg": [20, 20]}, {"h264_chance": 1, "qp": [38, 38]},
        {"interlace_chance": 1, "field": [2, 2]},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_each_part_of_cctv_changes_the_picture_by_itself(change: dict[str, Any]) -> None:
    assert difference(poor("cctv", **QUIET), poor("cctv", **{**QUIET, **change})) > 0.5


def test_a_higher_qp_costs_more_and_sizes_are_kept() -> None:
    picture = scene(23, 31)
    losses = [difference(codecs.h264([picture], qp)[0], picture) for qp in (10, 30, 45)]
    assert losses == sorted(losses)
    assert losses[-1] > losses[0] + 1
    predicted = codecs.h264([picture, picture], 30, interlaced=True)
    assert [each.shape for each in predicted] == [(23, 31, 3)] * 2


def test_interlacing_takes_odd_rows_from_the_next_moment() -> None:
    first, second = np.zeros((4, 2, 3), np.float32), np.ones((4, 2, 3), np.float32)
    assert optics.interlaced(first, second)[:, 0, 0].tolist() == [0, 1, 0, 1]


def test_blur_and_movement_keep_the_light_and_shift_moves_it() -> None:
    point = np.zeros((21, 21, 3), np.float32)
    point[10, 10] = 1
    for made in (optics.defocused(point, 1.5), optics.moved(point, 3.0)):
        assert made.sum() == pytest.approx(3, rel=1e-3)
        assert made.max() < 0.5
    assert optics.shifted(point, 0.25)[10, 10:12, 0].tolist() == [0.75, 0.25]


def test_noise_grows_with_the_light_as_photons_do() -> None:
    rng = np.random.default_rng(0)
    dark, light = (
        sensor.exposed(np.full((64, 64, 3), level, np.float32), gamma=1.0, read=0.0, shot=0.01, rng=rng) ** 2.2
        for level in (0.3, 0.8)
    )
    assert light.std() > 1.5 * dark.std()


def test_unknown_names_and_options_are_told() -> None:
    with pytest.raises(InputError, match="«vhs»"):
        degradation("vhs", {})
    for wrong in ({"blurr": [0, 1]}, {"blur": [2, 1]}, {"kernels": ["sinc"]}, {"h264_chance": 2}, {"qp": [0, 60]}):
        with pytest.raises(InputError, match="options"):
            degradation("cctv", wrong)
