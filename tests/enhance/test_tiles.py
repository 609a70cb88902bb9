from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facet.core.errors import InputError
from facet.enhance.tiles import LEAST_CORE, tiles


@given(st.integers(1, 300), st.integers(1, 300), st.integers(0, 24), st.integers(0, 60))
def test_every_pixel_is_kept_once_and_has_its_overlap_around_it(h: int, w: int, overlap: int, extra: int) -> None:
    side = 2 * overlap + LEAST_CORE + extra
    kept = np.zeros((h, w), int)
    for tile in tiles(h, w, side, overlap):
        kept[slice(*tile.rows.keep), slice(*tile.columns.keep)] += 1
        for span, length in ((tile.rows, h), (tile.columns, w)):
            (r0, r1), (k0, k1) = span.read, span.keep
            assert 0 <= r0 <= k0 < k1 <= r1 <= length
            assert r1 - r0 <= side
            assert r0 == 0 or k0 - r0 >= overlap
            assert r1 == length or r1 - k1 >= overlap
    assert (kept == 1).all()


def test_a_picture_that_fits_is_one_tile() -> None:
    assert len(tiles(192, 192, 192, 32)) == 1
    assert len(tiles(500, 500, None, 0)) == 1


@pytest.mark.parametrize(("side", "overlap"), [(40, 20), (0, 0), (-5, 0), (64, -1), (7, 0)])
def test_tiles_that_would_never_end_are_refused(side: int, overlap: int) -> None:
    with pytest.raises(InputError, match="more than twice the overlap"):
        tiles(100, 100, side, overlap)
