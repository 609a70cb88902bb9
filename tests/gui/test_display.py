from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from facet.gui.view.display import ZOOMS, Orientation, image_of, next_zoom


def test_an_image_has_the_pictures_samples() -> None:
    picture = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    image = image_of(picture)
    assert (image.width(), image.height()) == (7, 5)
    for y, x in ((0, 0), (4, 6), (2, 3)):
        assert image.pixelColor(x, y).getRgb()[:3] == tuple(picture[y, x])


def test_of_sixteen_bits_the_upper_eight_are_shown() -> None:
    picture = np.full((2, 2, 3), 0xABCD, dtype=np.uint16)
    assert image_of(picture).pixelColor(1, 1).getRgb()[:3] == (0xAB, 0xAB, 0xAB)


def test_the_image_outlives_the_array() -> None:
    picture = np.full((64, 64, 3), 90, dtype=np.uint8)
    image = image_of(picture)
    picture[:] = 0
    del picture
    assert image.pixelColor(63, 63).red() == 90


@pytest.mark.parametrize("text", ["16/15", "16:15"])
def test_a_sample_aspect_is_read_as_it_is_written(text: str) -> None:
    assert Orientation.declared(None, text).sample_aspect == Fraction(16, 15)


@pytest.mark.parametrize("text", [None, "", "0/1", "1/0", "wide"])
def test_without_a_sensible_aspect_pixels_are_square(text: str | None) -> None:
    assert Orientation.declared(None, text).sample_aspect == 1


def test_a_quarter_turn_clockwise_stands_a_wide_picture_up() -> None:
    seen = Orientation(rotation=90).transform(2.0)
    assert seen.mapRect(QRectF(0, 0, 40, 10)).size().toTuple() == (20.0, 80.0)
    top_left, top_right = seen.map(0.0, 0.0), seen.map(40.0, 0.0)
    assert top_right[1] > top_left[1]  # the source's right end points down


def test_aspect_widens_in_the_sources_own_direction() -> None:
    lying = Orientation(sample_aspect=Fraction(2)).transform(1.0).mapRect(QRectF(0, 0, 10, 10))
    standing = Orientation(rotation=90, sample_aspect=Fraction(2)).transform(1.0).mapRect(QRectF(0, 0, 10, 10))
    assert (lying.width(), lying.height()) == (20, 10)
    assert (standing.width(), standing.height()) == (10, 20)


def test_zooming_steps_through_its_ladder_and_stays_on_it() -> None:
    assert next_zoom(1.0, closer=True) == 1.5
    assert next_zoom(1.0, closer=False) == 0.67
    assert next_zoom(0.9, closer=True) == 1.0
    assert next_zoom(ZOOMS[-1], closer=True) == ZOOMS[-1]
    assert next_zoom(ZOOMS[0], closer=False) == ZOOMS[0]
