"""Opening footage: looked at, hashed, probed and indexed. This side never decodes; a process of its own does."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from facet.core.canonical import Json
from facet.core.child import Child
from facet.core.clock import decimal
from facet.core.errors import InputError
from facet.core.i18n import N_
from facet.core.image_folder import is_image_folder, list_images
from facet.core.progress import Progress
from facet.footage.hashing import Hashing
from facet.footage.index import FrameIndex
from facet.footage.probe import Probe
from facet.footage.remark import Remark
from facet.footage.stored_index import StoredIndex, decoder_text
from facet.footage.warm_memory import ENVIRONMENT

Known: TypeAlias = StoredIndex | Callable[[str], StoredIndex | None]
"""An index that was kept, or what finds one for a decoder's build."""

SILENCE = 60.0
"""Seconds without a sign of life after which the decoding process is stopped."""


@dataclass(frozen=True, kw_only=True)
class Opened:
    """Footage as :func:`open_footage` leaves it. ``child`` is the decoding process, which has the index already;
    ``md5`` is None where the SHA-256 was known before; ``size`` is in bytes. ``found`` is what the decoding process
    told of the pictures, ``decoder`` its build, ``restored`` whether the index was a stored one."""

    path: Path
    child: Child
    sha256: str
    md5: str | None
    size: int
    probe: Probe
    index: FrameIndex
    found: dict[str, Any]
    decoder: str
    restored: bool


def open_footage(
    path: Path,
    *,
    progress: Progress,
    sha256: str | None = None,
    known: Known | None = None,
    memory: int | None = None,
) -> Opened:
    """Look at ``path``, start its decoding process, and probe, index and hash, all at once; ``sha256`` spares the
    hashing. ``known`` spares the indexing, if it is of a file with this digest and by a decoder of the same build.
    ``memory``: bytes of decoded pictures that the process keeps, by itself where it is None or 0.

    Raises ``InputError`` for whatever can't be read (a truncated file opens, with warnings), ``Cancelled`` through
    ``progress``, ``EnvironmentLacksError`` where the decoding process fails; no process is left behind.
    """
    path = Path(path).absolute()
    name = shown_name(path)
    size, written = _check(path, name)
    with contextlib.ExitStack() as stack:
        hashing = None if sha256 else stack.enter_context(Hashing(path, name))
        child = Child(
            "facet.footage.server",
            name=N_("decoding"),
            arguments=[str(memory or 0)],
            environment=ENVIRONMENT,
            shared=True,
        )
        abandoned = stack.enter_context(contextlib.ExitStack())
        abandoned.callback(child.close)
        heard = progress if hashing is None else hashing.beside(progress)
        place = wire_place(path)
        declared = child.call("open", place, progress=heard, timeout=SILENCE).head["result"]
        place["stream"] = declared["stream"]
        decoder = decoder_text(declared["decoder"])
        digests = None
        kept = known(decoder) if callable(known) else known
        if kept is not None and kept.decoder == decoder:
            digests = None if hashing is None else hashing.wait(progress)
            stored = _unpacked(kept, sha256 if digests is None else digests.sha256)
        else:
            stored = None
        if stored is None:
            answer = child.call("index", place, progress=heard, timeout=SILENCE)
            found = answer.head["result"]
            index = FrameIndex.from_wire(found.pop("index"), answer.buffers)
        else:
            index, found = stored
            head, buffers = index.to_wire()
            child.call("restore", {**place, "index": head, "heading": 0}, buffers, progress=progress, timeout=SILENCE)
        probe = _probe(declared, found, index, size)
        if hashing is not None and digests is None:
            digests = hashing.wait(progress)
        if _check(path, name) != (size, written) or (digests is not None and digests.size != size):
            raise InputError(
                "{name}: the file changed while it was read. Wait until nothing writes to it any more.", name=name
            )
        abandoned.pop_all()
    return Opened(
        path=path,
        child=child,
        sha256=digests.sha256 if digests is not None else str(sha256),
        md5=digests.md5 if digests is not None else None,
        size=size,
        probe=probe,
        index=index,
        found=found,
        decoder=decoder,
        restored=stored is not None,
    )


def shown_name(path: Path) -> str:
    """The file's name as it can be printed."""
    return path.name.encode("utf-8", "replace").decode("utf-8")


def wire_place(path: Path) -> dict[str, Any]:
    """The path in any bytes that the file system allows, carried as Latin-1."""
    return {"path": os.fsencode(path).decode("latin-1"), "name": shown_name(path)}


def _unpacked(known: StoredIndex, sha256: str | None) -> tuple[FrameIndex, dict[str, Any]] | None:
    """What is in a stored index, if it is of the file with this digest and can be understood."""
    if known.sha256 != sha256:
        return None
    try:
        return known.unpack()
    except ValueError:
        return None


def _check(path: Path, name: str) -> tuple[int, int]:
    """The size in bytes of footage that may be worth decoding, and when it was last written to, in nanoseconds. Raises
    ``InputError``."""
    try:
        if is_image_folder(path):
            images = list_images(path)
            return images.size, max(file.stat().st_mtime_ns for file in images.paths)
        if not path.is_file():
            if path.exists():
                raise InputError("{name}: this is not an ordinary file. Choose a video or picture file.", name=name)
            raise InputError("{name}: there is no such file. Check the name.", name=name)
        with path.open("rb") as stream:
            stream.read(1)
        facts = path.stat()
    except PermissionError as error:
        raise InputError("{name}: no permission to read the file. Ask for access or copy it.", name=name) from error
    except (OSError, ValueError) as error:
        raise InputError("{name}: the file can't be read: {reason}.", name=name, reason=str(error)) from error
    if not facts.st_size:
        raise InputError("{name}: the file is empty. Copy it again from the recorder.", name=name)
    return facts.st_size, facts.st_mtime_ns


def _missing(index: FrameIndex) -> dict[str, Json]:
    missing: dict[str, Json] = {"bytes": index.missing_bytes} if index.missing_bytes else {}
    if index.missing_seconds is not None:
        missing["seconds"] = decimal(index.missing_seconds)
    return missing


def _probe(declared: dict[str, Any], found: dict[str, Any], index: FrameIndex, size: int) -> Probe:
    video = next(stream for stream in declared["streams"] if stream["index"] == declared["stream"])
    remarks = [Remark.from_json(remark) for remark in found["remarks"]]
    if declared["videos"] > 1:
        text = N_("The file has {count} video streams; stream {used} is used.")
        remarks.append(Remark(text, {"count": declared["videos"], "used": declared["stream"]}))
    return Probe(
        container=declared["container"],
        container_title=declared["container_title"],
        size_bytes=size,
        duration=declared["duration"],
        length=decimal(index.end),
        metadata=declared["metadata"],
        streams=declared["streams"],
        stream=declared["stream"],
        codec=video["codec"],
        width=video["width"],
        height=video["height"],
        frames=index.count,
        time_base=index.time_base,
        average_rate=index.rate,
        index_method=index.method,
        index_reasons=index.reasons,
        timed=index.timed,
        rotation=found["rotation"],
        sample_aspect=video["sample_aspect"],
        field_order=video["field_order"],
        interlaced=found["interlaced"],
        colour=found["colour"],
        damaged=index.damaged,
        tainted=index.tainted,
        missing=_missing(index),
        remarks=tuple(remarks),
        decoder=found["decoder"],
    )
