"""A folder of numbered pictures as one footage: which files belong to it, in which order, and which numbers lack."""

from __future__ import annotations

import collections
import hashlib
import itertools
import os
import re
from dataclasses import dataclass
from pathlib import Path

from facet.core.canonical import Json, canonical_json
from facet.core.digest import FileDigests, sha256_file
from facet.core.errors import InputError
from facet.core.progress import SILENT, Progress

SCHEMA = "facet.folder/1"
SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".jp2", ".pgm", ".ppm"})
LIMIT = 1_000_000
"""Pictures in one folder."""
_NUMBERED = re.compile(r"(?P<before>.*?)(?P<number>[0-9]{1,18})(?P<after>[^0-9]*)", re.DOTALL)
_PATTERN = re.compile(r"(?P<before>.*)%(?:0?(?P<digits>\d{1,2}))?d(?P<after>[^0-9%]*)", re.DOTALL)


@dataclass(frozen=True, kw_only=True)
class ImageFolder:
    """``files``: names inside ``folder``, in the order of ``numbers``. ``gaps``: first and last number of every run of
    numbers between the first and the last file that no file bears. ``others``: picture files that are named otherwise
    and left out. ``size``: bytes of all ``files`` together."""

    folder: Path
    files: tuple[str, ...]
    numbers: tuple[int, ...]
    gaps: tuple[tuple[int, int], ...]
    others: int
    size: int

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files' paths, in order."""
        return tuple(self.folder / name for name in self.files)


def is_image_folder(path: Path) -> bool:
    """Whether ``path`` is a folder, or names the pictures of one by a pattern such as ``shot_%04d.png``."""
    return path.is_dir() or (not path.exists() and bool(_PATTERN.fullmatch(path.name)) and path.parent.is_dir())


def list_images(path: Path) -> ImageFolder:
    """The numbered pictures of a folder, or those that a pattern names: ``folder/shot_%04d.png``.

    Where a folder holds several series, the longest is taken. Raises ``InputError``, ``OSError``.
    """
    folder, pattern = (path, None) if path.is_dir() else (path.parent, _PATTERN.fullmatch(path.name))
    name = path.name.encode("utf-8", "replace").decode("utf-8")
    series: dict[tuple[str, str], dict[int, tuple[str, int]]] = collections.defaultdict(dict)
    pictures = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            if Path(entry.name).suffix.lower() not in SUFFIXES or not entry.is_file():
                continue
            pictures += 1
            if pictures > LIMIT:
                raise InputError(
                    "{name}: more than {limit} pictures; Facet reads no larger folder. Divide it.",
                    name=name, limit=LIMIT,
                )  # fmt: skip
            found = _numbered(entry.name, pattern)
            if found is None:
                continue
            kind, number = found
            if number in series[kind]:
                raise InputError(
                    "{name}: two pictures bear the number {number}. Put each series into a folder of its own.",
                    name=name, number=number,
                )  # fmt: skip
            series[kind][number] = (entry.name, entry.stat().st_size)
    if not series:
        raise InputError(
            "{name}: this folder holds no numbered pictures, such as shot_0001.png. Choose a video or picture file.",
            name=name,
        )
    chosen = max(sorted(series), key=lambda kind: len(series[kind]))
    numbers = tuple(sorted(series[chosen]))
    return ImageFolder(
        folder=folder,
        files=tuple(series[chosen][number][0] for number in numbers),
        numbers=numbers,
        gaps=tuple((a + 1, b - 1) for a, b in itertools.pairwise(numbers) if b > a + 1),
        others=pictures - len(numbers),
        size=sum(series[chosen][number][1] for number in numbers),
    )


def folder_digests(images: ImageFolder, progress: Progress = SILENT) -> FileDigests:
    """What a folder is known by: digests of the canonical JSON ``{"files": [{"name", "sha256", "size"}, …], "schema":
    "facet.folder/1"}`` with the files in order. Raises ``OSError``; ``Cancelled`` through ``progress``."""
    files: list[Json] = []
    done = 0
    for path in images.paths:
        name = path.name.encode("utf-8", "backslashreplace").decode("utf-8")  # a file system allows any bytes
        files.append({"name": name, "size": path.stat().st_size, "sha256": sha256_file(path)})
        done += path.stat().st_size
        progress(min(done, images.size), images.size)
    content = canonical_json({"schema": SCHEMA, "files": files})
    return FileDigests(
        sha256=hashlib.sha256(content).hexdigest(),
        md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
        size=done,
    )


def _numbered(name: str, pattern: re.Match[str] | None) -> tuple[tuple[str, str], int] | None:
    """What the name shares with its series (before and after the number), and the number."""
    if pattern is not None:
        before, after = pattern["before"], pattern["after"]
        if len(name) <= len(before) + len(after) or not (name.startswith(before) and name.endswith(after)):
            return None
        number = name[len(before) : len(name) - len(after)]
        fits = number.isascii() and number.isdecimal() and int(pattern["digits"] or 1) <= len(number) <= 18
        return ((before, after), int(number)) if fits else None
    found = _NUMBERED.fullmatch(
        Path(name).stem
    )  # the last number of the name counts: cam2_0001.png is picture 1 of cam2
    return ((found["before"], found["after"] + Path(name).suffix), int(found["number"])) if found else None
