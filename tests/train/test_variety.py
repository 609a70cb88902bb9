"""Light, colours and lean: what a network is shown besides drawn faces as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facet.core.errors import InputError
from facet.train.batches import Batches
from facet.train.data.pictures import in_memory
from facet.train.degradations import degradation
from facet.train.recipe import read_recipe
from facet.train.variety import leant, toned
from networks import scene
from training import faces, recipe


def test_tones_change_light_and_colours_and_nothing_of_the_shapes() -> None:
    ramp = np.repeat(np.linspace(20, 235, 64).astype(np.uint8)[None, :, None], 3, axis=2).repeat(8, axis=0)
    seen = [toned(ramp, np.random.default_rng(seed)) for seed in range(40)]
    assert all(picture.shape == ramp.shape and picture.dtype == np.uint8 for picture in seen)
    assert all((np.diff(picture.astype(int), axis=1) >= 0).all() for picture in seen)  # brighter stays brighter
    assert any((picture == 255).any() for picture in seen)
    assert np.std([float(picture.mean()) for picture in seen]) > 10


def test_half_of_the_pictures_lean_no_further_than_asked_and_leave_black() -> None:
    bright = Image.new("RGB", (60, 60), (200, 200, 200))
    turned = [np.asarray(leant(bright, 10, np.random.default_rng(seed))) for seed in range(60)]
    still = sum(bool((picture == 200).all()) for picture in turned)
    assert 15 < still < 45
    assert all((picture[15:45, 15:45] == 200).all() for picture in turned)  # 10° reach no further into 60 pixels
    assert any((picture == 0).any() for picture in turned)


def test_what_a_recipe_leaves_out_changes_neither_its_digest_nor_its_pictures() -> None:
    plain, varied = recipe(), recipe(tones=1.0, lean=8.0)
    assert recipe(tones=0.0, lean=0.0).digest == plain.digest
    assert len({plain.digest, varied.digest, recipe(tones=0.5, lean=8.0).digest}) == 3
    plain_high, varied_high = (
        Batches(recipe=each, pictures=in_memory(faces(), "faces"), degradation=degradation("bicubic", {})).batch(3)[1]
        for each in (plain, varied)
    )
    assert plain_high.shape == varied_high.shape
    assert not np.array_equal(plain_high.numpy(), varied_high.numpy())


def test_the_degraded_picture_is_the_changed_one_reduced() -> None:
    stated = recipe(tones=1.0, patch=16, sizes=(24, 24))
    batches = Batches(recipe=stated, pictures=in_memory([scene(40, 40)], "one"), degradation=degradation("bicubic", {}))
    low, high = batches.batch(0)
    for small, large in zip(low.numpy(), high.numpy(), strict=True):
        truth = Image.fromarray(np.rint(large.transpose(1, 2, 0) * 255).astype(np.uint8))
        reduced = np.asarray(truth.resize((4, 4), Image.Resampling.BICUBIC), np.float32) / 255
        assert np.abs(reduced.transpose(2, 0, 1) - small).max() < 1e-6


@pytest.mark.parametrize("line", ["tones = 1.5", "lean = -1", "lean = 90", 'tones = "some"'])
def test_a_share_or_an_angle_that_cannot_be_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(f'id = "a-x4"\narchitecture = "edsr"\nscale = 4\ndata = "folder:faces"\nsteps = 10\n{line}\n')
    with pytest.raises(InputError, match=f"«{line.split(maxsplit=1)[0]}»"):
        read_recipe(path)
