"""A disk that fails under SQLite, for this process: one system call, the first, second, … time it is made.

SQLite calls the system through a table that can be changed while it runs, which is how its makers test it. Only where
Python uses the system's SQLite library; :func:`reachable` says whether.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

WRITING = ("open", "write", "pwrite", "pwrite64", "ftruncate", "unlink", "openDirectory")
"""What SQLite does to a file it changes."""
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "open": (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_int),
    "read": (ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t),
    "pread": (ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64),
    "pread64": (ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64),
    "write": (ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t),
    "pwrite": (ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64),
    "pwrite64": (ctypes.c_ssize_t, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int64),
    "ftruncate": (ctypes.c_int, ctypes.c_int, ctypes.c_int64),
    "unlink": (ctypes.c_int, ctypes.c_char_p),
    "openDirectory": (ctypes.c_int, ctypes.c_char_p, ctypes.POINTER(ctypes.c_int)),
    "fcntl": (ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_void_p),
}


class _Vfs(ctypes.Structure):
    """``sqlite3_vfs`` of version 3, from <https://sqlite.org/c3ref/vfs.html>."""


_Vfs._fields_ = [
    ("version", ctypes.c_int),
    ("file_size", ctypes.c_int),
    ("longest_name", ctypes.c_int),
    ("next", ctypes.c_void_p),
    ("name", ctypes.c_char_p),
    ("data", ctypes.c_void_p),
    *((f"call_{number}", ctypes.c_void_p) for number in range(13)),
    (
        "set_call",
        ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Vfs), ctypes.c_char_p, ctypes.c_void_p),
    ),
    ("get_call", ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.POINTER(_Vfs), ctypes.c_char_p)),
]


def _vfs() -> Any:
    if sys.platform != "linux":
        return None
    with contextlib.suppress(OSError, AttributeError):
        library = ctypes.CDLL("libsqlite3.so.0")
        library.sqlite3_libversion.restype = ctypes.c_char_p
        library.sqlite3_vfs_find.restype = ctypes.POINTER(_Vfs)
        if (
            "libsqlite3.so" in Path("/proc/self/maps").read_text("utf-8")
            and library.sqlite3_libversion().decode() == sqlite3.sqlite_version
        ):
            return library.sqlite3_vfs_find(None)
    return None


def reachable() -> bool:
    """Whether Python's SQLite can be made to fail."""
    return _vfs() is not None


@contextlib.contextmanager
def failing(
    calls: tuple[str, ...],
    reason: int,
    *,
    first: int = 1,
    ever_after: bool = True,
    when: Callable[..., bool] | None = None,
) -> Iterator[list[str]]:
    """Within, the ``first`` of these calls fails with the error number ``reason``, and those that follow unless not
    ``ever_after``. ``when`` is asked with the call's arguments whether it counts. Yields the calls that were made to
    fail."""
    vfs = _vfs()
    made = [0]
    failed: list[str] = []
    kept: list[Any] = []

    def replaced(name: str) -> Any:
        result, *arguments = _SIGNATURES[name]
        kind = ctypes.CFUNCTYPE(result, *arguments, use_errno=True)
        real = kind(vfs.contents.get_call(vfs, name.encode()))

        def call(*given: Any) -> int:
            if when is None or when(name, *given):
                made[0] += 1
                if made[0] == first or (ever_after and made[0] > first):
                    failed.append(name)
                    ctypes.set_errno(reason)
                    return -1
            answer: int = real(*given)
            return answer

        kept.extend((real, kind(call)))
        return ctypes.cast(kept[-1], ctypes.c_void_p)

    known = [name for name in calls if vfs.contents.get_call(vfs, name.encode())]
    try:
        for name in known:
            assert vfs.contents.set_call(vfs, name.encode(), replaced(name)) == 0
        yield failed
    finally:
        for name in known:
            vfs.contents.set_call(vfs, name.encode(), None)


def is_lock(name: str, *given: Any) -> bool:
    """For ``when``: whether a call of ``fcntl`` asks for a lock."""
    import fcntl

    return name == "fcntl" and given[1] in (fcntl.F_SETLK, fcntl.F_SETLKW, getattr(fcntl, "F_OFD_SETLK", -1))


FULL, BROKEN = errno.ENOSPC, errno.EIO
