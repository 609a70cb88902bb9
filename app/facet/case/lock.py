"""One writer at a time: a lock of the operating system, which ends with the process however it ends."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
from pathlib import Path

from facet.core.clock import utc_now
from facet.core.errors import EnvironmentLacksError, InputError

_FAR = 1 << 30
"""The byte that is locked where locks bar reading (Windows): beyond what is written."""


class WriterLock:
    """Held from :meth:`take` to :meth:`release`. The file beside the case says who holds it; the lock itself is the
    operating system's, so a file left behind by a killed program bars nobody."""

    def __init__(self, case: Path) -> None:
        self._case = case
        self.path = case.with_name(case.name + ".lock")
        self._descriptor: int | None = None

    def take(self, examiner: str) -> None:
        """Become the writer. Raises ``InputError`` that names the present one, or says that the folder is read-only."""
        while self._descriptor is None:
            descriptor = self._open()
            try:
                _lock(descriptor)
            except OSError:
                os.close(descriptor)
                raise self._taken() from None
            if self._is_current(descriptor):
                self._descriptor = descriptor
            else:  # the writer before removed the file between our opening and our locking it
                os.close(descriptor)
        holder = {"examiner": examiner, "host": socket.gethostname(), "process": os.getpid(), "since": utc_now()}
        try:
            os.ftruncate(self._descriptor, 0)
            os.write(self._descriptor, json.dumps(holder, ensure_ascii=False).encode("utf-8", "replace"))
        except OSError as error:
            self.release()
            raise EnvironmentLacksError(
                "The lock of {name} can't be written: {reason}. Free some space and try again.",
                name=self._case.name, reason=error.strerror,
            ) from error  # fmt: skip

    def release(self) -> None:
        """Let others write. May be called twice."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is None:
            return
        with contextlib.suppress(OSError):
            self.path.unlink()  # while it is still held, so that nobody locks a file that is about to go
        os.close(descriptor)

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        try:
            return os.open(self.path, flags, 0o644)
        except OSError as error:
            raise InputError(
                "{name} can't be written where it is ({reason}). Copy it to a folder of yours, or open it only "
                "to read.",
                name=self._case.name, reason=error.strerror,
            ) from error  # fmt: skip

    def _is_current(self, descriptor: int) -> bool:
        try:
            there = self.path.stat()
        except OSError:
            return False
        ours = os.fstat(descriptor)
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)

    def _taken(self) -> InputError:
        holder: dict[str, object] = {}
        with contextlib.suppress(OSError, ValueError, RecursionError), self.path.open("rb") as stream:
            read = json.loads(stream.read(4096).decode("utf-8", "replace"))
            if isinstance(read, dict):
                holder = read
        told = {key: _printable(holder.get(key)) for key in ("examiner", "host", "process", "since")}
        return InputError(
            "{name} is being written by {examiner} on {host} (process {process}, since {since}). Close it there first, "
            "or open it only to read.",
            name=self._case.name, **told,
        )  # fmt: skip


def _printable(value: object) -> str:
    text = "".join(character for character in str(value) if character.isprintable())[:80] if value is not None else ""
    return text or "?"


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
