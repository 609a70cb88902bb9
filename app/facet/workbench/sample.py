"""Footage for demonstrations: a real clip where there is a network, else one rendered from a portrait."""

from __future__ import annotations

import importlib.util
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from facet.core.digest import sha256_file
from facet.core.errors import EnvironmentLacksError
from facet.core.locate import shipped
from facet.core.progress import SILENT, Progress
from facet.footage.portrait_clip import render_portrait_clip
from facet.weights.archive import read_member
from facet.weights.card import Archive, Member
from facet.weights.fetch import fetch
from facet.workbench.exports import write_file

CARD = "carphone.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """A sample clip and what it is."""

    path: Path
    title: str
    source: str
    real: bool


def sample_clip(home: Path, folder: Path, progress: Progress = SILENT) -> tuple[Sample, EnvironmentLacksError | None]:
    """A clip to show the main job on, and why it is not the real one (None when it is).

    The real clip is kept under ``home``; the rendered one is written to ``folder``.
    """
    try:
        return real_clip(home, progress), None
    except EnvironmentLacksError as why:
        return rendered_clip(folder), why


def real_clip(home: Path, progress: Progress = SILENT) -> Sample:
    """The clip of the sample card, fetched once and checked by digest. Raises ``EnvironmentLacksError``."""
    with (shipped("resources") / "samples" / CARD).open("rb") as stream:
        card = tomllib.load(stream)
    path = home / "samples" / str(card["file"])
    if not path.is_file() or sha256_file(path) != card["sha256"]:
        member = Member(path=card["member"], size=card["size"], sha256=card["sha256"])
        archive = Archive(**card["archive"], reader="as it is", members=(member,))
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home, prefix=".sample-") as folder:
            write_file(path, read_member(fetch(archive, Path(folder), progress), member))
    return Sample(path=path, title=card["title"], source=card["source"], real=True)


def rendered_clip(folder: Path) -> Sample:
    """A clip rendered from the public-domain portrait that scikit-image carries."""
    import numpy as np
    from PIL import Image

    found = importlib.util.find_spec("skimage")
    portrait = Path(found.origin).parent / "data" / "astronaut.png" if found and found.origin else None
    if portrait is None or not portrait.is_file():
        raise EnvironmentLacksError("scikit-image's portrait is missing from this installation. Install Facet again.")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "rendered-portrait.mp4"
    with Image.open(portrait) as picture:
        render_portrait_clip(np.asarray(picture.convert("RGB")), path)
    return Sample(
        path=path,
        title="Clip rendered from the portrait of astronaut Eileen Collins: not real footage",
        source="NASA photograph, public domain, from scikit-image; motion, noise and H.264 added by Facet",
        real=False,
    )
