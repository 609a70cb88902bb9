"""Where pictures come from: folders, K-FACE's tree, and what is held back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facet.core.errors import InputError
from facet.train.batches import Batches
from facet.train.data.pictures import in_memory
from facet.train.data.sources import divided, opened
from facet.train.degradations import degradation
from facet.train.recipe import Recipe
from networks import scene

NOTE = (
    "50 60\n40;50\n60,50\n45\t70\n55 70\n30 55\n70 55\n"  # seven landmarks, with every separator
    "30 40 40 50\n35 45 10 8\n"
)


def kept(path: Path, seed: int = 0, height: int = 120, width: int = 100) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(scene(height, width, seed=seed)).save(path, quality=95)
    return path


def test_a_folder_is_read_to_its_depths_in_the_order_of_names(tmp_path: Path) -> None:
    for number, name in enumerate(("b.png", "a/z.png", "a/c.PNG")):
        kept(tmp_path / name, number)
    (tmp_path / "notes.txt").write_text("no picture")
    found = opened(f"folder:{tmp_path}", tmp_path)
    assert found.count == 3
    assert [np.array_equal(found.read(i), scene(120, 100, seed=s)) for i, s in enumerate((2, 1, 0))] == [True] * 3
    before = found.digest()
    kept(tmp_path / "b.png", 7)
    assert found.digest() != before


def test_a_folder_without_pictures_or_with_a_broken_one_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pictures"):
        opened(f"folder:{tmp_path}", tmp_path)
    (tmp_path / "a.png").write_bytes(b"\x89PNG nothing")
    with pytest.raises(InputError, match=r"a\.png"):
        opened(f"folder:{tmp_path}", tmp_path).read(0)


def test_kface_is_read_by_person_accessory_light_expression_camera(tmp_path: Path) -> None:
    top = tmp_path / "High_Resolution"
    for number, place in enumerate(("19062421/S001/L10/E01/C7", "19062421/S001/L2/E01/C7", "19062422/S001/L1/E02/C10")):
        kept(top / f"{place}.jpg", number)
    (top / "19062421/S001/L2/E01/C7.txt").write_text(NOTE)
    kept(top / "19062421/S001/L2/E01/thumb.jpg")
    kept(tmp_path / "Low_Resolution/19062421/S001/L1/E01/C7.jpg")
    found = opened(f"kface:{tmp_path}", tmp_path)
    assert found.count == 3
    face = found.read(0)  # L2 comes before L10
    assert face.shape == (65, 65, 3)  # 50 pixels and 15 % on either side
    whole = np.asarray(Image.open(top / "19062421/S001/L2/E01/C7.jpg"))
    assert np.array_equal(face, whole[32:97, 18:83])  # round half to even
    assert found.read(1).shape == (120, 100, 3)


def test_an_annotation_that_is_none_and_a_tree_that_is_none_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="K-FACE"):
        opened(f"kface:{tmp_path}", tmp_path)
    place = kept(tmp_path / "High_Resolution/19062421/S001/L1/E01/C7.jpg")
    place.with_suffix(".txt").write_text("1 2\n3 4\n")
    with pytest.raises(InputError, match=r"C7\.txt"):
        opened(f"kface:{tmp_path}", tmp_path).read(0)


def test_what_is_held_back_is_not_learned_from(tmp_path: Path) -> None:
    for number in range(4):
        kept(tmp_path / f"{number}.png", number)
    learned, held = divided(f"folder:{tmp_path}", "held:1", tmp_path)
    assert held is not None
    assert (learned.count, held.count) == (3, 1)
    assert np.array_equal(held.read(0), scene(120, 100, seed=3))
    assert divided(f"folder:{tmp_path}", "", tmp_path)[1] is None
    with pytest.raises(InputError, match="none is left"):
        divided(f"folder:{tmp_path}", "held:4", tmp_path)
    for wrong in ("held:some", "video:a", "generated:0", "generated:²"):
        with pytest.raises(InputError):
            divided(wrong.replace("held", "generated"), "", tmp_path)


def test_a_batch_depends_on_its_step_alone_and_cards_share_it_out() -> None:
    recipe = Recipe(
        id="a", architecture="edsr", scale=4, data="folder:a", steps=9, patch=32, sizes=(32, 64), batch=4, seed=5
    )
    pictures = in_memory([scene(60, 80, seed=seed) for seed in range(3)], "scenes")
    batches = Batches(recipe=recipe, pictures=pictures, degradation=degradation("bicubic", {}))
    low, high = batches.batch(7)
    assert (low.shape, high.shape) == ((4, 3, 8, 8), (4, 3, 32, 32))
    assert 0 <= float(high.min()) <= float(high.max()) <= 1
    shares = [batches.batch(7, rank, 2)[1] for rank in range(2)]
    assert all((shares[number % 2][number // 2] == high[number]).all() for number in range(4))
    assert not (batches.batch(8)[1] == high).all()
