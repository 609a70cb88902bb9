"""Writing to the store: a file is there whole or not at all, and one program writes at a time.

What the operating system refuses is told in one plain line.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from facet.core.errors import EnvironmentLacksError, FacetError

LOCK = ".lock"
LEFTOVERS = ".incoming-"
"""How folders begin in which something is being made; one that lies there without its maker is swept away."""


def explained(error: OSError, place: Path) -> FacetError:
    """The plain line for what the operating system refused at ``place``."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EnvironmentLacksError(
            "{place}: the disk is full. Nothing unfinished was kept. Free some space and try again.", place=str(place)
        )
    return EnvironmentLacksError(
        "{place}: Facet can't read or write here ({reason}). Allow it, or choose another place; "
        "that of the store is set by FACET_HOME.",
        place=str(place),
        reason=error.strerror or str(error),
    )


@contextlib.contextmanager
def plainly(place: Path) -> Iterator[None]:
    """Turn every ``OSError`` inside into :func:`explained`."""
    try:
        yield
    except OSError as error:
        raise explained(error, place) from error


@contextlib.contextmanager
def workplace(store: Path) -> Iterator[Path]:
    """An empty folder inside ``store``, ours alone; gone afterwards, whatever happens.

    What killed programs left behind is swept away first. Raises ``EnvironmentLacksError`` while another program works
    in the store, or where nothing can be written.
    """
    with plainly(store):
        store.mkdir(parents=True, exist_ok=True)
        lock = os.open(store / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _hold(lock, store)
        for old in store.glob(f"{LEFTOVERS}*"):
            shutil.rmtree(old, ignore_errors=True)
        with plainly(store):
            place = Path(tempfile.mkdtemp(prefix=LEFTOVERS, dir=store))
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)
    finally:
        os.close(lock)


def _hold(lock: int, store: Path) -> None:
    """Take the lock; the operating system lets it go when this program ends, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise EnvironmentLacksError(
            "{place}: another program is installing models. Wait until it has finished and try again.",
            place=str(store),
        ) from error


def write_new(path: Path, pieces: Iterable[bytes]) -> str:
    """Write a file that does not exist yet and force it to the disk; its SHA-256. Raises ``OSError``."""
    digest = hashlib.sha256()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o644)
    try:
        for piece in pieces:
            digest.update(piece)
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return digest.hexdigest()


def put_in_place(made: Path, target: Path) -> None:
    """Rename a finished file or folder to its name on the same disk, for good. Raises ``OSError``."""
    made.replace(target)
    if sys.platform != "win32":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@contextlib.contextmanager
def scratch_beside(target: Path) -> Iterator[Path]:
    """An empty file in the folder of ``target``, to be filled and renamed; gone afterwards if it was not renamed."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}-", dir=target.parent)
    os.close(descriptor)
    scratch = Path(name)
    try:
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)
