"""``facet train``: starts the process that trains, and passes on what it says and how it ends."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from facet.cli.arguments import natural
from facet.cli.printing import Printer
from facet.core.errors import InputError
from facet.core.i18n import _, current_language
from facet.core.locate import shipped
from facet.workbench import home_folder

PATIENCE = 30.0
"""Seconds that a stopped training gets to end by itself."""


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add this command to the command line."""
    train = commands.add_parser("train", parents=[common], help=_("train a network by a recipe, or export it"))
    train.add_argument("recipe", metavar="RECIPE", help=_("a TOML file, or the name of a recipe that travels along"))
    train.add_argument("--work", type=Path, metavar="DIR", help=_("checkpoint, curve, samples (training-NAME)"))
    train.add_argument("--until", type=natural, metavar="STEP", help=_("stop there; the next run goes on"))
    train.add_argument("--device", default="auto", help=_("auto, cpu, cuda, cuda:1 or mps"))
    train.add_argument("--threads", type=natural, default=0, metavar="N", help=_("the machine's own count if left out"))
    train.add_argument("--workers", type=natural, default=1, metavar="N", help=_("threads that prepare pictures (1)"))
    train.add_argument("--export", type=Path, metavar="DIR", help=_("write DIR/ID: card, weights, figures"))
    train.add_argument(
        "--figures", type=Path, action="append", default=[], metavar="JSON", help=_("of facet bench run, for the card")
    )
    train.set_defaults(run=run_train)


def run_train(given: argparse.Namespace, _printer: Printer) -> int:
    """``facet train``."""
    recipe = _recipe(given.recipe)
    words = [str(recipe), "--work", str(given.work or Path(f"training-{recipe.stem}")), "--home", str(home_folder())]
    words += ["--device", given.device, "--threads", str(given.threads), "--workers", str(given.workers)]
    words += [] if given.until is None else ["--until", str(given.until)]
    words += [] if given.export is None else ["--export", str(given.export)]
    words += [word for file in given.figures for word in ("--figures", str(file))]
    words += [f"--{name}" for name in ("json", "debug") if getattr(given, name)]
    environment = {**os.environ, "FACET_LANG": current_language()}
    child = subprocess.Popen([sys.executable, "-P", "-m", "facet.train", *words], env=environment)
    try:
        return child.wait()
    except KeyboardInterrupt:  # a terminal stops the child too
        try:
            return child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            return 130


def _recipe(stated: str) -> Path:
    """The file that ``stated`` names: a path, or a recipe that travels with Facet. Raises ``InputError``."""
    folder = shipped("models") / "recipes"
    for path in (Path(stated), folder / f"{Path(stated).name}.toml"):
        if path.is_file():
            return path
    raise InputError(
        "There is no recipe «{name}». Give a TOML file, or one of: {known}.",
        name=stated, known=", ".join(sorted(path.stem for path in folder.glob("*.toml"))),
    )  # fmt: skip
