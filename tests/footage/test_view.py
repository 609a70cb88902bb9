from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from clips import make_clip, read_number
from facet.core import shared_memory
from facet.core.child import ChildDied
from facet.core.errors import Cancelled, InputError, InternalError
from facet.core.interpretation import AS_DECLARED, Interpretation
from facet.core.progress import SILENT, cancellable
from facet.core.serve import Task
from facet.core.shared_memory import SharedMemory
from facet.core.wire import Buffer, Message
from facet.footage import FrameIndex, Reader, View
from facet.footage.indexing import make_index
from facet.footage.server import Session
from facet.footage.view import receive_view
from footages import CLIPS, FRAMES, number_shown

TOLD = ("sample_aspect", "rotation", "interlaced", "corrupt")
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def number(view: View) -> int:
    return read_number(view.picture[..., 2::-1])


def apart(view: View, frame: NDArray[Any]) -> float:
    """Grey levels of 8 bits between a view and its frame, on average."""
    exact = frame >> 8 if frame.dtype == np.uint16 else frame
    return float(np.abs(view.picture[..., 2::-1].astype(int) - exact).mean())


class Here:
    """The decoding process's session in this process: quicker for many kinds of footage, and the same code."""

    def __init__(self, path: Path) -> None:
        self.index, _ = make_index(path, path.name, 0, SILENT)
        place = {"path": os.fsencode(path).decode("latin-1"), "name": path.name}
        head, buffers = self.index.to_wire()
        self.session = Session(64 << 20)
        self.ask("restore", {**place, "stream": 0, "index": head, "heading": 0}, buffers)

    def ask(self, operation: str, arguments: dict[str, object], buffers: Sequence[Buffer] = ()) -> Message:
        task = Task(1, operation, arguments, list(buffers), lambda head: None)
        head, answered = getattr(self.session, operation)(task)
        return Message({"result": head}, [bytearray(buffer) for buffer in answered])

    def see(self, operation: str, index: int) -> View:
        arguments: dict[str, object] = {"index": index, "interpretation": AS_DECLARED.to_json()}
        return receive_view(index, self.index, self.ask(operation, arguments))

    def frame(self, index: int) -> tuple[NDArray[np.uint8], dict[str, Any]]:
        answer = self.ask("frame", {"index": index, "interpretation": AS_DECLARED.to_json()})
        head = answer.head["result"]
        picture = np.frombuffer(answer.buffers[0], head["dtype"]).reshape(head["shape"])
        return picture, {"pts": head["pts"], **head["decoding"]}


@pytest.mark.parametrize("name", CLIPS)
def test_a_view_is_the_frame_as_the_screen_shows_it_and_a_preview_what_it_says(
    clip: Callable[[str], Path], name: str
) -> None:
    here = Here(clip(name))
    count = here.index.count
    for index in (count * 5 // 6, count // 20, count * 2 // 3):
        view = here.see("preview", index)
        assert number_shown(name, view.picture[..., 2::-1]) == view.shown_index
        assert view.index == index
        assert (view.pts, view.seconds) == (here.index.pts_of(view.shown_index), here.index.seconds(view.shown_index))
        assert view.exact <= (view.shown_index == index)
    for index in (0, count - 1, count // 2, max(0, count // 2 - 1)):
        view, (frame, told) = here.see("view", index), here.frame(index)
        assert number_shown(name, view.picture[..., 2::-1]) == index
        assert (view.index, view.shown_index, view.exact) == (index, index, True)
        assert view.picture.shape == (*frame.shape[:2], 4)
        assert (view.height, view.width) == frame.shape[:2]
        assert (view.picture[..., 3] == 255).all()
        assert (view.pts, view.seconds) == (told["pts"], here.index.seconds(index))
        assert apart(view, frame) < 6, "another matrix or range, not just quicker"
        assert [getattr(view, what) for what in TOLD] == [told[what] for what in TOLD]
    assert here.see("preview", count // 2).exact
    for _ in range(300):
        if not here.session.ahead():
            break
    assert number_shown(name, here.see("view", count // 2).picture[..., 2::-1]) == count // 2


def test_a_preview_of_large_footage_is_reduced_and_tells_the_size_of_the_source(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "large.mp4", frames=12, gop=4, size=(1280, 720), sample_aspect=None)
    with Reader.open(path) as reader:
        view = reader.preview(5)
        assert (view.shown_index, view.exact) == (4, False)
        assert view.picture.shape == (360, 640, 4)
        assert (view.width, view.height) == (1280, 720)
        assert number(view) == 4
        assert reader.view(5).picture.shape == (720, 1280, 4)


def test_a_view_is_the_callers_own(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("long-group.mp4")) as reader:
        first = reader.view(10)
        first.picture[:] = 0
        assert number(reader.view(10)) == 10
        kept = [reader.view(index) for index in range(20)]
        assert [number(view) for view in kept] == list(range(20))


def test_several_views_may_be_under_way(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("open-groups.ts")) as reader:
        under_way = [reader.ask_view(index) for index in (30, 31, 32)]
        for index in range(33, 60):
            assert number(under_way.pop(0).view()) == index - 3
            under_way.append(reader.ask_view(index))
        assert [number(request.view()) for request in under_way] == [57, 58, 59]


def test_of_many_views_asked_for_only_the_last_need_be_made(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("long-group.mp4")) as reader:
        requests = []
        for index in range(FRAMES):
            if requests:
                requests[-1].cancel()
            requests.append(reader.ask_view(index))
        assert number(requests[-1].view()) == FRAMES - 1
        for request in requests[:-1]:
            with contextlib.suppress(Cancelled):
                assert number(request.view()) == request.index


@pytest.mark.parametrize("direction", [0, -1])
def test_playing_either_way_shows_every_picture_in_its_turn(clip: Callable[[str], Path], direction: int) -> None:
    walk = range(FRAMES) if direction >= 0 else range(FRAMES - 1, -1, -1)
    with Reader.open(clip("open-groups.mp4")) as reader:
        reader.heading(direction)
        for index in walk:
            assert number(reader.view(index)) == index
            if index % 10 == 0:
                time.sleep(0.02)  # something is read ahead


def test_a_heading_may_be_told_at_any_time(clip: Callable[[str], Path]) -> None:
    reader = Reader.open(clip("long-group.mp4"))
    reader.heading(1)
    reader.heading(-1)
    assert number(reader.view(3)) == 3
    reader.close()
    reader.heading(0)


def test_views_of_several_threads_are_each_their_own(clip: Callable[[str], Path]) -> None:
    wrong: list[object] = []
    with Reader.open(clip("open-groups.mp4")) as reader:

        def look(first: int) -> None:
            for index in range(first, FRAMES, 3):
                view = reader.view(index) if first else reader.preview(index)
                if number(view) != view.shown_index or (first and view.shown_index != index):
                    wrong.append((first, index))

        threads = [threading.Thread(target=look, args=(first,)) for first in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


@pytest.mark.parametrize("index", [-1, FRAMES])
def test_there_is_no_view_outside_the_footage(clip: Callable[[str], Path], index: int) -> None:
    with Reader.open(clip("long-group.mp4")) as reader:
        for ask in (reader.view, reader.preview):
            with pytest.raises(InputError, match=f"0 to {FRAMES - 1}"):
                ask(index)


def test_a_view_follows_the_examiners_interpretation_and_the_next_the_file_again(tmp_path: Path) -> None:
    options = {"flags": "+ilme+ildct", "x264-params": "tff=1"}
    path = make_clip(tmp_path / "fields.ts", frames=12, options=options)
    with Reader.open(path) as reader:
        plain = reader.view(4)
        top = reader.view(4, interpretation=Interpretation(fields="top", sample_aspect="16/15", rotation=90))
        assert top.picture.shape == (48, 192, 4)
        assert (top.width, top.height, top.rotation, top.sample_aspect) == (192, 48, 90, "8/15")
        other = reader.view(4, interpretation=Interpretation(matrix="bt709", colour_range="pc"))
        assert (other.picture != plain.picture).any()
        assert (reader.view(4).picture == plain.picture).all()


def test_a_small_memory_changes_no_picture(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("long-group.mp4"), memory=100_000) as reader:
        reader.heading(-1)
        for index in range(FRAMES - 1, -1, -1):
            assert number(reader.view(index)) == index


def test_without_shared_memory_views_come_through_the_pipe(
    clip: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SharedMemory, "create", classmethod(lambda cls: None))
    with Reader.open(clip("long-group.mp4")) as reader:
        assert [number(reader.view(index)) for index in (9, 8, 40)] == [9, 8, 40]


@posix
def test_without_sealed_memory_views_come_through_a_file_without_a_name(
    clip: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_memory, "_sealed", lambda size: None)
    with Reader.open(clip("long-group.mp4")) as reader:
        assert [number(reader.view(index)) for index in (9, 8, 40)] == [9, 8, 40]


@posix
def test_a_process_killed_in_mid_scrub_costs_what_was_under_way_and_nothing_more(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("open-groups.ts")) as reader:
        reader.heading(-1)
        for index in (50, 20, 60):
            assert number(reader.view(index)) == index
            pid = reader.pid
            assert pid is not None
            os.kill(pid, signal.SIGSTOP)
            under_way = [reader.ask_view(n) for n in (index, index + 1, index + 2)]
            os.kill(pid, signal.SIGKILL)
            for request in under_way:
                with pytest.raises(ChildDied):
                    request.view()
        assert number(reader.view(13)) == 13
        assert number(reader.preview(13)) == 13


@posix
def test_waiting_for_a_view_of_a_hanging_process_can_be_cancelled(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("long-group.mp4")) as reader:
        assert reader.pid is not None
        os.kill(reader.pid, signal.SIGSTOP)
        stop = threading.Event()
        threading.Timer(0.2, stop.set).start()
        with pytest.raises(Cancelled):
            reader.view(3, cancellable(stop))
        assert number(reader.view(3)) == 3


def test_footage_that_vanished_while_the_process_was_dead_is_told_with_every_request(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "vanishing.mp4", frames=6)
    with Reader.open(path) as reader:
        pid = reader.pid
        assert pid is not None
        os.kill(pid, signal.SIGTERM)
        path.unlink()
        time.sleep(0.3)
        for _ in range(2):
            with pytest.raises(InputError, match=r"vanishing\.mp4"):
                reader.view(2)


@pytest.fixture(scope="module")
def index(clip: Callable[[str], Path]) -> FrameIndex:
    return make_index(clip("long-group.mp4"), "long-group.mp4", 0, SILENT)[0]


ANSWER = {
    "index": 4, "shown": 4, "exact": True, "pts": 2048, "rows": 2, "columns": 3, "width": 3, "height": 2,
    "rotation": 0, "sample_aspect": "16/15", "interlaced": False, "corrupt": False,
}  # fmt: skip


@pytest.mark.parametrize(
    "lie",
    [
        {"index": 5}, {"shown": 5}, {"shown": -1}, {"shown": FRAMES}, {"shown": "4"}, {"shown": True}, {"pts": 2049},
        {"pts": None}, {"rows": 3}, {"rows": -2, "columns": -3}, {"rows": 0}, {"width": 2}, {"height": 1},
        {"columns": 3.5e9}, {"exact": 1}, {"exact": False, "shown": 3}, {"rows": "two"}, {"rows": None},
        {"rows": 1, "columns": 6},
    ],
)  # fmt: skip
def test_no_view_is_believed_that_is_not_what_was_asked_for(
    clip: Callable[[str], Path], lie: dict[str, object]
) -> None:
    with Reader.open(clip("long-group.mp4")) as reader:
        index = reader.index
    said = {**ANSWER, "pts": index.pts_of(4)}
    message = Message({"kind": "result", "result": said}, [bytearray(24)])
    assert receive_view(4, index, message).picture.shape == (2, 3, 4)
    with pytest.raises(InternalError):
        receive_view(4, index, replace(message, head={"result": {**said, **lie}}))
    for buffers in ([], [bytearray(23)], [bytearray(25)]):
        with pytest.raises(InternalError):
            receive_view(4, index, replace(message, buffers=buffers))


@pytest.mark.parametrize("told", ["0/1", "1/0", "x", 7, None, "9" * 40 + "/1", "-1/2", "1/2\n"])
def test_an_aspect_or_rotation_that_is_none_is_left_out(index: FrameIndex, told: object) -> None:
    said = {**ANSWER, "pts": index.pts_of(4), "sample_aspect": told, "rotation": 45}
    view = receive_view(4, index, Message({"result": said}, [bytearray(24)]))
    assert (view.sample_aspect, view.rotation) == (None, None)
