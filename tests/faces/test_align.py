from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facet.core.errors import InputError
from facet.faces.align import DLIB_FACE, Similarity, dlib_chip
from networks import scene

SIZES = st.floats(0.2, 6)
ANGLES = st.floats(-math.pi, math.pi)
SHIFTS = st.floats(-200, 200)


def moved(point: tuple[float, float], by: Similarity) -> tuple[float, float]:
    x, y = point
    return by.a * x - by.b * y + by.dx, by.b * x + by.a * y + by.dy


@settings(max_examples=30)
@given(size=SIZES, angle=ANGLES, dx=SHIFTS, dy=SHIFTS)
def test_a_similarity_is_found_again_and_undone(size: float, angle: float, dx: float, dy: float) -> None:
    truth = Similarity(a=size * math.cos(angle), b=size * math.sin(angle), dx=dx, dy=dy)
    places = [moved(point, truth) for point in DLIB_FACE]
    found = Similarity.between(DLIB_FACE, places)
    assert (found.a, found.b, found.dx, found.dy) == pytest.approx((truth.a, truth.b, dx, dy), abs=1e-6)
    assert found.scale == pytest.approx(size)
    for point, place in zip(DLIB_FACE, places, strict=True):
        assert moved(place, found.inverse) == pytest.approx(point, abs=1e-6)


def test_a_chip_with_its_landmarks_in_place_is_cut_as_it_is() -> None:
    picture = scene(150, 150)
    assert np.abs(dlib_chip(picture, DLIB_FACE).astype(int) - picture).max() <= 1


def test_a_face_elsewhere_larger_and_turned_comes_out_the_same() -> None:
    face = np.zeros((150, 150, 3), np.uint8)
    for number, (x, y) in enumerate(DLIB_FACE):
        face[round(y) - 6 : round(y) + 6, round(x) - 6 : round(x) + 6] = 90 + 30 * number
    large = np.pad(np.rot90(face.repeat(2, axis=0).repeat(2, axis=1)), ((40, 10), (20, 30), (0, 0)))
    landmarks = [(20 + 2 * y, 40 + 2 * (150 - x)) for x, y in DLIB_FACE]
    chip = dlib_chip(large, landmarks)
    assert np.mean(np.abs(chip.astype(float) - face)) < 2


def test_what_lies_outside_the_picture_is_black() -> None:
    chip = dlib_chip(np.full((60, 60, 3), 200, np.uint8), [(x - 60, y - 60) for x, y in DLIB_FACE])
    assert chip[:50].max() == 0
    assert chip[100, 100, 0] == 200


def test_landmarks_in_one_point_are_refused() -> None:
    with pytest.raises(InputError):
        dlib_chip(scene(20, 20), [(3.0, 4.0)] * 5)
