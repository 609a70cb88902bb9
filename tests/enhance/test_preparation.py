from __future__ import annotations

import numpy as np
import pytest

from facet.core.digest import picture_digest
from facet.core.errors import InputError
from facet.enhance.preparation import prepare
from networks import scene


def test_a_plain_crop_is_only_named() -> None:
    crop = scene(20, 30)
    prepared = prepare(crop)
    np.testing.assert_array_equal(prepared.picture, crop)
    (only,) = prepared.steps
    assert only == {
        "step": "prepared", "width": 30, "height": 20, "bits": 8, "picture_sha256": picture_digest(crop),
    }  # fmt: skip


@pytest.mark.parametrize(("degrees", "corner"), [(90, (0, -1)), (180, (-1, -1)), (270, (-1, 0)), (-90, (-1, 0))])
def test_rotation_is_clockwise_and_recorded(degrees: int, corner: tuple[int, int]) -> None:
    crop = np.zeros((6, 9, 3), np.uint8)
    crop[0, 0] = 255
    prepared = prepare(crop, rotation=degrees)
    assert prepared.picture[corner].tolist() == [255, 255, 255]
    assert prepared.steps[0] == {"step": "rotate", "clockwise_degrees": degrees % 360}


def test_wide_pixels_grow_in_width_and_high_ones_in_height() -> None:
    assert prepare(scene(48, 45), sample_aspect="16/15").picture.shape == (48, 48, 3)
    assert prepare(scene(45, 48), sample_aspect="15:16").picture.shape == (48, 48, 3)


def test_the_aspect_belongs_to_the_source_and_so_comes_before_the_rotation() -> None:
    prepared = prepare(scene(40, 30), sample_aspect="2/1", rotation=90)
    assert prepared.picture.shape == (60, 40, 3)
    assert [step["step"] for step in prepared.steps] == ["square pixels", "rotate", "prepared"]
    assert prepared.steps[0]["from"] == [30, 40]
    assert prepared.steps[0]["to"] == [60, 40]
    assert "a=-0.5" in prepared.steps[0]["kernel"]
    assert prepared.steps[-1]["picture_sha256"] == picture_digest(prepared.picture)


@pytest.mark.parametrize("unknown", [None, "0/1", "1/1", "0:0"])
def test_an_unknown_aspect_changes_nothing(unknown: str | None) -> None:
    assert len(prepare(scene(8, 8), sample_aspect=unknown).steps) == 1


def test_sixteen_bits_stay_sixteen_bits() -> None:
    prepared = prepare(scene(20, 20, bits=16), sample_aspect="4/3", rotation=180)
    assert prepared.picture.dtype == np.uint16
    assert prepared.steps[-1]["bits"] == 16
    assert prepared.unit().max() <= 1.0


@pytest.mark.parametrize("bad", ["wide", "1", "-1/2", "100/1", "1/100", "1/2/3"])
def test_an_impossible_aspect_is_refused(bad: str) -> None:
    with pytest.raises(InputError):
        prepare(scene(8, 8), sample_aspect=bad)


def test_a_slanted_rotation_is_refused() -> None:
    with pytest.raises(InputError, match="multiple of 90"):
        prepare(scene(8, 8), rotation=45)
