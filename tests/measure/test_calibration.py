from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import t as student

from facet.core.errors import InputError
from facet.measure.calibration import PROTOCOL, calibration, expected


def drawn(count: int, *, width: float = 12, seed: int = 0) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    return [np.rint(128 + width * random.standard_normal((64, 64, 3))).astype(np.uint8) for _ in range(count)]


@pytest.mark.parametrize("samples", [2, 3, 4, 5, 8, 9, 16])
@pytest.mark.parametrize("deviations", [1, 2])
def test_the_expected_share_is_that_of_students_t(samples: int, deviations: int) -> None:
    cut = deviations / np.sqrt(1 + 1 / samples)
    assert expected(deviations, samples) == pytest.approx(2 * student.cdf(cut, samples - 1) - 1)


@pytest.mark.parametrize("samples", [4, 8])
def test_a_truth_drawn_like_the_samples_lies_within_them_as_expected(samples: int) -> None:
    *faces, truth = drawn(samples + 1)
    found = calibration(faces, truth, 4)
    assert found.within_1 == pytest.approx(found.expected_1, abs=0.03)
    assert found.within_2 == pytest.approx(found.expected_2, abs=0.03)
    assert found.spread == pytest.approx(12, rel=0.05)


def test_samples_that_are_too_sure_hold_the_truth_too_seldom() -> None:
    (truth,) = drawn(1, seed=1)
    found = calibration(drawn(8, width=3), truth, 4)
    assert found.within_2 < found.expected_2 - 0.3
    assert found.error > 3 * found.spread


def test_samples_that_are_the_truth_hold_it_everywhere() -> None:
    (truth,) = drawn(1)
    found = calibration([truth, truth], truth, 0)
    assert (found.within_1, found.spread, found.error) == (1, 0, 0)
    assert found.to_json()["within_1"] == "1.0000"


def test_one_sample_has_no_spread() -> None:
    with pytest.raises(InputError):
        calibration(drawn(1), drawn(1)[0], 0)


@pytest.mark.parametrize("word", ["n - 1", "Student", "mean", "border", "levels"])
def test_the_protocol_names_what_decides_the_figures(word: str) -> None:
    assert word in PROTOCOL
