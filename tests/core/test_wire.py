"""Messages between processes: what goes in comes out, and nonsense is refused."""

from __future__ import annotations

import io
import struct
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facet.core import wire
from facet.core.wire import HEADER_LIMIT, read_message, write_message

HEADS = st.dictionaries(
    st.text().filter(lambda name: name not in ("buffers", "slot")), st.none() | st.integers() | st.text()
)


@given(head=HEADS, buffers=st.lists(st.binary(max_size=200), max_size=4))
def test_what_goes_in_comes_out(head: dict[str, object], buffers: list[bytes]) -> None:
    stream = io.BytesIO()
    write_message(stream, head, buffers)
    write_message(stream, {"next": True})
    stream.seek(0)
    message = read_message(stream)
    assert message is not None
    assert message.head == head
    assert [bytes(buffer) for buffer in message.buffers] == buffers
    after = read_message(stream)
    assert after is not None
    assert after.head == {"next": True}
    assert read_message(stream) is None


@given(cut=st.integers(min_value=0, max_value=60))
def test_a_stream_that_ends_in_the_middle_is_an_end(cut: int) -> None:
    stream = io.BytesIO()
    write_message(stream, {"operation": "frame"}, [b"x" * 40])
    content = stream.getvalue()
    assert read_message(io.BytesIO(content[: min(cut, len(content) - 1)])) is None


@pytest.mark.parametrize(
    "content",
    [
        struct.pack("<I", HEADER_LIMIT + 1),
        struct.pack("<I", 4) + b"[]  ",
        struct.pack("<I", 4) + b"nope",
        struct.pack("<I", 2) + b"\xff\xfe",
        struct.pack("<I", 28) + b'{"buffers":[99999999999999]}',
    ],
)
def test_nonsense_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # json, unicode and our own are all ValueErrors
        read_message(io.BytesIO(content))


def test_what_is_only_announced_takes_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "PIECE", 1000)
    sent = io.BytesIO()
    write_message(sent, {"n": 1}, [bytes(range(256)) * 20])
    whole = read_message(io.BytesIO(sent.getvalue()))
    assert whole is not None
    assert bytes(whole.buffers[0]) == bytes(range(256)) * 20
    tracemalloc.start()
    try:
        announced = b'{"buffers": [4000000000]}'
        assert read_message(io.BytesIO(len(announced).to_bytes(4, "little") + announced + b"few")) is None
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
