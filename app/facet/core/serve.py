"""The far end of :class:`facet.core.child.Child`: a loop that answers requests one at a time.

The process's standard output carries the messages; whatever a library prints there goes to standard error instead.
When the parent is gone, so is this process.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, cast

from facet.core.errors import Cancelled, EnvironmentLacksError, FacetError, InternalError
from facet.core.shared_memory import SharedMemory
from facet.core.wire import Buffer, Message, read_message, write_message

BEAT = 0.05
"""Seconds between two progress messages of one request."""

BREATH = 0.002
"""Seconds after an answer before work ahead goes on: whoever asks one thing after the other need not wait for it."""


@dataclass(slots=True)
class Task:
    """A request as its handler sees it. ``progress`` raises ``Cancelled`` when the parent gave up on it."""

    number: int
    operation: str
    arguments: dict[str, Any]
    buffers: list[Buffer]
    _send: Callable[[dict[str, Any]], None]
    stop: threading.Event = field(default_factory=threading.Event)
    _last: float = 0.0
    _claim: threading.Lock = field(default_factory=threading.Lock)

    def progress(self, done: int, total: int, label: str = "") -> None:
        """Tell the parent how far the work is; a :class:`~facet.core.progress.Progress`."""
        self.check()
        now = time.monotonic()
        if now - self._last >= BEAT or (total and done >= total):
            self._last = now
            self._send({"number": self.number, "kind": "progress", "done": done, "total": total, "label": label})

    def claim(self) -> bool:
        """Whether the caller is the first: who begins the work, or who drops the request before it is begun."""
        return self._claim.acquire(blocking=False)

    def check(self) -> None:
        """Raise ``Cancelled`` if the parent gave up on this request."""
        if self.stop.is_set():
            raise Cancelled


Answer = tuple[dict[str, Any], Sequence[Buffer]]
Handler = Callable[[Task], Answer]


def serve(
    handlers: Mapping[str, Handler],
    *,
    warm: Callable[[], None] | None = None,
    idle: Callable[[], bool] | None = None,
) -> None:
    """Answer requests until the parent closes its end. ``warm`` runs first, while requests already queue.

    ``idle`` is called again and again while nothing is asked: one small step of work ahead, during which a request
    waits; True if there is more of it. After False it is not called until something was asked.
    """
    incoming, outgoing = _private_streams()
    shared = SharedMemory.inherited()
    sending = threading.Lock()

    def send(head: dict[str, Any], buffers: Sequence[Buffer] = ()) -> None:
        try:
            with sending:
                write_message(outgoing, head, buffers, shared)
        except OSError:
            os._exit(0)  # nobody listens any more

    tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
    waiting: dict[int, Task] = {}
    reader = threading.Thread(target=_read, args=(incoming, tasks, waiting, send), name="requests", daemon=True)
    reader.start()
    if warm is not None:
        warm()
    while True:
        task = _next(tasks, idle)
        if not task.claim():
            continue  # cancelled while it queued, and answered
        head, buffers = _answer(task, handlers)
        waiting.pop(task.number, None)
        send({"number": task.number, **head}, buffers)
        del task, buffers


def _next(tasks: queue.SimpleQueue[Task], idle: Callable[[], bool] | None) -> Task:
    pause = BREATH
    while idle is not None:
        try:
            return tasks.get(timeout=pause)
        except queue.Empty:
            pause = 0.0
            if not _more(idle):
                break
    return tasks.get()


def _more(idle: Callable[[], bool]) -> bool:
    """One step ahead. Whatever goes wrong there goes wrong again when it is asked for, and is told then."""
    try:
        return idle()
    except Exception:  # noqa: BLE001
        return False


def _answer(task: Task, handlers: Mapping[str, Handler]) -> Answer:
    try:
        task.check()
        result, buffers = handlers[task.operation](task)
    except FacetError as error:
        return _error(type(error).__mro__, error.template, error.values), ()
    except MemoryError:
        lacking = EnvironmentLacksError("Not enough memory for this job. Choose a smaller picture or box.")
        return _error(type(lacking).__mro__, lacking.template, {}), ()
    except Exception as error:  # noqa: BLE001  # every fault is told to the parent, none ends the loop
        fault = {"reason": f"{type(error).__name__}: {error}"}
        return {
            **_error((InternalError,), "A fault in Facet itself: {reason}.", fault),
            "traceback": traceback.format_exc(),
        }, ()
    return {"kind": "result", "result": result}, buffers


def _error(kinds: Sequence[type], template: str, values: dict[str, Any]) -> dict[str, Any]:
    from facet.core.errors import KINDS

    name = next((kind.__name__ for kind in kinds if kind.__name__ in KINDS), "InternalError")
    plain = {key: value if isinstance(value, (int, str)) else str(value) for key, value in values.items()}
    return {"kind": "error", "error": name, "template": template, "values": plain}


def _read(
    stream: BinaryIO,
    tasks: queue.SimpleQueue[Task],
    waiting: dict[int, Task],
    send: Callable[[dict[str, Any]], None],
) -> None:
    try:
        while (message := read_message(stream)) is not None:
            _enqueue(message, tasks, waiting, send)
    except (OSError, ValueError, KeyError):
        pass
    os._exit(0)  # the parent closed its end: whatever runs is not wanted any more


def _enqueue(
    message: Message,
    tasks: queue.SimpleQueue[Task],
    waiting: dict[int, Task],
    send: Callable[[dict[str, Any]], None],
) -> None:
    number, operation = message.head["number"], message.head["operation"]
    if operation == "cancel":
        task = waiting.get(number)
        if task is not None:
            task.stop.set()
            if task.claim():
                waiting.pop(number, None)
                send({"number": number, **_error((Cancelled,), Cancelled().template, {})})
        return
    task = Task(number, operation, message.head["arguments"], message.buffers, send)
    waiting[number] = task
    tasks.put(task)


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """The pipes to the parent, out of reach of anything that prints or reads."""
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    if sys.platform == "win32":
        import msvcrt

        for handle in (incoming, outgoing):
            msvcrt.setmode(handle, os.O_BINARY)
    return cast(BinaryIO, os.fdopen(incoming, "rb")), cast(BinaryIO, os.fdopen(outgoing, "wb"))
