"""A process of our own, started by module name, that can be cancelled, can crash, and is started again.

The other end is :mod:`facet.core.serve`. Requests are answered in order, one at a time. A child that dies costs the
requests under way one plain message each; the next request starts a new child.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from facet.core.errors import Cancelled, EnvironmentLacksError, FacetError, InternalError
from facet.core.i18n import _, current_language
from facet.core.life import GRACE, ChildDied, Events, Life
from facet.core.progress import SILENT, Progress
from facet.core.shared_memory import SharedMemory
from facet.core.wire import Buffer, Message

__all__ = ["GRACE", "Child", "ChildDied", "Pending"]

POLL = 0.05
"""Seconds between two looks at whether the caller wants to stop."""


class Pending:
    """One request under way. Events are read by whoever waits; safe from any thread."""

    def __init__(self, life: Life, number: int) -> None:
        self._life = life
        self.number = number
        self.events: Events = queue.SimpleQueue()

    def cancel(self) -> None:
        """Ask the child to stop this request; it is answered with ``Cancelled``. Never waits.

        A child that does not listen goes on; only a caller who waits and gives up through ``progress`` has it killed.
        """
        self._life.cancel(self.number)

    def wait(self, progress: Progress = SILENT, *, timeout: float | None = None, grace: float = GRACE) -> Message:
        """The answer. ``progress`` runs in this thread and is also how the caller cancels.

        Raises what the child answered, ``ChildDied``, ``Cancelled``, or ``EnvironmentLacksError`` after ``timeout``
        seconds without a sign of life (the child is then killed). What it says of other requests is one: this one may
        wait behind a long job that goes well.
        """
        last = (0, 0, "")
        alive = time.monotonic()
        while True:
            try:
                event = self.events.get(timeout=POLL)
            except queue.Empty:
                event = None
            if isinstance(event, FacetError):
                raise event
            if event is not None:
                alive = time.monotonic()
                if event.head["kind"] == "result":
                    return event
                last = (event.head["done"], event.head["total"], event.head["label"])
            try:
                progress(*last)
            except Cancelled:
                self._stop(grace)
                raise
            except BaseException:
                self.cancel()
                raise
            if timeout is not None and time.monotonic() - max(alive, self._life.heard) > timeout:
                self._life.kill()
                raise EnvironmentLacksError(
                    "The {name} process gave no answer for {seconds} seconds and was stopped. Try again.",
                    name=_(self._life.name), seconds=round(timeout),
                )  # fmt: skip

    def _stop(self, grace: float) -> None:
        self.cancel()
        end = time.monotonic() + grace
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                event = self.events.get(timeout=left)
                if isinstance(event, FacetError) or event.head["kind"] == "result":
                    return
        self._life.kill()


class Child:
    """A process that serves requests. It is started by the first of them, or by :meth:`start` to be warm."""

    def __init__(
        self,
        module: str,
        *,
        name: str,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        shared: bool = False,
    ) -> None:
        """``name`` is how messages call the process; ``environment`` adds to this process's own and to the language
        that is spoken here (``FACET_LANG``). With ``shared`` its large answers come through shared memory, where the
        system has it."""
        self.name = name
        self._command = [sys.executable, "-P", "-m", module, *arguments]
        self._environment = dict(environment or {})
        self._shared = shared
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._life: Life | None = None
        self._closed = False
        self.session = 0
        """How many times the process was started: what one of them was told, the next does not know."""

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self.pid is not None

    @property
    def pid(self) -> int | None:
        """The process's number, or None when it is not running."""
        life = self._life
        return life.process.pid if life is not None and life.process.poll() is None else None

    def start(self) -> None:
        """Start the process if it does not run. Raises ``EnvironmentLacksError``, or ``InternalError`` once closed."""
        with self._lock:
            self._started()

    def submit(self, operation: str, arguments: Mapping[str, Any], buffers: Sequence[Buffer] = ()) -> Pending:
        """Queue a request; the process is started if need be. Never waits for the process."""
        with self._lock:
            life = self._started()
            pending = Pending(life, next(self._numbers))
            head = {"operation": operation, "arguments": dict(arguments)}
            life.ask(pending.number, pending.events, head, buffers)
            return pending

    def call(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        buffers: Sequence[Buffer] = (),
        *,
        progress: Progress = SILENT,
        timeout: float | None = None,
        grace: float = GRACE,
    ) -> Message:
        """:meth:`submit` and :meth:`Pending.wait` in one."""
        return self.submit(operation, arguments, buffers).wait(progress, timeout=timeout, grace=grace)

    def kill(self) -> None:
        """End the process at once; its requests are answered with ``ChildDied``."""
        life = self._life
        if life is not None:
            life.kill()

    def close(self) -> None:
        """End the process for good. May be called twice."""
        with self._lock:
            self._closed = True
            life = self._life
        if life is not None:
            life.end()

    def _started(self) -> Life:
        if self._closed:
            raise InternalError("The {name} process is closed.", name=_(self.name))
        if self._life is None or not self._life.usable:
            shared = SharedMemory.create() if self._shared else None
            environment = {**os.environ, "FACET_LANG": current_language(), **self._environment}
            options: dict[str, Any] = {"creationflags": 0x08000000} if sys.platform == "win32" else {"process_group": 0}
            if shared is not None:
                environment |= shared.environment
                options["pass_fds"] = shared.descriptors
            try:
                process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=environment,
                    **options,
                )
            except OSError as error:
                if shared is not None:
                    shared.close()
                raise EnvironmentLacksError(
                    "The {name} process can't be started: {reason}.", name=_(self.name), reason=str(error)
                ) from error
            self._life = Life(process, self.name, shared)
            self.session += 1
        return self._life
