"""Memory that a child process fills and its parent copies out of: how pictures cross without the pipe.

Nothing of it has a name that could be left behind. On Linux it is a sealed ``memfd`` that nobody can shorten, elsewhere
on POSIX a temporary file unlinked at once, inherited as a descriptor; on Windows a section of the paging file, which
goes with its last user. The child may write anything there at any time, so the parent copies first and believes later.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import secrets
import sys
import tempfile
from collections.abc import Sequence

import numpy as np

SLOTS = 2
"""Answers that may be on their way at a time; a third goes through the pipe."""
SLOT_BYTES = 64 << 20
"""Bytes of a slot. Only what is used costs memory; a larger answer (8K BGRA) goes through the pipe."""
LEAST = 1 << 16
"""Bytes below which the pipe is as quick."""
HEAD = 4096
"""Bytes before the first slot; byte n is 1 while slot n waits to be copied."""
SIZE = HEAD + SLOTS * SLOT_BYTES
"""Bytes in all."""
VARIABLE = "FACET_SHARED_MEMORY"
"""The environment variable by which the child finds it."""


class SharedMemory:
    """One piece of memory between two processes: :meth:`put` in the child, :meth:`take` in the parent."""

    def __init__(self, place: str, descriptor: int | None, view: mmap.mmap | None) -> None:
        """Use :meth:`create` or :meth:`inherited`. Without ``view`` everything goes through the descriptor."""
        self._place = place
        self._descriptor = descriptor
        self._view = view

    @classmethod
    def create(cls) -> SharedMemory | None:
        """In the parent, before the child is started; None where the system has none to give."""
        try:
            if sys.platform == "win32":
                name = f"facet-{secrets.token_hex(16)}"
                return cls(name, None, mmap.mmap(-1, SIZE, tagname=name))
            descriptor = _sealed(SIZE)
            if descriptor is not None:
                return cls(f"{descriptor} mapped", descriptor, mmap.mmap(descriptor, SIZE))
            with tempfile.TemporaryFile(prefix="facet-") as file:
                descriptor = os.dup(file.fileno())
            os.ftruncate(descriptor, SIZE)
            return cls(f"{descriptor} file", descriptor, None)
        except (OSError, ValueError):
            return None

    @classmethod
    def inherited(cls) -> SharedMemory | None:
        """In the child: what the parent made, or None. Its own children do not inherit it."""
        place = os.environ.pop(VARIABLE, "")
        if not place:
            return None
        try:
            if sys.platform == "win32":
                return cls(place, None, mmap.mmap(-1, SIZE, tagname=place))
            number, kind = place.split()
            descriptor = int(number)
            os.set_inheritable(descriptor, False)  # noqa: FBT003
            return cls(place, descriptor, mmap.mmap(descriptor, SIZE) if kind == "mapped" else None)
        except (OSError, ValueError):
            return None

    @property
    def environment(self) -> dict[str, str]:
        """What the child's environment needs."""
        return {VARIABLE: self._place}

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What the child must inherit."""
        return () if self._descriptor is None else (self._descriptor,)

    def put(self, buffers: Sequence[memoryview]) -> int | None:
        """Lay ``buffers`` one after another in a free slot and give its number; None where the pipe must serve."""
        size = sum(len(buffer) for buffer in buffers)
        if not LEAST <= size <= SLOT_BYTES:
            return None
        try:
            free = bytes(self._read(0, SLOTS)).find(0)
            if free < 0:
                return None
            place = _place(free)
            for buffer in buffers:
                self._write(place, buffer)
                place += len(buffer)
            self._mark(free, 1)
        except (OSError, ValueError):
            return None
        return free

    def take(self, slot: int, sizes: Sequence[int]) -> list[memoryview]:
        """Copies of the buffers in ``slot``, which is then free. Raises ``ValueError`` for what was never put there."""
        if not (type(slot) is int and 0 <= slot < SLOTS and sum(sizes) <= SLOT_BYTES):
            raise ValueError("no such place in the shared memory")
        buffers, place = [], _place(slot)
        try:
            for size in sizes:
                buffers.append(self._read(place, size))
                place += size
            self._mark(slot, 0)
        except OSError as error:
            raise ValueError("the shared memory can't be read") from error
        return buffers

    def close(self) -> None:
        """Let go of it. May be called twice."""
        view, self._view = self._view, None
        descriptor, self._descriptor = self._descriptor, None
        if view is not None:
            view.close()
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def _read(self, place: int, size: int) -> memoryview:
        view = np.empty(size, np.uint8).data  # not zeroed first, as a bytearray would be
        if self._view is not None:
            with memoryview(self._view) as whole, whole[place : place + size] as part:
                view[:] = part
            return view
        if sys.platform == "win32" or self._descriptor is None:
            raise ValueError("closed")
        got = 0
        while got < size:
            read = os.preadv(self._descriptor, [view[got:]], place + got)
            if not read:
                raise ValueError("the shared memory was cut off")
            got += read
        return view

    def _write(self, place: int, content: memoryview) -> None:
        if self._view is not None:
            self._view[place : place + len(content)] = content
            return
        if sys.platform == "win32" or self._descriptor is None:
            raise ValueError("closed")
        while len(content):
            written = os.pwrite(self._descriptor, content, place)
            place, content = place + written, content[written:]

    def _mark(self, slot: int, value: int) -> None:
        """Through the system where there is a descriptor: then the copying is over before the mark is seen."""
        if sys.platform == "win32" or self._descriptor is None:
            self._write(slot, memoryview(bytes([value])))
        else:
            os.pwrite(self._descriptor, bytes([value]), slot)


def _place(slot: int) -> int:
    return HEAD + slot * SLOT_BYTES


def _sealed(size: int) -> int | None:
    """A ``memfd`` whose length is settled for ever, or None. Were it shortened, who reads its mapping would crash."""
    if sys.platform != "linux":
        return None
    import fcntl

    try:
        descriptor = os.memfd_create("facet", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    except OSError:
        return None
    try:
        os.ftruncate(descriptor, SIZE)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
