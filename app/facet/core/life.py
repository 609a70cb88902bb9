"""One child process from start to end, as :class:`facet.core.child.Child` sees it."""

from __future__ import annotations

import collections
import contextlib
import queue
import string
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import Any, BinaryIO, TypeAlias, cast

from facet.core.errors import KINDS, EnvironmentLacksError, FacetError
from facet.core.i18n import _
from facet.core.shared_memory import SharedMemory
from facet.core.wire import Buffer, Message, read_message, write_message

GRACE = 1.0
"""Seconds a child has to answer a cancellation, or to end by itself, before it is killed."""
STDERR_LINES = 40
STDERR_LINE = 4096
"""What is kept of a process's last words: lines, and bytes of a line."""

Events: TypeAlias = "queue.SimpleQueue[Message | FacetError]"
"""What is heard of one request: progress, and at last a result or an error."""
Outgoing: TypeAlias = tuple[dict[str, Any], Sequence[Buffer]]


class ChildDied(EnvironmentLacksError):  # noqa: N818  # an event, told to the user
    """The process ended before it answered. ``code`` is its exit code (negative: the signal)."""

    def __init__(self, template: str, /, **values: Any) -> None:
        super().__init__(template, **values)
        self.code: int | None = values.get("code")
        self.stderr: str = ""


class Life:
    """One process from start to end: a thread writes to it, one reads its answers, one keeps its last words.

    Nobody who asks or cancels ever waits for the process, so one that has stopped listening can always be killed.
    """

    def __init__(self, process: subprocess.Popen[bytes], name: str, shared: SharedMemory | None = None) -> None:
        """``shared`` is closed when the process is over."""
        self.process = process
        self.name = name
        self.heard = time.monotonic()
        """When it last said anything, to whomever."""
        self._shared = shared
        self._lock = threading.Lock()
        self._pending: dict[int, Events] = {}
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

    def ask(self, number: int, events: Events, head: dict[str, Any], buffers: Sequence[Buffer]) -> None:
        """Queue a request, answered in ``events``; a process that is gone answers with ``ChildDied``."""
        with self._lock:
            if not self._over:
                self._pending[number] = events
                self._outgoing.put(({"number": number, **head}, buffers))
                return
        events.put(self._death())

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
            while (message := read_message(stream, self._shared)) is not None:
                self.heard = time.monotonic()
                self._deliver(message)
        except Exception:  # noqa: BLE001  # it speaks something else: not to be trusted any more
            self._stopped = True
            self.process.kill()
        self.process.wait()
        if self._shared is not None:
            self._shared.close()
        self._threads[2].join(GRACE)
        with self._lock:
            self._over = True
            left = list(self._pending.values())
            self._pending.clear()
        for events in left:
            events.put(self._death())
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
        event = _event(message)
        number = message.head["number"]
        with self._lock:
            progress = message.head["kind"] == "progress"
            events = self._pending.get(number) if progress else self._pending.pop(number, None)
        if events is not None:
            events.put(event)

    def _death(self) -> ChildDied:
        code = self.process.poll()
        if self._stopped:
            death = ChildDied(
                "The {name} process was stopped. Nothing was recorded; it starts again with the next request.",
                name=_(self.name), code=code,
            )  # fmt: skip
        elif code == -9:
            death = ChildDied(
                "The {name} process was killed, most likely for lack of memory. Nothing was recorded; "
                "close other programs or choose a smaller job, then try again.",
                name=_(self.name), code=code,
            )  # fmt: skip
        else:
            death = ChildDied(
                "The {name} process ended unexpectedly (exit code {code}). Nothing was recorded; "
                "it starts again with the next request.",
                name=_(self.name), code=code,
            )  # fmt: skip
        death.stderr = b"".join(self._tail).decode("utf-8", "replace")
        if death.stderr:
            death.add_note(death.stderr)
        return death


def _event(message: Message) -> Message | FacetError:
    """What the asker is told. Raises where ``message`` is not what a child of ours would send."""
    head = message.head
    if head["kind"] == "error":
        made = KINDS[head["error"]](head["template"], **head["values"])
        if made.values:
            _check(made.template, made.values)
        str(made)  # a template that can't be filled is not ours
        if head.get("traceback"):
            made.add_note(str(head["traceback"]))
        return made
    if head["kind"] == "progress":
        head["done"], head["total"], head["label"] = int(head["done"]), int(head["total"]), str(head["label"])
    elif head["kind"] != "result":
        raise ValueError("not an answer")
    return message


def _check(template: str, values: dict[str, Any]) -> None:
    """Raise ``ValueError`` unless the places are names and nothing more, and the values text or numbers. A width would
    let the other side fill our memory."""
    places = string.Formatter().parse(template)
    plain = all(name is None or (name.isidentifier() and not (width or turn)) for _text, name, width, turn in places)
    if not plain or not all(isinstance(value, (int, str)) for value in values.values()):
        raise ValueError("not a sentence of ours")
