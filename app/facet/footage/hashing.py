"""The digests of a file, taken in the background while another process reads the same file for its packets.

Both read it at about the same time, so what comes from the disk once serves both through the system's page cache.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from facet.core.digest import FileDigests, file_digests
from facet.core.errors import InputError
from facet.core.i18n import N_
from facet.core.image_folder import folder_digests, is_image_folder, list_images
from facet.core.progress import Progress, cancellable

POLL = 0.05
"""Seconds between two looks at whether the caller wants to stop."""


class Hashing:
    """A context manager; left early, it stops."""

    def __init__(self, path: Path, name: str) -> None:
        """``name`` is how messages call the file."""
        self._name = name
        self._stop = threading.Event()
        self._reached = (0, 0)
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="hashing")
        self._future: Future[FileDigests] = self._pool.submit(_digests, path, cancellable(self._stop, self._note))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._pool.shutdown()

    def beside(self, progress: Progress) -> Progress:
        """``progress`` for the other work, telling of the hashing instead where that is further behind."""

        def report(done: int, total: int, label: str = "") -> None:
            hashed, size = self._reached
            if total and done * size > hashed * total:
                progress(hashed, size, N_("Computing the digest of the file"))
            else:
                progress(done, total, label)

        return report

    def wait(self, progress: Progress) -> FileDigests:
        """The digests. Raises ``InputError`` where the file can't be read, ``Cancelled`` through ``progress``."""
        while True:
            try:
                return self._future.result(POLL)
            except TimeoutError as error:
                if self._future.done() and self._future.exception() is error:  # a file server may time out as well
                    raise _unreadable(self._name, error) from error
                progress(*self._reached, N_("Computing the digest of the file"))
            except OSError as error:
                raise _unreadable(self._name, error) from error

    def _note(self, done: int, total: int, label: str = "") -> None:
        self._reached = (done, total)


def _digests(path: Path, progress: Progress) -> FileDigests:
    return folder_digests(list_images(path), progress) if is_image_folder(path) else file_digests(path, progress)


def _unreadable(name: str, error: OSError) -> InputError:
    return InputError("{name}: the file can't be read: {reason}.", name=name, reason=str(error.strerror or error))
