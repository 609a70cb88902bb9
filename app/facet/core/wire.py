"""Messages between Facet's processes: JSON and raw buffers, never pickles.

One side may be reading hostile footage or a user's model file, so nothing that arrives is executed. A message is a
4-byte little-endian length, that many bytes of UTF-8 JSON (an object whose ``buffers`` lists byte counts), and the
buffers one after another; or, where its ``slot`` names one, the buffers lie in that slot of the shared memory.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from facet.core.shared_memory import SharedMemory

Buffer = bytes | bytearray | memoryview

PIECE = 64 << 20
"""Bytes for which memory is taken at a time while they come."""
HEADER_LIMIT = 64 << 20
BUFFER_LIMIT = 4 << 30
"""Bytes. Larger is not a message of ours but a sign that the other side has lost its way."""


@dataclass(frozen=True, slots=True)
class Message:
    """``head`` is JSON; ``buffers`` raw bytes (pictures mostly; their shape and dtype are in ``head``)."""

    head: dict[str, Any]
    buffers: list[Buffer] = field(default_factory=list)


def write_message(
    stream: BinaryIO, head: dict[str, Any], buffers: Sequence[Buffer] = (), shared: SharedMemory | None = None
) -> None:
    """Send one message and flush it, its buffers through ``shared`` if there is room. Raises ``OSError`` when the
    other side is gone."""
    views = [memoryview(buffer).cast("B") for buffer in buffers]
    sent = {**head, "buffers": [len(view) for view in views]}
    slot = shared.put(views) if shared is not None and views else None
    if slot is not None:
        sent["slot"] = slot
    content = json.dumps(sent, ensure_ascii=False).encode("utf-8")
    stream.write(struct.pack("<I", len(content)) + content)
    if slot is None:
        for view in views:
            stream.write(view)
    stream.flush()


def read_message(stream: BinaryIO, shared: SharedMemory | None = None) -> Message | None:
    """The next message, or None at the end; ``shared`` is where its buffers may lie. Raises ``ValueError`` for what is
    not a message."""
    prefix = _exactly(stream, 4)
    if prefix is None:
        return None
    (length,) = struct.unpack("<I", prefix)
    if length > HEADER_LIMIT:
        raise ValueError("message header too long")
    content = _exactly(stream, length)
    if content is None:
        return None
    head = json.loads(content)
    sizes = head.pop("buffers", []) if isinstance(head, dict) else None
    if not isinstance(sizes, list) or not all(type(size) is int and size >= 0 for size in sizes):
        raise ValueError("not a message")
    if sum(sizes) > BUFFER_LIMIT:
        raise ValueError("message too large")
    slot = head.pop("slot", None)
    if slot is not None:
        if shared is None:
            raise ValueError("not a message")
        return Message(head, [*shared.take(slot, sizes)])
    buffers: list[Buffer] = []
    for size in sizes:
        buffer = _exactly(stream, size)
        if buffer is None:
            return None
        buffers.append(buffer)
    return Message(head, buffers)


def _exactly(stream: BinaryIO, count: int) -> bytearray | None:
    """``count`` bytes, or None where the stream ends before. Memory is taken as the bytes come, not as they are
    announced."""
    content = bytearray(min(count, PIECE))
    got = 0
    while got < count:
        if got == len(content):
            content.extend(bytes(min(count - got, PIECE)))
        with memoryview(content) as view:
            read = stream.readinto(view[got:])  # type: ignore[attr-defined]
        if not read:
            return None
        got += read
    return content
