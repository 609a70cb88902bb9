"""Recipes: what they decide, and how a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from facet.core.errors import InputError
from facet.core.locate import shipped
from facet.train.objective import objective
from facet.train.recipe import read_recipe
from training import recipe

WHOLE = 'id = "a-x4"\narchitecture = "edsr"\nscale = 4\ndata = "folder:faces"\nsteps = 10\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "recipe.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_recipe_says_little_and_the_rest_is_usual(tmp_path: Path) -> None:
    found = read_recipe(written(tmp_path, WHOLE + "sizes = [128, 200]\nrate = 1\n"))
    assert (found.sizes, found.rate, found.batch, found.degradation) == ((128, 200), 1.0, 8, "bicubic")


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("stpes = 3", "stpes"),
        ("batch = 0", "batch"),
        ("patch = 95", "patch"),
        ("batch = true", "batch"),
        ("sizes = [64, 200]", "sizes"),
        ('loss = "l3"', "loss"),
        ('rate = "fast"', "rate"),
        ('validation = "some"', "validation"),
        ("options = 4", "options"),
        ("seed = -1", "seed"),
    ],
)
def test_a_wrong_field_is_named(tmp_path: Path, line: str, word: str) -> None:
    with pytest.raises(InputError, match=f"«{word}»"):
        read_recipe(written(tmp_path, f"{WHOLE}{line}\n"))


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lacks the field «steps»"):
        read_recipe(written(tmp_path, WHOLE.replace("steps = 10\n", "")))
    with pytest.raises(InputError, match="not a TOML file"):
        read_recipe(written(tmp_path, "id = \n"))
    with pytest.raises(InputError, match="can't be read"):
        read_recipe(tmp_path / "absent.toml")


def test_the_digest_is_of_what_decides() -> None:
    assert recipe().digest == recipe(checkpoint=1, preview=7, title="Another", card={"method": "x"}).digest
    assert recipe().digest != recipe(rate=2e-3).digest
    assert recipe().digest != recipe(options={"features": 4, "blocks": 2}).digest


def test_the_rate_grows_then_falls_to_nearly_nothing() -> None:
    rates = [recipe(steps=100, warm_up=10).rate_at(step) for step in range(100)]
    assert rates[0] == pytest.approx(1e-4, rel=0.01)
    assert max(rates) == rates[9]
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] < 1e-6
    assert recipe(schedule="constant", warm_up=0).rate_at(3) == recipe().rate


@pytest.mark.parametrize("path", sorted((shipped("models") / "recipes").glob("*.toml")), ids=lambda path: path.stem)
def test_every_recipe_that_travels_along_can_be_begun_and_names_no_place_of_its_author(path: Path) -> None:
    found = read_recipe(path)
    assert found.id == path.stem
    assert found.data.startswith("generated:")
    assert objective(found).architecture.partition("/")[0] == found.architecture.partition("/")[0]
