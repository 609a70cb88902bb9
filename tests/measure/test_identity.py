from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from facet.core.errors import InputError
from facet.faces.align import DLIB_FACE
from facet.measure.dlib_face import DlibFace
from facet.measure.identity import PROTOCOL, SAME, IdentityMeasure, distance
from facet.weights import Store
from facet.weights.catalog import cards
from networks import scene


@pytest.fixture(scope="module")
def random_measure(tmp_path_factory: pytest.TempPathFactory) -> IdentityMeasure:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("dlib") / "weights.safetensors"
    save_file(DlibFace().state_dict(), path)
    return IdentityMeasure(path)


def test_a_chip_becomes_a_point_of_128_numbers_and_the_same_one_each_time(random_measure: IdentityMeasure) -> None:
    picture = scene(150, 150)
    points = random_measure.points([picture, picture, scene(150, 150, seed=1)], DLIB_FACE)
    assert points.shape == (3, 128)
    assert points.dtype == np.float32
    assert distance(points[0], points[1]) == 0
    assert distance(points[0], points[2]) > 0


def test_a_picture_without_a_face_has_no_landmarks(random_measure: IdentityMeasure) -> None:
    assert random_measure.landmarks(np.full((64, 64, 3), 90, np.uint8)) is None


def test_weights_of_another_network_are_refused_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    save_file({"conv.weight": torch.zeros(3)}, path)
    with pytest.raises(InputError, match="not the weights of dlib-face"):
        IdentityMeasure(path)


def test_the_card_says_that_it_is_a_measure() -> None:
    assert cards()["dlib-face"].descriptor.measures
    assert not cards()["srresnet-x4"].descriptor.measures


@pytest.mark.parametrize("word", ["Euclidean", "MTCNN", "150x150", "0.6", "LFW"])
def test_the_protocol_names_what_decides_the_figure(word: str) -> None:
    assert word in PROTOCOL


@pytest.fixture(scope="session")
def measure(store_home: Path) -> IdentityMeasure:
    store = Store(store_home)
    if not store.installed("dlib-face"):
        pytest.skip("dlib-face is not installed in the store")
    return IdentityMeasure(store.path("dlib-face"))


@pytest.mark.weights
def test_a_fixed_chip_has_the_point_that_dlib_gives_it(measure: IdentityMeasure) -> None:
    """Taken from dlib 20.0.1 itself on the same pixels."""
    rows, columns = np.mgrid[:150, :150]
    chip = np.stack([rows + columns, 2 * rows, 255 - columns], axis=2).clip(0, 255).astype(np.uint8)
    (point,) = measure.points_of_chips(chip[None])
    assert point[:6] == pytest.approx(DLIB, abs=1e-5)


DLIB = [-0.0342394, 0.1199381, 0.0481935, 0.0033917, -0.0303995, -0.0629020]


@pytest.mark.weights
@pytest.mark.shared
def test_photographs_of_one_person_lie_nearer_than_those_of_two(measure: IdentityMeasure, shared_data: Path) -> None:
    points = []
    for number, picture in ((1, 1), (1, 7), (2, 1), (2, 7)):
        with Image.open(next((shared_data / "orl" / f"s{number}").glob(f"{picture}.*"))) as file:
            pixels = np.asarray(file.convert("RGB"))
        landmarks = measure.landmarks(pixels)
        assert landmarks is not None
        points.append(measure.points([pixels], landmarks)[0])
    one, one_again, other, other_again = points
    alike = max(distance(one, one_again), distance(other, other_again))
    assert alike < SAME
    assert alike + 0.1 < min(distance(a, b) for a in (one, one_again) for b in (other, other_again))
