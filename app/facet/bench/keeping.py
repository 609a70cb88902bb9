"""Where a benchmark's pictures go, if they are to be kept: nothing is overwritten."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facet.bench.pictures import Pair
from facet.core.benchmark import Benchmark
from facet.core.errors import EnvironmentLacksError, InputError

TRUTH, INPUT = "_truth", "_input"
"""Folders beside those of the backends; no backend's id begins so."""


class Keeping:
    """Writes ``DIR/<backend>/<name>.png``, the truths and what was given, as they are: no banner, no receipt."""

    def __init__(self, order: Benchmark, files: list[Path]) -> None:
        """Raises ``InputError`` for a folder with something in it, and for a sheet that can't be written."""
        self.folder = None if order.save is None else Path(order.save)
        stems = Counter(path.stem for path in files)
        self._names = {path: path.stem if stems[path.stem] == 1 else path.name for path in files}
        if self.folder is not None and (self.folder.is_file() or (self.folder.is_dir() and any(self.folder.iterdir()))):
            raise InputError(
                "{path} exists already and is not an empty folder. Choose another one; nothing is overwritten.",
                path=str(self.folder),
            )
        if order.sheet is not None:
            _check_sheet(Path(order.sheet))

    def pair(self, file: Path, pair: Pair) -> None:
        """Keep a truth and what was given of it."""
        self._keep(TRUTH, file, pair.truth)
        self._keep(INPUT, file, pair.low)

    def output(self, backend: str, file: Path, picture: NDArray[np.uint8]) -> None:
        """Keep what a backend made."""
        self._keep(backend, file, picture)

    def _keep(self, kind: str, file: Path, picture: NDArray[np.uint8]) -> None:
        if self.folder is not None:
            write_png(Image.fromarray(picture), self.folder / kind / f"{self._names[file]}.png")


def write_png(picture: Image.Image, path: Path) -> None:
    """Write a new file, with the folders it needs. Raises ``EnvironmentLacksError``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            picture.save(file, "PNG")
    except OSError as error:
        raise EnvironmentLacksError(
            "{path} can't be written ({reason}). Choose another place.",
            path=str(path), reason=error.strerror or str(error),
        ) from error  # fmt: skip


def _check_sheet(path: Path) -> None:
    if path.suffix.lower() != ".png":
        raise InputError("{path}: a contact sheet is a PNG. Choose a name that ends in .png.", path=str(path))
    if path.exists():
        raise InputError("{out} exists already. Choose another name; Facet overwrites no export.", out=str(path))
    if not path.parent.is_dir():
        raise InputError(
            "{path}: there is no such folder to write to. Make it, or choose another.", path=str(path.parent)
        )
