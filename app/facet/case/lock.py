"""One writer at a time: a lock of the operating system, which ends with the process however it ends."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import socket
import sys
from pathlib import Path

from facet.core import owner_only
from facet.core.clock import utc_now
from facet.core.errors import EnvironmentLacksError, FacetError, InputError

_FAR = 1 << 30
"""The byte that is locked where locks bar reading (Windows): beyond what is written."""
_HELD = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES)
"""What a system answers where another program has the lock. Any other answer is that it gives none."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


class WriterLock:
    """Held from :meth:`take` to :meth:`release`. The file beside the case says who holds it; the lock itself is the
    operating system's, so a file left behind by a killed program bars nobody.

    Some network shares grant every machine a lock of its own, and anybody may delete the file. So whoever writes looks
    before each write whether the file still names it (:meth:`ensure`), and steps back where it names another.
    """

    def __init__(self, case: Path) -> None:
        self._case = case
        self.path = case.with_name(case.name + ".lock")
        self._descriptor: int | None = None
        self._told = b""

    def take(self, examiner: str) -> None:
        """Become the writer. Raises ``InputError`` that names the present one, or says that the folder is read-only;
        ``EnvironmentLacksError`` where the file system gives no locks or has no room."""
        if not grants_locks(self._case):
            raise self._refused(OSError(errno.ENOLCK, os.strerror(errno.ENOLCK)))
        self._become_writer(examiner)

    def _become_writer(self, examiner: str) -> None:
        while self._descriptor is None:
            descriptor = self._open()
            try:
                _lock(descriptor)
            except OSError as error:
                os.close(descriptor)
                raise self._taken() if error.errno in _HELD else self._refused(error) from None
            if self._is_current(descriptor):
                self._descriptor = descriptor
            else:  # the writer before removed the file between our opening and our locking it
                os.close(descriptor)
        holder = {"examiner": examiner, "host": socket.gethostname(), "process": os.getpid(), "since": utc_now()}
        self._told = json.dumps(holder, ensure_ascii=False).encode("utf-8", "replace")
        try:
            os.ftruncate(self._descriptor, 0)
            if os.write(self._descriptor, self._told) < len(self._told):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            self._let_go(ours=True)
            raise self._unwritable(error) from error

    def ensure(self, examiner: str) -> None:
        """Be the writer still, or again where the file was merely deleted. Raises as :meth:`take` does."""
        if self._descriptor is None or self._is_ours():
            return
        if self._is_current(self._descriptor):  # another machine was given the same lock, and wrote its name
            raise self._taken()
        self._let_go(ours=False)
        self._become_writer(examiner)  # the case itself is not opened here: closing it would end SQLite's own locks

    def release(self) -> None:
        """Let others write. May be called twice."""
        if self._descriptor is not None:
            self._let_go(ours=self._is_ours())

    def _let_go(self, *, ours: bool) -> None:
        assert self._descriptor is not None
        if ours:
            with contextlib.suppress(OSError):
                self.path.unlink()  # while it is still held, so that nobody locks a file that is about to go
        descriptor, self._descriptor = self._descriptor, None
        os.close(descriptor)

    def _open(self) -> int:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        try:
            return owner_only.opener(str(self.path), flags)
        except OSError as error:
            raise self._unwritable(error) from error

    def _is_current(self, descriptor: int) -> bool:
        """Whether the file that is open is the one that lies beside the case."""
        try:
            there = self.path.stat()
        except OSError:
            return False
        ours = os.fstat(descriptor)
        return (there.st_dev, there.st_ino) == (ours.st_dev, ours.st_ino)

    def _is_ours(self) -> bool:
        """Whether the file beside the case is the one that is locked, and says what was written to it."""
        assert self._descriptor is not None
        try:
            return self._is_current(self._descriptor) and self.path.read_bytes() == self._told
        except OSError:
            return False

    def _unwritable(self, error: OSError) -> FacetError:
        if error.errno in _FULL:
            return EnvironmentLacksError(
                "The lock of {name} can't be written: {reason}. Free some space and try again.",
                name=self._case.name, reason=error.strerror,
            )  # fmt: skip
        return InputError(
            "{name} can't be written where it is ({reason}). Copy it to a folder of yours, or open it only to read.",
            name=self._case.name, reason=error.strerror,
        )  # fmt: skip

    def _refused(self, error: OSError) -> EnvironmentLacksError:
        return EnvironmentLacksError(
            "{name} can't be locked where it is ({reason}), so two programs could write to it at once; some network "
            "shares are like that. Copy it to a disk of this machine, or open it only to read.",
            name=self._case.name, reason=error.strerror,
        )  # fmt: skip

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


def barred(path: Path) -> str | None:
    """Why the file ``path`` can't be written, in the system's words; None where nothing bars it."""
    if os.access(path, os.W_OK):
        return None
    fixed = hasattr(os, "statvfs") and bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    return os.strerror(errno.EROFS if fixed else errno.EACCES)


def _printable(value: object) -> str:
    text = "".join(character for character in str(value) if character.isprintable())[:80] if value is not None else ""
    return text or "?"


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

    def grants_locks(path: Path) -> bool:
        """Whether programs that read ``path`` can keep out of each other's way: always, on Windows."""
        return path is not None

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def grants_locks(path: Path) -> bool:
        """Whether the file system gives the locks that SQLite reads under; some network shares don't. True where it
        can't be asked: what keeps it from being opened is told elsewhere."""
        with contextlib.suppress(OSError), path.open("rb") as stream:
            try:
                fcntl.lockf(stream, fcntl.LOCK_SH | fcntl.LOCK_NB, 1, _FAR)
            except OSError as error:
                return error.errno in _HELD
        return True
