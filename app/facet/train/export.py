"""What was trained, as a backend: weights, card, and the figures it earned."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from facet.core.descriptor import Descriptor
from facet.core.digest import sha256_bytes
from facet.core.errors import InputError
from facet.enhance.device import processor
from facet.train import checkpoint as checkpoints
from facet.train import curve
from facet.train.beginning import beginning
from facet.train.checkpoint import Checkpoint
from facet.train.figures import Benchmark, limitation, read_benchmark, validation
from facet.train.objective import objective
from facet.train.recipe import Recipe
from facet.weights.card import CARD, Shipped, write_card
from facet.weights.shelf import WEIGHTS
from facet.weights.tensors import tensor_file

METRICS = "metrics.json"
TEXTS = ("method", "licence", "licence_limits", "training_data", "training_ancestry", "paper")
UNSTATED = "Not stated in the recipe; whoever trained it must answer for it."


def export(recipe: Recipe, work: Path, folder: Path, benchmarks: Sequence[Path] = ()) -> dict[str, Any]:
    """Write ``folder/<id>/`` with weights, card and figures from the last checkpoint in ``work``; what was written.

    ``benchmarks`` are documents of ``facet bench run --json`` in which these weights were measured. Raises
    ``InputError`` where there is no checkpoint of this recipe, or a benchmark is one of other weights; ``OSError``.
    """
    found = checkpoints.load(work, torch.device("cpu"))
    if found is None:
        raise InputError("{path}: nothing was trained there yet. Train first.", path=str(work))
    if found.recipe != recipe.digest:
        raise InputError(
            "{path}: another recipe was trained here, or this one has changed since. Choose another folder.",
            path=str(work),
        )
    word = objective(recipe).architecture
    metadata = {"architecture": word, "id": recipe.id, "source": "trained by Facet"}
    tensors = {name: np.ascontiguousarray(value.float().numpy()) for name, value in found.mean.items()}
    weights = b"".join(tensor_file(tensors, metadata))
    digest = sha256_bytes(weights)
    measured = [read_benchmark(path, recipe.id, digest) for path in benchmarks]
    receipt = Shipped(
        recipe=f"{recipe.id}.toml",
        recipe_sha256=recipe.digest,
        data=recipe.data,
        data_sha256=found.pictures,
        start=recipe.start,
        start_sha256=beginning(work),
        steps=found.step,
        seed=recipe.seed,
        hours=f"{found.seconds / 3600:.2f}",
        machine=processor(),
    )
    card = _card(recipe, receipt, word, digest, measured)
    target = folder / recipe.id
    target.mkdir(parents=True, exist_ok=True)
    (target / WEIGHTS).write_bytes(weights)
    (target / CARD).write_text(write_card(card, receipt), "utf-8")
    figures = json.dumps(_metrics(recipe, found, work, measured, digest), indent=1, ensure_ascii=False)
    (target / METRICS).write_text(figures + "\n", "utf-8")
    return {"exported": str(target), "weights_sha256": digest, "steps": found.step, "of": recipe.steps}


def _card(recipe: Recipe, receipt: Shipped, word: str, digest: str, measured: Sequence[Benchmark]) -> Descriptor:
    """The card: the recipe's words, what is known of the training, and what was measured."""
    words = {
        "family": "regression", "minimum_side": 8, "maximum_side": None, "face_only": False,
        "uses_training_set_information": True, "has_random_component": False, "parameters": [],
        **dict.fromkeys(TEXTS, UNSTATED),
        "limitations": [], "validation": "", **recipe.card,
    }  # fmt: skip
    stated = words["training_data"]
    weaker = limitation(recipe.id, measured)
    return Descriptor.from_json(
        {
            **words,
            "id": recipe.id,
            "title": recipe.title or recipe.id,
            "architecture": word,
            "scales": [recipe.scale],
            "source": f"Trained by Facet with the recipe {receipt.recipe}; weights and card travel with the program.",
            "weights_sha256": digest,
            "training_data": f"{stated} {_story(recipe, receipt)}",
            "limitations": [*words["limitations"], *([weaker] if weaker else [])],
            "validation": f"{words['validation']} {validation(recipe.id, measured)}".strip(),
        }
    )


def _story(recipe: Recipe, receipt: Shipped) -> str:
    begun = "from random values"
    if receipt.start:
        begun = f"begun as {receipt.start} (weights {receipt.start_sha256[:12]}…)"
    loss = {"l1": "mean absolute difference", "l2": "mean squared difference"}[recipe.loss]
    return (
        f"Training: {begun}; pictures {receipt.data} (SHA-256 of their samples {receipt.data_sha256[:12]}…), "
        f"degradation {recipe.degradation}; {receipt.steps} of the recipe’s {recipe.steps} steps of {recipe.batch} "
        f"patches of {recipe.patch} × {recipe.patch} pixels, {loss}, seed {receipt.seed}; {receipt.hours} hours on "
        f"{receipt.machine}."
    )


def _metrics(
    recipe: Recipe, found: Checkpoint, work: Path, measured: Sequence[Benchmark], digest: str
) -> dict[str, Any]:
    rows = curve.read(work)
    return {
        "id": recipe.id,
        "weights_sha256": digest,
        "steps": found.step,
        "validation": {
            "pictures": recipe.validation,
            "psnr_y": [
                [row["step"], round(row["psnr_y"], 4)] for row in rows if row["step"] <= found.step and "psnr_y" in row
            ],
        },
        "benchmarks": [each.to_json() for each in measured],
    }
