"""Footage as exact frames. The decoding happens in a process of its own, which hostile footage may crash."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np

from facet.core.canonical import Json, canonical_json
from facet.core.child import Pending
from facet.core.clock import decimal
from facet.core.digest import picture_digest
from facet.core.errors import InputError, InternalError
from facet.core.frame import Decoding, Frame, FrameName
from facet.core.i18n import N_
from facet.core.interpretation import AS_DECLARED, Interpretation
from facet.core.progress import SILENT, Progress
from facet.core.wire import Message
from facet.footage.index import parse_seconds
from facet.footage.opening import SILENCE, Known, Opened, open_footage, shown_name, wire_place
from facet.footage.stored_index import StoredIndex
from facet.footage.view import View, ViewRequest, receive_view

DIGEST = re.compile("[0-9a-f]{64}")


class FrameRequest:
    """A frame that is being decoded. Drop it with :meth:`cancel` as soon as another is wanted more."""

    def __init__(self, reader: Reader, index: int, interpretation: Interpretation, pending: Pending) -> None:
        self.index = index
        self._reader = reader
        self._interpretation = interpretation
        self._pending = pending

    def cancel(self) -> None:
        """Ask for it no more; :meth:`frame` then raises ``Cancelled``, unless it is there already."""
        self._pending.cancel()

    def frame(self, progress: Progress = SILENT) -> Frame:
        """Wait for the frame. Raises ``InputError``, ``Cancelled`` (also through ``progress``), ``ChildDied``."""
        answer = self._pending.wait(progress, timeout=SILENCE)
        return self._reader.receive(self.index, self._interpretation, answer)


class Reader:
    """One footage, open. A context manager; may be used from several threads, whose requests are answered in turn."""

    def __init__(self, opened: Opened) -> None:
        """Use :meth:`open`."""
        self.path = opened.path
        self.sha256 = opened.sha256
        self.md5 = opened.md5
        """As old reports have it, and no proof; None where the SHA-256 was known before."""
        self.size = opened.size
        self.probe = opened.probe
        self.index = opened.index
        self.decoder = opened.decoder
        """The build that reads it, in one line."""
        self.restored = opened.restored
        """Whether the index was a stored one."""
        self._found = opened.found
        self._child = opened.child
        self._lock = threading.Lock()
        self._session = opened.child.session
        self._heading = 0

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        progress: Progress = SILENT,
        sha256: str | None = None,
        known: Known | None = None,
        memory: int | None = None,
    ) -> Self:
        """Probe, index and hash ``path``; ``sha256`` spares the hashing where the digest is known, ``known`` the
        indexing where it holds for this digest and this decoder. ``memory``: bytes of decoded pictures to keep, 0 or
        None for what suits the machine.

        Raises ``InputError`` for whatever can't be read (a truncated file opens, with warnings), ``Cancelled`` through
        ``progress``, ``EnvironmentLacksError`` where the decoding process fails.
        """
        return cls(open_footage(path, progress=progress, sha256=sha256, known=known, memory=memory))

    @cached_property
    def stored_index(self) -> StoredIndex | None:
        """The index to be kept, and to be given as ``known`` another time; None where it is too long for that."""
        return StoredIndex.pack(self.index, self._found, sha256=self.sha256, decoder=self.decoder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the decoding process. May be called twice."""
        self._child.close()

    @property
    def count(self) -> int:
        """Pictures."""
        return self.index.count

    @property
    def pid(self) -> int | None:
        """The decoding process's number, None while it does not run."""
        return self._child.pid

    def request(self, index: int, interpretation: Interpretation = AS_DECLARED) -> FrameRequest:
        """Ask for a frame, understood in this way, without waiting. Raises ``InputError`` where there is none."""
        return FrameRequest(self, int(index), interpretation, self._ask("frame", index, interpretation))

    def frame(self, index: int, progress: Progress = SILENT, interpretation: Interpretation = AS_DECLARED) -> Frame:
        """The frame itself, never a neighbour. Raises ``InputError`` when there is none of that index or it can't be
        decoded, ``ChildDied`` when the decoding process dies over it (the next request starts another)."""
        return self.request(index, interpretation).frame(progress)

    def ask_view(self, index: int, interpretation: Interpretation = AS_DECLARED) -> ViewRequest:
        """Ask for a view without waiting; several may be under way. Raises ``InputError`` where there is none."""
        return ViewRequest(index, self._ask("view", index, interpretation), self._viewed(index))

    def view(self, index: int, progress: Progress = SILENT, interpretation: Interpretation = AS_DECLARED) -> View:
        """The picture itself, never a neighbour, as the screen shows it. Raises as :meth:`frame` does."""
        return self.ask_view(index, interpretation).view(progress)

    def preview(self, index: int, progress: Progress = SILENT, interpretation: Interpretation = AS_DECLARED) -> View:
        """At once: the picture itself if it is at hand, else the nearest keyframe, reduced. Raises as :meth:`frame`."""
        return ViewRequest(index, self._ask("preview", index, interpretation), self._viewed(index)).view(progress)

    def heading(self, direction: int) -> None:
        """Say which way playing goes: 1, -1, or 0 at rest. The decoding process reads ahead that way while nothing is
        asked, and what lies on the other side leaves its memory first. Never waits."""
        self._heading = (direction > 0) - (direction < 0)
        if self._child.alive:
            self._submit("heading", {"direction": self._heading})

    def frame_at(self, seconds: Fraction | float | str, progress: Progress = SILENT) -> Frame:
        """The last frame not later than ``seconds`` after the first. Raises ``InputError`` outside the footage."""
        return self.frame(self.index_at(seconds), progress)

    def index_at(self, seconds: Fraction | float | str) -> int:
        """The index of the last frame not later than ``seconds`` after the first. Raises ``InputError``."""
        exact = parse_seconds(seconds)
        if not 0 <= exact <= self.index.end:
            raise InputError(
                "{name}: there is no frame at {seconds} s; the footage lasts from 0 to {end} s.",
                name=shown_name(self.path), seconds=str(seconds), end=decimal(self.index.end),
            )  # fmt: skip
        return self.index.at(exact)

    def seconds(self, index: int) -> Fraction:
        """Seconds from the first frame to this one, exactly."""
        return self.index.seconds(index)

    def digests(self, progress: Progress = SILENT) -> Iterator[dict[str, Json]]:
        """``{"index", "pts", "time", "key", "sha256"}`` of every frame in presentation order; ``time`` in decimal
        seconds, ``sha256`` the picture digest. Raises as :meth:`frame` does."""
        number = 0
        while number < self.count:
            progress(number, self.count, N_("Computing the digests of the pictures"))
            pending = self._submit("digests", {"first": number})
            rows = pending.wait(_still(progress, number, self.count), timeout=SILENCE).head["result"]["rows"]
            told = [(row["index"], row["pts"]) for row in rows]
            if not told or told != [(each, self.index.pts_of(each)) for each in range(number, number + len(told))]:
                raise _another(number)
            yield from rows
            number += len(rows)
        progress(self.count, self.count, N_("Computing the digests of the pictures"))

    def receive(self, index: int, interpretation: Interpretation, message: Message) -> Frame:
        """The frame that ``message`` carries, understood in this way; nothing in it is believed that can be checked.
        Raises ``InternalError``."""
        try:
            return self._received(index, interpretation, message)
        except (KeyError, IndexError, TypeError, ValueError, OverflowError) as error:
            raise _another(index) from error

    def _received(self, index: int, interpretation: Interpretation, message: Message) -> Frame:
        answer: dict[str, Any] = message.head["result"]
        canonical_json(answer["decoding"])  # what can't be recorded is refused here
        decoding = Decoding(**answer["decoding"])
        if answer["index"] != index or answer["pts"] != self.index.pts_of(index):
            raise _another(index)
        if (decoding.overrides, decoding.fields) != (interpretation.overrides(), interpretation.fields):
            raise ValueError("understood in another way")
        if not DIGEST.fullmatch(answer["planes_sha256"]):
            raise ValueError("no digest")
        picture = np.frombuffer(message.buffers[0], answer["dtype"]).reshape(answer["shape"])
        return Frame(
            name=FrameName(
                footage_sha256=self.sha256,
                stream=self.probe.stream,
                index=index,
                pts=answer["pts"],
                time_base=self.index.time_base,
            ),
            picture=picture,
            picture_sha256=picture_digest(picture),
            planes_sha256=answer["planes_sha256"],
            decoding=decoding,
            seconds=self.seconds(index),
        )

    def _viewed(self, index: int) -> Callable[[Message], View]:
        return lambda message: receive_view(index, self.index, message)

    def _ask(self, operation: str, index: int, interpretation: Interpretation) -> Pending:
        if not 0 <= index < self.count:
            raise InputError(
                "{name}: there is no frame {index}; frames are numbered 0 to {last}.",
                name=shown_name(self.path), index=index, last=self.count - 1,
            )  # fmt: skip
        return self._submit(operation, {"index": int(index), "interpretation": interpretation.to_json()})

    def _submit(self, operation: str, arguments: dict[str, Any]) -> Pending:
        """Queue a request; where the process was started anew, its index first, which nobody can then cancel."""
        with self._lock:
            self._child.start()
            if self._child.session != self._session:
                head, buffers = self.index.to_wire()
                self._child.submit(
                    "restore",
                    {**wire_place(self.path), "stream": self.probe.stream, "index": head, "heading": self._heading},
                    buffers,
                )
                self._session = self._child.session
            return self._child.submit(operation, arguments)


def _another(index: int) -> InternalError:
    return InternalError("The decoding process answered with another frame than frame {index}.", index=index)


def _still(progress: Progress, reached: int, count: int) -> Progress:
    """Keeps asking whether to stop while the count stands."""

    def report(done: int, total: int, label: str = "") -> None:
        progress(reached, count, N_("Computing the digests of the pictures"))

    return report
