from __future__ import annotations

import math

import numpy as np
import pytest

from facet.faces.ffhq import Alignment, aligned, pasted
from networks import psnr, scene

UPRIGHT = ((30.0, 40.0), (60.0, 40.0), (45.0, 55.0), (34.0, 75.0), (56.0, 75.0))
"""Eyes 30 pixels apart, the mouth 35 below them."""


def turned(points: tuple[tuple[float, float], ...], degrees: float) -> tuple[tuple[float, float], ...]:
    """Clockwise about (0, 0)."""
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return tuple((c * x - s * y, s * x + c * y) for x, y in points)


def test_the_frame_is_the_one_of_ffhqs_script() -> None:
    alignment = Alignment.of(UPRIGHT)
    # worked out by hand: 2·30 = 60 < 1.8·35 = 63, which is half the side; the centre is a tenth of 35 below the eyes
    assert alignment.half == pytest.approx((63, 0))
    assert alignment.centre == pytest.approx((45.5, 44.0))
    np.testing.assert_allclose(alignment.matrix(), [[126, 0, -17.5], [0, 126, -19.0]])


def test_wide_eyes_decide_the_size_where_the_mouth_is_near() -> None:
    near = ((30.0, 40.0), (60.0, 40.0), (45.0, 50.0), (38.0, 60.0), (52.0, 60.0))
    assert Alignment.of(near).side == pytest.approx(120)


@pytest.mark.parametrize("degrees", [30, -75, 180])
def test_the_frame_turns_with_the_face(degrees: float) -> None:
    alignment, straight = Alignment.of(turned(UPRIGHT, degrees)), Alignment.of(UPRIGHT)
    assert alignment.side == pytest.approx(straight.side)
    (expected,) = turned(((45.0, 43.5),), degrees)
    assert alignment.centre == pytest.approx((expected[0] + 0.5, expected[1] + 0.5))
    assert alignment.half == pytest.approx(turned((straight.half,), degrees)[0])


def test_landmarks_in_one_point_make_no_frame() -> None:
    with pytest.raises(ValueError, match="one point"):
        Alignment.of([(3.0, 3.0)] * 5)


def test_a_frame_that_is_the_picture_changes_nothing() -> None:
    picture = scene(40, 40).astype(np.float32) / 255
    found, covered = aligned(picture, Alignment(centre=(20.0, 20.0), half=(20.0, 0.0)), 40)
    np.testing.assert_allclose(found, picture, atol=2e-5)
    assert covered.all()


def test_a_quarter_turn_only_moves_pixels() -> None:
    picture = scene(24, 24).astype(np.float32) / 255
    found, _ = aligned(picture, Alignment(centre=(12.0, 12.0), half=(0.0, 12.0)), 24)
    np.testing.assert_allclose(found, np.rot90(picture), atol=2e-5)


def test_a_frame_reaching_over_the_border_says_what_is_covered() -> None:
    picture = scene(20, 20).astype(np.float32) / 255
    found, covered = aligned(picture, Alignment(centre=(0.0, 10.0), half=(10.0, 0.0)), 20)
    assert covered[:, 10:].all()
    assert not covered[:, :10].any()
    np.testing.assert_allclose(found[:, :10], np.broadcast_to(found[:, 9:10], (20, 10, 3)), atol=0.2)
    assert np.isfinite(found).all()


def test_reduction_averages_what_it_skips() -> None:
    board = np.indices((64, 64)).sum(axis=0) % 2  # at the finest grain there is
    picture = np.repeat(board[:, :, None], 3, axis=2).astype(np.float32)
    found, _ = aligned(picture, Alignment(centre=(32.0, 32.0), half=(32.0, 0.0)), 16)
    np.testing.assert_allclose(found, 0.5, atol=0.05)


@pytest.mark.parametrize("degrees", [0, 17])
def test_what_was_cut_out_is_pasted_back_where_it_was(degrees: float) -> None:
    picture = scene(90, 80, seed=4).astype(np.float32) / 255
    alignment = Alignment.of(
        tuple((x + 20, y + 10) for x, y in turned(((10, 15), (30, 15), (20, 24), (13, 34), (27, 34)), degrees))
    )
    face, _ = aligned(picture, alignment, 256)
    grey = np.full_like(picture, 0.5)
    back = pasted(face, alignment, grey)
    again = pasted(face, alignment, picture)
    x, y = (round(place) for place in alignment.centre)
    middle = (slice(y - 15, y + 15), slice(x - 15, x + 15))
    assert psnr(255 * back[middle], 255 * picture[middle], border=1) > 30
    assert psnr(255 * again, 255 * picture, border=1) > 32


def test_the_border_of_a_pasted_face_fades() -> None:
    face = np.ones((64, 64, 3), np.float32)
    whole = pasted(face, Alignment(centre=(50.0, 50.0), half=(40.0, 0.0)), np.zeros((100, 100, 3), np.float32))
    row = whole[50, :, 0]
    assert (row[:10] == 0).all()
    assert (row[18:82] > 0.99).all()
    assert (np.diff(row[:50]) >= -1e-6).all()
    assert np.abs(np.diff(row)).max() < 0.2


def test_an_enlarged_frame_lies_at_the_same_place() -> None:
    alignment = Alignment.of(UPRIGHT)
    np.testing.assert_allclose(alignment.enlarged(4).matrix(), 4 * alignment.matrix())


def test_a_receipt_gets_the_matrix_as_text() -> None:
    assert Alignment.of(UPRIGHT).to_json()["matrix"][0] == ["126.000000", "0.000000", "-17.500000"]
