from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from facet.faces.sums import Sums


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (61, 97, 3), dtype=np.uint8)


def whole(picture: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(picture.transpose(2, 0, 1)[None].astype(np.float32))


@pytest.mark.parametrize("size", [(61, 97), (19, 30), (60, 1), (12, 50)])
def test_a_shrunk_picture_is_to_the_last_bit_what_torch_makes(picture: np.ndarray, size: tuple[int, int]) -> None:
    expected = interpolate(whole(picture), size=size, mode="area")
    assert torch.equal(Sums.of(picture).shrunk(*size), expected)


def test_so_are_views_smaller_and_larger_than_what_lies_in_them(picture: np.ndarray) -> None:
    boxes = np.array([[0, 0, 97, 61], [3, 5, 15, 17], [40, 20, 41, 22], [90, 50, 97, 61]])
    views = Sums.of(picture).views(boxes, 24)
    for view, (left, top, right, bottom) in zip(views, boxes, strict=True):
        expected = interpolate(whole(picture)[:, :, top:bottom, left:right], size=(24, 24), mode="area")
        assert torch.equal(view, expected[0])


def test_sums_that_run_over_do_no_harm(picture: np.ndarray) -> None:
    sums = Sums.of(picture)
    run_over = Sums(sums.table + np.int32(2**31 - 1000))
    assert run_over.table.min() < 0
    assert torch.equal(run_over.shrunk(19, 30), sums.shrunk(19, 30))


def test_nothing_is_cut_of_no_boxes(picture: np.ndarray) -> None:
    assert Sums.of(picture).views(np.empty((0, 4), np.int64), 24).shape == (0, 3, 24, 24)
