"""A bag (BagIt, RFC 8493) as it is written: whole and in its place in one step, or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self

from facet.core.digest import CHUNK, sha256_bytes
from facet.core.errors import EnvironmentLacksError, InputError
from facet.export.standalone.bagfile import MANIFEST, TAG_MANIFEST, check_path, one_line
from facet.export.standalone.findings import Refused

DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
OWN_FILE, OWN_FOLDER = 0o600, 0o700
"""For nobody but whoever wrote it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WrittenBag:
    """A bag in its place. ``manifest_sha256`` is the digest of its manifest, which stands for the whole payload of
    ``files`` files and ``size`` bytes; ``tag_manifest_sha256`` for all else."""

    folder: Path
    manifest_sha256: str
    tag_manifest_sha256: str
    files: int
    size: int


class BagWriter:
    """A bag that is being filled beside its place; a context manager. Left before :meth:`finish`, nothing remains."""

    def __init__(self, out: Path) -> None:
        """Raises ``InputError`` where something lies at ``out``, ``EnvironmentLacksError`` for the disk."""
        must_be_new(out)
        self.out = out
        self._payload: dict[str, str] = {}
        self._tags: dict[str, str] = {}
        self._size = 0
        with _plainly(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            self.folder = Path(tempfile.mkdtemp(prefix=".facet-", suffix=".part", dir=out.parent))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, path: str, content: bytes) -> None:
        """Write a file of the payload; ``path`` is below ``data/`` and has ``/``."""
        self._write(f"data/{path}", [content])

    def add_file(self, path: str, source: Path, told: Callable[[int], None] | None = None) -> str:
        """Copy a file into the payload; its SHA-256. ``told`` is called with the bytes copied so far."""
        with _plainly(source):
            return self._write(f"data/{path}", _pieces(source, told))

    def add_tag(self, name: str, content: bytes) -> None:
        """Write a file of the bag itself, beside ``data/``."""
        self._write(name, [content])

    def place(self, path: str) -> Path:
        """Where a file of the payload is to be written by somebody else, who then calls :meth:`take`."""
        target = self.folder / "data" / PurePosixPath(path)
        with _plainly(self.out):
            self._make_folder(target.parent)
        return target

    def take(self, path: str) -> None:
        """Take in what somebody else wrote at :meth:`place`."""
        target = self.folder / "data" / PurePosixPath(path)
        digest = hashlib.sha256()
        with _plainly(self.out):
            target.chmod(OWN_FILE)
            for piece in _pieces(target, None):
                digest.update(piece)
                self._size += len(piece)
        self._payload[f"data/{path}"] = digest.hexdigest()

    def finish(self, labels: Mapping[str, str]) -> WrittenBag:
        """Write declaration, ``labels`` (as bag-info.txt) and manifests, and put the bag in its place."""
        told = {**labels, "Payload-Oxum": f"{self._size}.{len(self._payload)}"}
        info = "".join(f"{name}: {one_line(value)}\n" for name, value in told.items() if value)
        manifest = _manifest(self._payload)
        tags = {"bagit.txt": DECLARATION, "bag-info.txt": info, MANIFEST: manifest}
        for name, text in tags.items():
            self.add_tag(name, text.encode("utf-8"))
        tag_manifest = _manifest(self._tags)
        self.add_tag(TAG_MANIFEST, tag_manifest.encode("utf-8"))
        with _plainly(self.out):
            must_be_new(self.out)
            self.folder.rename(self.out)
        return WrittenBag(
            folder=self.out,
            manifest_sha256=sha256_bytes(manifest.encode("utf-8")),
            tag_manifest_sha256=sha256_bytes(tag_manifest.encode("utf-8")),
            files=len(self._payload),
            size=self._size,
        )

    def _write(self, path: str, pieces: Iterable[bytes]) -> str:
        _check(path)
        target = self.folder / PurePosixPath(path)
        digest, size = hashlib.sha256(), 0
        with _plainly(self.out):
            self._make_folder(target.parent)
            number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), OWN_FILE)
            with os.fdopen(number, "wb") as stream:
                for piece in pieces:
                    stream.write(piece)
                    digest.update(piece)
                    size += len(piece)
        if path.startswith("data/"):
            self._payload[path] = digest.hexdigest()
            self._size += size
        else:
            self._tags[path] = digest.hexdigest()
        return digest.hexdigest()

    def _make_folder(self, folder: Path) -> None:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            each.mkdir(mode=OWN_FOLDER)


def must_be_new(out: Path) -> None:
    """Raise ``InputError`` where something lies at ``out``."""
    if out.exists() or out.is_symlink():
        raise InputError("{out} exists already. Choose another name; Facet overwrites no export.", out=str(out))


def _check(path: str) -> None:
    try:
        check_path(path)
    except Refused:
        raise InputError(
            "A file named «{name}» can't be put into a package: other systems could not keep it. Pack without footage.",
            name=path,
        ) from None


def _pieces(source: Path, told: Callable[[int], None] | None) -> Iterable[bytes]:
    done = 0
    with source.open("rb") as stream:
        while piece := stream.read(CHUNK):
            yield piece
            done += len(piece)
            if told is not None:
                told(done)


def _manifest(digests: Mapping[str, str]) -> str:
    return "".join(f"{digests[path]}  {path.replace('%', '%25')}\n" for path in sorted(digests))


@contextlib.contextmanager
def _plainly(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        named = error.filename if isinstance(error.filename, str) else str(path)
        raise EnvironmentLacksError(
            "{out} can't be written: {reason}.", out=named, reason=error.strerror or str(error)
        ) from error
