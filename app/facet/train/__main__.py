"""``python -m facet.train``: train a recipe, or export what was trained. ``facet train`` starts this process."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from facet.core.errors import InputError
from facet.core.i18n import preferred_language, set_language
from facet.core.progress import SILENT
from facet.core.receipt import EngineWish
from facet.train.recipe import Recipe, read_recipe
from facet.train.telling import Lines, sentence, tell


def parser() -> argparse.ArgumentParser:
    """The words of this process; ``facet train`` passes its own on."""
    made = argparse.ArgumentParser(prog="facet train")
    made.add_argument("recipe", type=Path)
    made.add_argument("--work", type=Path, required=True)
    made.add_argument("--home", type=Path)
    made.add_argument("--device", default="auto")
    made.add_argument("--threads", type=int, default=0)
    made.add_argument("--workers", type=int, default=1)
    made.add_argument("--until", type=int)
    made.add_argument("--export", type=Path)
    made.add_argument("--figures", type=Path, action="append", default=[])
    made.add_argument("--json", action="store_true")
    made.add_argument("--debug", action="store_true")
    return made


def main() -> int:
    """Run; the exit code (0 done, 2 input, 3 environment, 70 our bug, 130 stopped)."""
    set_language(preferred_language())
    given = parser().parse_args()
    try:
        result = _train(given) if given.export is None else _export(given)
        if result:
            print(json.dumps(result, indent=2) if given.json else sentence(result))
    except BaseException as error:  # the outermost net: a bug is told in one line too
        if given.debug:
            raise
        return tell(error)
    return 0


def _train(given: argparse.Namespace) -> dict[str, Any]:
    """Train as far as it was asked for; what the curve says at its end, or nothing from a process that isn't first."""
    from facet.enhance import device
    from facet.train import curve
    from facet.train.data.sources import divided
    from facet.train.ranks import joined
    from facet.train.trainer import Training

    recipe, home = read_recipe(given.recipe), _home(given)
    rig = device.choose(EngineWish(device=_device(given), threads=given.threads))
    with joined(rig.device) as ranks:
        say = Lines() if ranks.first else SILENT
        if ranks.first:
            divided(recipe.data, recipe.validation, home, say)  # draws what is missing, before the others look for it
        ranks.wait()
        pictures, held = divided(recipe.data, recipe.validation, home)
        start, digest = _start(recipe, home)
        training = Training(
            recipe=recipe, pictures=pictures, held=held, start=start, start_sha256=digest, work=given.work, rig=rig,
            ranks=ranks, workers=given.workers,
        )  # fmt: skip
        steps = training.run(say, given.until)
        if not ranks.first:
            return {}
    rows = curve.read(given.work)
    scores = [row["psnr_y"] for row in rows if "psnr_y" in row]
    losses = [row["loss"] for row in rows if "loss" in row][-100:]
    return {
        "recipe": recipe.id,
        "steps": steps,
        "of": recipe.steps,
        "loss": sum(losses) / max(1, len(losses)),
        "psnr_y": scores[-1] if scores else None,
        "work": str(given.work),
    }


def _export(given: argparse.Namespace) -> dict[str, Any]:
    from facet.train.export import export

    return export(read_recipe(given.recipe), given.work, given.export, given.figures)


def _start(recipe: Recipe, home: Path) -> tuple[dict[str, Any] | None, str]:
    """The weights that the recipe's start names, and their digest.

    Raises ``InputError`` or ``EnvironmentLacksError``.
    """
    from facet.enhance.state_dict import read_state
    from facet.weights import Store

    return read_state(Store(home).path(recipe.start)) if recipe.start else (None, "")


def _device(given: argparse.Namespace) -> str:
    """Under torchrun each process has a graphics card of its own."""
    if given.device in ("auto", "cuda") and "LOCAL_RANK" in os.environ:
        import torch

        if torch.cuda.is_available():
            return f"cuda:{os.environ['LOCAL_RANK']}"
    return str(given.device)


def _home(given: argparse.Namespace) -> Path:
    if given.home is not None:
        return Path(given.home)
    if not os.environ.get("FACET_HOME"):
        raise InputError("Name the folder of the weights with --home, or set FACET_HOME.")
    return Path(os.environ["FACET_HOME"])


if __name__ == "__main__":
    sys.exit(main())
