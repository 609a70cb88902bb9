"""Weights as one file, to carry them to a machine without a network.

A zip, uncompressed: ``manifest.json`` (format; for each id its digest and size in bytes) and ``<id>.safetensors``. The
same weights always give the same bytes. The manifest is only a table of contents: what is trusted is the digest on the
card that travels with Facet.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Generator, Mapping
from pathlib import Path

from facet.core.canonical import canonical_json
from facet.core.digest import CHUNK
from facet.core.errors import InputError
from facet.core.progress import SILENT, Progress
from facet.weights.disk import plainly, put_in_place, scratch_beside, write_new

FORMAT = "facet.models/1"
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 1 << 20
"""Bytes; a longer one is not read."""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every entry, so that the file depends on its content alone."""


def pack(file: Path, chosen: Mapping[str, tuple[Path, str]], progress: Progress = SILENT) -> list[str]:
    """Write ``file`` from weights by id (place, digest); the ids. It appears when it is whole.

    Raises ``InputError`` where it exists or a digest does not hold, ``EnvironmentLacksError`` for the disk.
    """
    if file.exists():
        raise InputError("{path} exists already. Choose another name.", path=str(file))
    if not file.parent.is_dir():
        raise InputError("{path}: there is no such folder.", path=str(file.parent))
    with plainly(file.parent), scratch_beside(file) as scratch:
        with scratch.open("r+b") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as bundle:
                _fill(bundle, dict(sorted(chosen.items())), progress)
            stream.flush()
            os.fsync(stream.fileno())
        put_in_place(scratch, file)
    return sorted(chosen)


def _fill(bundle: zipfile.ZipFile, chosen: Mapping[str, tuple[Path, str]], progress: Progress) -> None:
    sizes = {name: place.stat().st_size for name, (place, _) in chosen.items()}
    done, total = 0, sum(sizes.values())
    models = [{"id": name, "sha256": digest, "size": sizes[name]} for name, (_, digest) in chosen.items()]
    bundle.writestr(zipfile.ZipInfo(MANIFEST, EPOCH), canonical_json({"format": FORMAT, "models": models}))
    for name, (place, digest) in chosen.items():
        entry = zipfile.ZipInfo(_entry(name), EPOCH)
        entry.file_size = sizes[name]
        seen = hashlib.sha256()
        with place.open("rb") as source, bundle.open(entry, "w") as target:
            while chunk := source.read(CHUNK):
                progress(done, total, name)
                seen.update(chunk)
                target.write(chunk)
                done += len(chunk)
        if seen.hexdigest() != digest:
            raise InputError("{path}: the file changed while it was read. Try again.", path=str(place))
    progress(total, total)


def is_bundle(file: Path) -> bool:
    """Whether ``file`` has a table of contents as :func:`pack` writes it; damaged ones may not be told."""
    try:
        with zipfile.ZipFile(file) as bundle:
            return MANIFEST in bundle.namelist()
    except (OSError, ValueError, zipfile.BadZipFile):
        return False


def unpack(file: Path, expected: Mapping[str, str], place: Path, progress: Progress = SILENT) -> dict[str, Path]:
    """The weights in ``file`` as files in the folder ``place``, by id; each has the digest ``expected`` for its id.

    Raises ``InputError`` for anything unknown, missing, doubled or altered; ``OSError`` for ``place``.
    """
    with _opened(file) as bundle:
        sizes = _contents(file, bundle, expected)
        done, total = 0, sum(sizes.values())
        made: dict[str, Path] = {}
        for name, size in sizes.items():
            made[name] = place / _entry(name)
            pieces = _pieces(file, bundle, name, done=done, total=total, progress=progress)
            with contextlib.closing(pieces):
                digest = write_new(made[name], pieces)
            if digest != expected[name]:
                raise _altered(file, name)
            done += size
        progress(total, total)
    return made


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except FileNotFoundError:
        raise InputError("{path}: there is no such file.", path=str(file)) from None
    except PermissionError:
        raise InputError("{path}: reading is not allowed. Allow it and try again.", path=str(file)) from None
    except (OSError, ValueError, zipfile.BadZipFile):
        raise InputError(
            "{path} is not a file made by «facet models export», or only part of one. Nothing was installed.",
            path=str(file),
        ) from None


def _contents(file: Path, bundle: zipfile.ZipFile, expected: Mapping[str, str]) -> dict[str, int]:
    """Size in bytes of each model, by id. What the manifest names is what is there, and all of it is known."""
    try:
        with bundle.open(MANIFEST) as stream:
            manifest = json.loads(stream.read(LARGEST_MANIFEST))
        if manifest["format"] != FORMAT:
            raise ValueError(manifest["format"])
        models = {str(row["id"]): (str(row["sha256"]), int(row["size"])) for row in manifest["models"]}
    except (KeyError, TypeError, ValueError, OSError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        raise InputError(
            "{path}: its table of contents is missing or unknown to this Facet. Nothing was installed.", path=str(file)
        ) from None
    for name, (digest, _) in models.items():
        if name not in expected:
            raise InputError(
                "{path} holds the model «{id}», which this Facet does not know. Nothing was installed.",
                path=str(file), id=name,
            )  # fmt: skip
        if digest != expected[name]:
            raise _altered(file, name)
    there = {_entry(name): size for name, (_, size) in models.items()}
    for entry in bundle.infolist():
        if entry.filename == MANIFEST:
            continue
        # uncompressed, so that what comes out is no larger than the file that was brought
        if entry.compress_type != zipfile.ZIP_STORED or there.pop(entry.filename, None) != entry.file_size:
            raise InputError(
                "{path} holds something that its table of contents does not name ({entry}). Nothing was installed.",
                path=str(file), entry=entry.filename,
            )  # fmt: skip
    if there:
        raise InputError("{path}: {entry} is missing from it. Nothing was installed.", path=str(file), entry=min(there))
    return {name: size for name, (_, size) in models.items()}


def _pieces(
    file: Path, bundle: zipfile.ZipFile, name: str, *, done: int, total: int, progress: Progress
) -> Generator[bytes]:
    try:
        with bundle.open(_entry(name)) as stream:
            while chunk := stream.read(CHUNK):
                progress(done, total, name)
                done += len(chunk)
                yield chunk
    except (OSError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile):
        raise _altered(file, name) from None


def _altered(file: Path, name: str) -> InputError:
    return InputError(
        "{path}: the weights of {id} in it are not the ones on the model card: damaged, altered, or made for another "
        "version of Facet. Nothing was installed.",
        path=str(file),
        id=name,
    )


def _entry(name: str) -> str:
    return f"{name}.safetensors"
