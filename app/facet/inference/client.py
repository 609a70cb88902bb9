"""The parent's side of the inference process. No torch here, so a window opens without it."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

import numpy as np

from facet.core.child import POLL, Child
from facet.core.descriptor import Descriptor
from facet.core.errors import Cancelled, FacetError, InternalError
from facet.core.frame import Picture
from facet.core.geometry import Box, Face
from facet.core.i18n import N_
from facet.core.progress import SILENT, Progress
from facet.core.run import Enhanced, EnhanceRequest, describe
from facet.core.spread import ensure_complete
from facet.core.wire import Buffer, Message

MODULE = "facet.inference.server"
ENVIRONMENT = {"CUBLAS_WORKSPACE_CONFIG": ":4096:8"}
"""cuBLAS reads it when CUDA starts; without it results may vary."""

T = TypeVar("T")


class Asked(Generic[T]):
    """One question to the inference process. It runs when it is waited for, after those that came before it."""

    def __init__(
        self,
        client: InferenceClient,
        operation: str,
        arguments: Mapping[str, Any],
        buffers: Sequence[Buffer],
        read: Callable[[Message], T],
    ) -> None:
        self._client = client
        self._operation, self._arguments, self._buffers = operation, arguments, buffers
        self._read = read
        self._unwanted = threading.Event()

    def cancel(self) -> None:
        """Give up, from any thread: :meth:`wait` raises ``Cancelled`` within two seconds."""
        self._unwanted.set()

    def wait(self, progress: Progress = SILENT) -> T:
        """The answer. ``progress`` runs in this thread and may raise ``Cancelled``, which is how a caller gives up.

        Raises what went wrong: ``InputError``, ``EnvironmentLacksError`` (the process died, memory), ``Cancelled``.
        """

        def watched(done: int, total: int, label: str = "") -> None:
            if self._unwanted.is_set():
                raise Cancelled
            progress(done, total, label)

        return self._read(self._client.ask(self._operation, self._arguments, self._buffers, watched))


class InferenceClient:
    """One inference process, started by the first question or by :meth:`start`. Safe from several threads.

    Questions are put one at a time, in the order they come; one that is given up while it waits never reaches the
    process. A process that does not listen to a cancellation is killed, and another one warmed in its place.
    """

    def __init__(self, *, module: str = MODULE, environment: Mapping[str, str] | None = None) -> None:
        self._child = Child(module, name=N_("inference"), environment={**ENVIRONMENT, **(environment or {})})
        self._turns = threading.Condition()
        self._numbers = itertools.count()
        self._queue: list[int] = []
        self._closed = False

    def __enter__(self) -> InferenceClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the process so that it is warm when it is needed. Returns at once."""
        self._child.start()

    def close(self) -> None:
        """End the process for good; questions under way are answered with an error. May be called twice."""
        self._closed = True
        self._child.close()

    @property
    def pid(self) -> int | None:
        """The process's number, or None when it is not running."""
        return self._child.pid

    def enhance(self, request: EnhanceRequest, progress: Progress = SILENT) -> Enhanced:
        """Run a backend; see :class:`~facet.core.run.Enhanced`."""
        return self.submit_enhance(request).wait(progress)

    def detect(
        self, picture: Picture, *, minimum_face: int = 20, rotation: int = 0, progress: Progress = SILENT
    ) -> list[Face]:
        """Faces in ``picture``, RGB uint8 or uint16 (H, W, 3), the most certain first.

        ``minimum_face`` is the side of the smallest face searched for, in pixels; ``rotation`` the clockwise degrees
        that make the picture upright. Boxes and landmarks are in the picture's own pixels.
        """
        return self.submit_detect(picture, minimum_face=minimum_face, rotation=rotation).wait(progress)

    def detect_all(
        self, pictures: Sequence[Picture], *, minimum_face: int = 20, rotation: int = 0, progress: Progress = SILENT
    ) -> list[list[Face]]:
        """:meth:`detect` of each of several pictures, searched side by side; ``progress`` counts pictures."""
        solid = [np.ascontiguousarray(picture) for picture in pictures]
        arguments = {
            "pictures": [describe(picture) for picture in solid],
            "minimum_face": minimum_face,
            "rotation": rotation,
        }
        asked = self._asked(
            "detect_all", arguments, [picture.data for picture in solid],
            lambda got: [[_face(face) for face in faces] for faces in _result(got)["faces"]],
        )  # fmt: skip
        return asked.wait(progress)

    def inspect(self, path: Path, progress: Progress = SILENT) -> dict[str, Any]:
        """What a user's model file is: ``architecture``, ``scale``, ``parameters``, ``weights_sha256`` and more."""
        return self._asked("inspect", {"path": str(path)}, (), _result).wait(progress)

    def devices(self, progress: Progress = SILENT) -> list[dict[str, Any]]:
        """What the machine computes on, the processor first: ``id``, ``name``, ``memory_bytes``, ``precisions``."""
        return self._asked("devices", {}, (), lambda message: list(_result(message)["devices"])).wait(progress)

    def submit_enhance(self, request: EnhanceRequest) -> Asked[Enhanced]:
        """:meth:`enhance`, to be waited for or cancelled."""
        solid = cast(Picture, np.ascontiguousarray(request.picture))
        arguments, buffers = dataclasses.replace(request, picture=solid).to_wire()
        return self._asked("enhance", arguments, buffers, lambda got: _enhanced(got, request.descriptor))

    def submit_detect(self, picture: Picture, *, minimum_face: int = 20, rotation: int = 0) -> Asked[list[Face]]:
        """:meth:`detect`, to be waited for or cancelled."""
        solid = np.ascontiguousarray(picture)
        arguments = {"picture": describe(solid), "minimum_face": minimum_face, "rotation": rotation}
        return self._asked(
            "detect", arguments, [solid.data], lambda got: [_face(face) for face in _result(got)["faces"]]
        )

    def _asked(
        self,
        operation: str,
        arguments: Mapping[str, Any],
        buffers: Sequence[Buffer],
        read: Callable[[Message], T],
    ) -> Asked[T]:
        return Asked(self, operation, arguments, buffers, read)

    def ask(
        self, operation: str, arguments: Mapping[str, Any], buffers: Sequence[Buffer], progress: Progress
    ) -> Message:
        """Put one raw question when its turn comes; :class:`Asked` gives it a type."""
        number = self._await_turn(progress)
        try:
            return self._child.call(operation, arguments, buffers, progress=progress)
        except Cancelled:
            if not self._child.alive:
                self._warm_again()
            raise
        except FacetError as error:
            if error.values.get("restart"):
                self._child.kill()
                self._warm_again()
            raise
        finally:
            self._leave(number)

    def _await_turn(self, progress: Progress) -> int:
        with self._turns:
            number = next(self._numbers)
            self._queue.append(number)
        try:
            while True:
                with self._turns:
                    if self._queue[0] == number:
                        return number
                    self._turns.wait(POLL)
                progress(0, 0, N_("Waiting for the run before"))
        except BaseException:
            self._leave(number)
            raise

    def _leave(self, number: int) -> None:
        with self._turns:
            self._queue.remove(number)
            self._turns.notify_all()

    def _warm_again(self) -> None:
        if not self._closed:
            with contextlib.suppress(InternalError):  # closed meanwhile
                self._child.start()


def _result(message: Message) -> dict[str, Any]:
    result: dict[str, Any] = message.head["result"]
    return result


def _enhanced(message: Message, descriptor: Descriptor) -> Enhanced:
    """The answer, unless it is one of several pictures without the map of their spread: nobody gets to see that."""
    made = Enhanced.from_wire(_result(message), message.buffers)
    ensure_complete(descriptor.architecture, descriptor.id, made.companions)
    return made


def _face(fields: dict[str, Any]) -> Face:
    return Face(
        box=Box(**fields["box"]),
        landmarks=tuple((float(x), float(y)) for x, y in fields["landmarks"]),
        confidence=float(fields["confidence"]),
    )
