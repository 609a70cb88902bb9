"""A process of our own, started by module name, that can be cancelled, can crash, and is started again.

The other end is :mod:`facet.core.serve`. Requests are answered in order, one at a time. A child that dies costs the
requests under way one plain message each; the next request starts a new child.
"""

from __future__ import annotations

import collections
import contextlib
import itertools
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, cast

from facet.core.errors import KINDS, Cancelled, EnvironmentLacksError, FacetError, InternalError
from facet.core.progress import SILENT, Progress
from facet.core.wire import Buffer, Message, read_message, write_message

POLL = 0.05
"""Seconds between two looks at whether the caller wants to stop."""
GRACE = 1.0
"""Seconds a child has to answer a cancellation before it is killed."""
STDERR_LINES = 40


class ChildDied(EnvironmentLacksError):  # noqa: N818  # an event, told to the user
    """The process ended before it answered. ``code`` is its exit code (negative: the signal)."""

    def __init__(self, template: str, /, **values: Any) -> None:
        super().__init__(template, **values)
        self.code: int | None = values.get("code")
        self.stderr: str = ""


class Pending:
    """One request under way. Events are read by whoever waits; safe from any thread."""

    def __init__(self, child: Child, number: int) -> None:
        self._child = child
        self.number = number
        self.events: queue.SimpleQueue[Message | FacetError] = queue.SimpleQueue()

    def cancel(self) -> None:
        """Ask the child to stop this request; it is answered with ``Cancelled``."""
        self._child.send_cancel(self.number)

    def wait(self, progress: Progress = SILENT, *, timeout: float | None = None, grace: float = GRACE) -> Message:
        """The answer. ``progress`` runs in this thread and is also how the caller cancels.

        Raises what the child answered, ``ChildDied``, ``Cancelled``, or ``EnvironmentLacksError`` after ``timeout``
        seconds without a sign of life (the child is then killed).
        """
        last = (0, 0, "")
        alive = time.monotonic()
        while True:
            try:
                event = self.events.get(timeout=POLL)
            except queue.Empty:
                event = None
            try:
                if isinstance(event, FacetError):
                    raise event
                if event is not None:
                    alive = time.monotonic()
                    if event.head["kind"] == "result":
                        return event
                    last = (event.head["done"], event.head["total"], event.head["label"])
                progress(*last)
            except Cancelled:
                if event is None or isinstance(event, Message):
                    self._stop(grace)
                raise
            if timeout is not None and time.monotonic() - alive > timeout:
                self._child.kill()
                raise EnvironmentLacksError(
                    "The {name} process gave no answer for {seconds} seconds and was stopped. Try again.",
                    name=self._child.name, seconds=round(timeout),
                )  # fmt: skip

    def _stop(self, grace: float) -> None:
        self.cancel()
        end = time.monotonic() + grace
        while (left := end - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                event = self.events.get(timeout=left)
                if isinstance(event, FacetError) or event.head["kind"] == "result":
                    return
        self._child.kill()


class Child:
    """A process that serves requests. It is started by the first of them, or by :meth:`start` to be warm."""

    def __init__(
        self,
        module: str,
        *,
        name: str,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """``name`` is how messages call the process; ``environment`` adds to this process's own."""
        self.name = name
        self._command = [sys.executable, "-P", "-m", module, *arguments]
        self._environment = dict(environment or {})
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None
        self._pending: dict[int, Pending] = {}
        self._closed = False

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        process = self._process
        return process is not None and process.poll() is None

    @property
    def pid(self) -> int | None:
        """The process's number, or None when it is not running."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def start(self) -> None:
        """Start the process if it does not run. Raises ``EnvironmentLacksError``, or ``InternalError`` once closed."""
        with self._lock:
            if self._closed:
                raise InternalError("The {name} process is closed.", name=self.name)
            if self.alive:
                return
            options: dict[str, Any] = {"creationflags": 0x08000000} if sys.platform == "win32" else {"process_group": 0}
            try:
                process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env={**os.environ, **self._environment},
                    **options,
                )
            except OSError as error:
                raise EnvironmentLacksError(
                    "The {name} process can't be started: {reason}.", name=self.name, reason=str(error)
                ) from error
            self._process = process
            pending: dict[int, Pending] = {}
            self._pending = pending
            tail: collections.deque[bytes] = collections.deque(maxlen=STDERR_LINES)
            listener = threading.Thread(
                target=self._listen, args=(process, pending, tail), name=f"{self.name}-answers", daemon=True
            )
            listener.start()

    def submit(self, operation: str, arguments: Mapping[str, Any], buffers: Sequence[Buffer] = ()) -> Pending:
        """Queue a request; the process is started if need be."""
        with self._lock:
            self.start()
            process = self._process
            assert process is not None
            pending = Pending(self, next(self._numbers))
            self._pending[pending.number] = pending
            head = {"number": pending.number, "operation": operation, "arguments": dict(arguments)}
            try:
                write_message(cast(BinaryIO, process.stdin), head, buffers)
            except (OSError, ValueError):
                # the listener sees the same end and answers every pending request
                if self._pending.pop(pending.number, None) is not None:
                    pending.events.put(self._died(process, collections.deque()))
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

    def send_cancel(self, number: int) -> None:
        """Tell the process to drop a request. Nothing happens if it is already answered."""
        with self._lock:
            process = self._process
            if process is None or number not in self._pending:
                return
            with contextlib.suppress(OSError, ValueError):
                write_message(cast(BinaryIO, process.stdin), {"number": number, "operation": "cancel"})

    def kill(self) -> None:
        """End the process at once; its requests are answered with ``ChildDied``."""
        with self._lock:
            process = self._process
        if process is not None:
            with contextlib.suppress(OSError):
                process.kill()
            process.wait()

    def close(self) -> None:
        """End the process for good. May be called twice."""
        with self._lock:
            self._closed = True
            process = self._process
        if process is None:
            return
        with contextlib.suppress(OSError, ValueError):
            cast(BinaryIO, process.stdin).close()
        try:
            process.wait(GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _listen(
        self, process: subprocess.Popen[bytes], pending: dict[int, Pending], tail: collections.deque[bytes]
    ) -> None:
        errors = threading.Thread(
            target=_keep_lines,
            args=(cast(BinaryIO, process.stderr), tail),
            name=f"{self.name}-stderr",
            daemon=True,
        )
        errors.start()
        stream = cast(BinaryIO, process.stdout)
        try:
            while (message := read_message(stream)) is not None:
                self._deliver(message, pending)
        except (OSError, ValueError, KeyError):
            process.kill()  # it speaks something else: not to be trusted any more
        process.wait()
        errors.join(GRACE)
        with self._lock:
            left = list(pending.values())
            pending.clear()
        for request in left:
            request.events.put(self._died(process, tail))
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with contextlib.suppress(OSError, ValueError):
                    pipe.close()

    def _deliver(self, message: Message, pending: dict[int, Pending]) -> None:
        number, kind = message.head["number"], message.head["kind"]
        if kind == "progress":
            with self._lock:
                request = pending.get(number)
        else:
            with self._lock:
                request = pending.pop(number, None)
        if request is None:
            return
        if kind == "error":
            made = KINDS.get(message.head["error"], InternalError)(message.head["template"], **message.head["values"])
            if message.head.get("traceback"):
                made.add_note(message.head["traceback"])
            request.events.put(made)
        else:
            request.events.put(message)

    def _died(self, process: subprocess.Popen[bytes], tail: collections.deque[bytes]) -> ChildDied:
        code = process.poll()
        if code == -9 or (sys.platform == "win32" and code == 1):
            death = ChildDied(
                "The {name} process was killed, most likely for lack of memory. Nothing was recorded; "
                "close other programs or choose a smaller job, then try again.",
                name=self.name, code=code,
            )  # fmt: skip
        else:
            death = ChildDied(
                "The {name} process ended unexpectedly (exit code {code}). Nothing was recorded; "
                "it starts again with the next request.",
                name=self.name, code=code,
            )  # fmt: skip
        death.stderr = b"".join(tail).decode("utf-8", "replace")
        if death.stderr:
            death.add_note(death.stderr)
        return death


def _keep_lines(stream: BinaryIO, tail: collections.deque[bytes]) -> None:
    with contextlib.suppress(OSError, ValueError):
        for line in stream:
            tail.append(line)
