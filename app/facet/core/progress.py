"""How long work tells how far it is, and how it is told to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from facet.core.errors import Cancelled


class Progress(Protocol):
    """Called by long work: ``done`` of ``total`` units (``total`` 0 when unknown) and what is being done.

    It may raise :class:`~facet.core.errors.Cancelled`, which the work lets pass after undoing what is half done.
    """

    def __call__(self, done: int, total: int, label: str = "") -> None:
        """Report; units are the work's own (bytes, tiles, frames)."""


def SILENT(done: int, total: int, label: str = "") -> None:  # noqa: N802  # used as a constant
    """Progress that nobody watches."""


def cancellable(cancel: threading.Event, then: Callable[[int, int, str], None] | None = None) -> Progress:
    """A :class:`Progress` that raises ``Cancelled`` once ``cancel`` is set, else calls ``then``."""

    def report(done: int, total: int, label: str = "") -> None:
        if cancel.is_set():
            raise Cancelled
        if then is not None:
            then(done, total, label)

    return report
