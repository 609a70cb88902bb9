"""What is exported: weights that run, a card that can be read, and figures that are those of the weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facet.core.errors import InputError
from facet.enhance.engine import Engine
from facet.train.export import export
from facet.weights import Shipped
from facet.weights.card import Card, read_card
from networks import request, scene
from training import recipe, training

WORDS = {"paper": "none", "licence": "none", "limitations": ["Tiny."], "training_data": "Smooth pictures."}
STATED = recipe(steps=3, card=WORDS)


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("work")
    training(place, STATED).run()
    return place


def exported(work: Path, folder: Path, *benchmarks: Path) -> Card:
    export(STATED, work, folder, benchmarks)
    return read_card(folder / "tiny-x4" / "card.toml")


def benchmark(file: Path, digest: str | None, own: float, **others: float) -> Path:
    def row(name: str, psnr: float) -> dict[str, Any]:
        figures = {"psnr_y": psnr, "ssim_y": 0.9, "psnr_rgb": 29.0, "ssim_rgb": 0.9, "identity": None, "consistency": 1}
        return {"backend": name, "pictures": 2, "weights_sha256": digest if name == "tiny-x4" else None, **figures}

    stated = {
        "data": "folder:/somebody/faces-real", "preparation": "resize", "crop": 128, "scale": 4,
        "degradation": "bicubic", "border": 4, "pictures": 2, "truths_sha256": "0" * 64, "protocol": {}, "engine": {},
        "rows": [row("tiny-x4", own), *(row(name, psnr) for name, psnr in others.items())],
    }  # fmt: skip
    file.write_text(json.dumps(stated))
    return file


def test_what_was_trained_runs_as_a_backend_and_its_card_tells_the_training(work: Path, tmp_path: Path) -> None:
    card = exported(work, tmp_path)
    assert isinstance(card.origin, Shipped)
    assert (card.origin.steps, card.origin.recipe_sha256, card.origin.start) == (3, STATED.digest, "")
    assert "3 of the recipe’s 3 steps" in card.descriptor.training_data
    assert "No figures" in card.descriptor.validation
    assert "Not stated" in card.descriptor.training_ancestry
    made, _ = Engine().run(request(scene(12, 10), card.descriptor, tmp_path / "tiny-x4" / "weights.safetensors"))
    assert made.picture.shape == (48, 40, 3)


def test_an_export_repeats_to_the_byte(work: Path, tmp_path: Path) -> None:
    exported(work, tmp_path / "a")
    exported(work, tmp_path / "b")
    for name in ("weights.safetensors", "card.toml", "metrics.json"):
        assert (tmp_path / "a/tiny-x4" / name).read_bytes() == (tmp_path / "b/tiny-x4" / name).read_bytes()


def test_the_card_says_what_measured_better_and_not_where_the_pictures_lay(work: Path, tmp_path: Path) -> None:
    digest = exported(work, tmp_path).digest
    card = exported(work, tmp_path, benchmark(tmp_path / "b.json", digest, 30.0, bicubic=27.0, other=30.5)).descriptor
    assert "faces-real, 2 pictures" in card.validation
    assert "30.00/0.900; in the same run bicubic 27.00/0.900, other 30.50/0.900" in card.validation
    assert card.limitations[0] == "Tiny."
    assert "other by 0.50 dB on faces-real" in card.limitations[1]
    assert "bicubic by" not in card.limitations[1]
    kept = (tmp_path / "tiny-x4" / "metrics.json").read_text()
    assert "somebody" not in kept
    assert np.isclose(json.loads(kept)["benchmarks"][0]["rows"][0]["psnr_y"], 30.0)
    best = exported(work, tmp_path, benchmark(tmp_path / "b.json", digest, 30.0, bicubic=27.0)).descriptor
    assert best.limitations == ("Tiny.",)


def test_figures_of_other_weights_and_other_recipes_are_refused(work: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="other weights"):
        exported(work, tmp_path, benchmark(tmp_path / "b.json", "0" * 64, 30.0))
    (tmp_path / "c.json").write_text("[]")
    with pytest.raises(InputError, match="not a benchmark"):
        exported(work, tmp_path, tmp_path / "c.json")
    with pytest.raises(InputError, match="another recipe"):
        export(recipe(steps=4), work, tmp_path)
    with pytest.raises(InputError, match="nothing was trained"):
        export(STATED, tmp_path / "empty", tmp_path)
    assert not (tmp_path / "tiny-x4").exists()
