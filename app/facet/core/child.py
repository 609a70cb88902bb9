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
STDERR_LINE = 4096
"""What is kept of a process's last words: lines, and bytes of a line."""


class ChildDied(EnvironmentLacksError):  # noqa: N818  # an event, told to the user
    """The process ended before it answered. ``code`` is its exit code (negative: the signal)."""

    def __init__(self, template: str, /, **values: Any) -> None:
        super().__init__(template, **values)
        self.code: int | None = values.get("code")
        self.stderr: str = ""


class Pending:
    """One request under way. Events are read by whoever waits; safe from any thread."""

    def __init__(self, life: _Life, number: int) -> None:
        self._life = life
        self.number = number
        self.events: queue.SimpleQueue[Message | FacetError] = queue.SimpleQueue()

    def cancel(self) -> None:
        """Ask the child to stop this request; it is answered with ``Cancelled``. Never waits.

        A child that does not listen goes on; only a caller who waits and gives up through ``progress`` has it killed.
        """
        self._life.cancel(self.number)

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
            if timeout is not None and time.monotonic() - alive > timeout:
                self._life.kill()
                raise EnvironmentLacksError(
                    "The {name} process gave no answer for {seconds} seconds and was stopped. Try again.",
                    name=self._life.name, seconds=round(timeout),
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
    ) -> None:
        """``name`` is how messages call the process; ``environment`` adds to this process's own."""
        self.name = name
        self._command = [sys.executable, "-P", "-m", module, *arguments]
        self._environment = dict(environment or {})
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._life: _Life | None = None
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
            head = {"number": pending.number, "operation": operation, "arguments": dict(arguments)}
            life.ask(pending, head, buffers)
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

    def _started(self) -> _Life:
        if self._closed:
            raise InternalError("The {name} process is closed.", name=self.name)
        if self._life is None or not self._life.usable:
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
            self._life = _Life(process, self.name)
            self.session += 1
        return self._life


Outgoing = tuple[dict[str, Any], Sequence[Buffer]]


class _Life:
    """One process from start to end: a thread writes to it, one reads its answers, one keeps its last words.

    Nobody who asks or cancels ever waits for the process, so one that has stopped listening can always be killed.
    """

    def __init__(self, process: subprocess.Popen[bytes], name: str) -> None:
        self.process = process
        self.name = name
        self._lock = threading.Lock()
        self._pending: dict[int, Pending] = {}
        self._over = False
        self._stopped = False
        self._outgoing: queue.SimpleQueue[Outgoing | None] = queue.SimpleQueue()
        self._tail: collections.deque[bytes] = collections.deque(maxlen=STDERR_LINES)
        self._threads = [
            threading.Thread(target=target, name=f"{name}-{what}", daemon=True)
            for what, target in (("requests", self._write), ("answers", self._listen), ("stderr", self._keep_lines))
        ]
        for thread in self._threads:
            thread.start()

    @property
    def usable(self) -> bool:
        """Whether it still makes sense to ask."""
        return not self._over and not self._stopped and self.process.poll() is None

    def ask(self, pending: Pending, head: dict[str, Any], buffers: Sequence[Buffer]) -> None:
        """Queue a request; a process that is gone answers it with ``ChildDied``."""
        with self._lock:
            if not self._over:
                self._pending[pending.number] = pending
                self._outgoing.put((head, buffers))
                return
        pending.events.put(self._death())

    def cancel(self, number: int) -> None:
        """Queue the wish that a request be dropped."""
        with self._lock:
            if number in self._pending:
                self._outgoing.put(({"number": number, "operation": "cancel"}, ()))

    def kill(self) -> None:
        """End it at once."""
        self._stopped = True
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """Let it end by itself, which it does when its input closes; after a while kill it."""
        self._stopped = True
        self._outgoing.put(None)
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.kill()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(GRACE)

    def _write(self) -> None:
        stream = cast(BinaryIO, self.process.stdin)
        with contextlib.suppress(OSError, ValueError):  # the listener sees the same end and tells everyone
            while (item := self._outgoing.get()) is not None:
                write_message(stream, *item)
        with contextlib.suppress(OSError, ValueError):
            stream.close()

    def _listen(self) -> None:
        stream = cast(BinaryIO, self.process.stdout)
        try:
            while (message := read_message(stream)) is not None:
                self._deliver(message)
        except Exception:  # noqa: BLE001  # it speaks something else: not to be trusted any more
            self.process.kill()
        self.process.wait()
        self._threads[2].join(GRACE)
        with self._lock:
            self._over = True
            left = list(self._pending.values())
            self._pending.clear()
        for request in left:
            request.events.put(self._death())
        self._outgoing.put(None)
        with contextlib.suppress(OSError, ValueError):
            stream.close()

    def _keep_lines(self) -> None:
        stream = cast(BinaryIO, self.process.stderr)
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline(STDERR_LINE):
                self._tail.append(line)
        with contextlib.suppress(OSError, ValueError):
            stream.close()

    def _deliver(self, message: Message) -> None:
        number, kind = message.head["number"], message.head["kind"]
        with self._lock:
            request = self._pending.get(number) if kind == "progress" else self._pending.pop(number, None)
        if request is None:
            return
        if kind == "error":
            made = KINDS.get(message.head["error"], InternalError)(message.head["template"], **message.head["values"])
            if message.head.get("traceback"):
                made.add_note(message.head["traceback"])
            request.events.put(made)
        else:
            request.events.put(message)

    def _death(self) -> ChildDied:
        code = self.process.poll()
        if self._stopped:
            death = ChildDied(
                "The {name} process was stopped. Nothing was recorded; it starts again with the next request.",
                name=self.name, code=code,
            )  # fmt: skip
        elif code == -9:
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
        death.stderr = b"".join(self._tail).decode("utf-8", "replace")
        if death.stderr:
            death.add_note(death.stderr)
        return death
