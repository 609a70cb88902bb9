from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from clips import make_clip, make_still, read_number
from facet.core.canonical import canonical_json
from facet.core.child import ChildDied
from facet.core.digest import picture_digest, sha256_file
from facet.core.errors import Cancelled, EnvironmentLacksError, InputError, InternalError
from facet.core.interpretation import AS_DECLARED
from facet.core.progress import cancellable
from facet.core.wire import Message
from facet.footage import Reader
from facet.footage import reader as reader_module
from footages import FRAMES, VARIABLE

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")

PATIENCE = 8
"""Seconds. Meant are two; a busy machine may need more, and what is waited for here would last for ever."""


def _set() -> threading.Event:
    event = threading.Event()
    event.set()
    return event


def test_the_side_that_asks_imports_no_decoder() -> None:
    script = (
        "import sys, facet.footage, facet.footage.reader; print([m for m in sys.modules if m.split('.')[0] == 'av'])"
    )
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown.strip() == "[]"


def test_a_frame_says_what_it_is(clip: Callable[[str], Path]) -> None:
    path = clip("long-group.mp4")
    with Reader.open(path) as reader:
        frame = reader.frame(9)
        assert frame.name.footage_sha256 == reader.sha256 == sha256_file(path)
        assert (frame.width, frame.height) == (192, 96) == (reader.probe.width, reader.probe.height)
        assert frame.picture_sha256 == picture_digest(frame.picture)
        assert frame.seconds == Fraction(9, 25)
        assert frame.name.pts is not None
        assert frame.name.pts * frame.name.time_base == Fraction(9, 25)
        assert (frame.decoding.codec, frame.decoding.pixel_format, frame.decoding.bits) == ("h264", "yuv420p", 8)
        assert frame.decoding.picture_type in {"I", "P", "B"}
        canonical_json(frame.record())


def test_the_probe_is_canonical_json_and_counts_what_was_decoded(clip: Callable[[str], Path]) -> None:
    for name in ("long-group.mkv", "open-groups.ts", "still.png", "raw.h264"):
        with Reader.open(clip(name)) as reader:
            facts = reader.probe.to_json()
            canonical_json(facts)
            assert facts["frames"] == reader.count
            assert facts["size_bytes"] == clip(name).stat().st_size
            assert facts["streams"][reader.probe.stream]["type"] == "video"
            assert "libavcodec" in facts["decoder"]


def test_what_to_know_of_a_footage_can_be_said_in_another_language(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("raw.h264")) as reader:
        place = next(n for n, remark in enumerate(reader.probe.remarks) if "rate" in remark.values)
        remark = reader.probe.remarks[place]
        assert str(remark) == reader.probe.warnings[place]
        assert "its rate, 25 pictures" in str(remark)
        assert remark.localised(lambda _: "초당 {rate}장") == "초당 25장"


def test_a_known_digest_spares_the_hashing(clip: Callable[[str], Path]) -> None:
    labels: set[str] = set()
    known = sha256_file(clip("long-group.mp4"))
    with Reader.open(
        clip("long-group.mp4"), sha256=known, progress=lambda _d, _t, label="": labels.add(label)
    ) as reader:
        assert reader.sha256 == known
    assert not any("digest of the file" in label for label in labels)


def test_the_last_frame_not_later_is_found_by_time(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("variable-rate.mp4")) as reader:
        for index in (0, 1, 30, FRAMES - 1):
            exact = reader.seconds(index)
            assert abs(exact - Fraction(VARIABLE[index] - VARIABLE[0], 1000)) < Fraction(1, 1000)
            assert reader.index_at(exact) == index
            assert reader.frame_at(exact).name.index == index
            if index:
                assert reader.index_at(exact - Fraction(1, 100_000)) == index - 1
        assert read_number(reader.frame_at(str(float(reader.seconds(30)) + 0.001)).picture) == 30


@pytest.mark.parametrize("moment", ["-0.1", "1000", "soon", "nan", "inf", "1/0", -1, float("nan"), float("inf")])
def test_a_time_outside_the_footage_is_refused(clip: Callable[[str], Path], moment: str | float) -> None:
    with Reader.open(clip("long-group.mp4")) as reader, pytest.raises(InputError):
        reader.frame_at(moment)


@pytest.mark.parametrize("index", [-1, FRAMES, 10**9])
def test_an_index_outside_the_footage_is_refused_with_the_range(clip: Callable[[str], Path], index: int) -> None:
    with Reader.open(clip("long-group.mp4")) as reader, pytest.raises(InputError, match=f"0 to {FRAMES - 1}"):
        reader.frame(index)


def test_rotation_and_pixel_shape_are_told_and_not_applied(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "turned.mp4", frames=3, rotation=-90, sample_aspect=Fraction(16, 15))
    with Reader.open(path) as reader:
        frame = reader.frame(1)
        assert (frame.width, frame.height) == (192, 96)
        assert frame.decoding.rotation == reader.probe.rotation == 90
        assert frame.decoding.sample_aspect == reader.probe.sample_aspect == "16/15"


def test_interlaced_pictures_are_told(tmp_path: Path) -> None:
    options = {"flags": "+ilme+ildct", "x264-params": "tff=1"}
    with Reader.open(make_clip(tmp_path / "fields.ts", frames=12, options=options)) as reader:
        assert reader.probe.interlaced
        assert reader.probe.field_order == reader.frame(3).decoding.field_order == "tt"
        assert reader.frame(3).decoding.interlaced


@posix
def test_a_killed_decoder_is_told_plainly_and_the_next_request_goes_on(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("open-groups.ts")) as reader:
        before = reader.frame(40)
        pid = reader.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        request = reader.request(50)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(ChildDied, match=r"^The decoding process was killed"):
            request.frame()
        again = reader.frame(40)
        assert again.planes_sha256 == before.planes_sha256
        assert again.picture_sha256 == before.picture_sha256
        assert reader.pid not in {None, pid}


@pytest.mark.parametrize(
    "lie",
    [
        {"index": 5}, {"pts": None}, {"shape": [1, 1, 3]}, {"shape": None}, {"dtype": "O"}, {"dtype": "float32"},
        {"planes_sha256": "x"}, {"planes_sha256": None}, {"decoding": {}}, {"decoding": None},
        {"decoding": {"rotation": 0.5}}, {"decoding": {"fields": "top"}}, {"decoding": {"overrides": {"rotation": 90}}},
    ],
)  # fmt: skip
def test_no_frame_is_believed_that_is_not_what_was_asked_for(clip: Callable[[str], Path], lie: dict[str, Any]) -> None:
    with Reader.open(clip("long-group.mp4")) as reader:
        frame = reader.frame(4)
        said = {
            "index": 4, "pts": frame.name.pts, "shape": list(frame.picture.shape), "dtype": "uint8",
            "planes_sha256": frame.planes_sha256, "decoding": frame.decoding.to_json(),
        }  # fmt: skip
        message = Message({"result": said}, [frame.picture.tobytes()])
        assert reader.receive(4, AS_DECLARED, message).record() == frame.record()
        if lie.get("decoding"):
            lie = {"decoding": {**frame.decoding.to_json(), **lie["decoding"]}}
        with pytest.raises(InternalError, match="another frame than frame 4"):
            reader.receive(4, AS_DECLARED, Message({"result": {**said, **lie}}, message.buffers))
        with pytest.raises(InternalError):
            reader.receive(4, AS_DECLARED, Message({"result": said}, []))


def test_a_file_that_is_written_to_while_it_is_opened_is_refused_though_its_size_stays(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "recording.mp4", frames=6)

    def write(done: int, total: int, label: str = "") -> None:
        with path.open("r+b") as stream:
            stream.write(stream.read(1))
        os.utime(path, (1, 1))

    with pytest.raises(InputError, match="changed while it was read"):
        Reader.open(path, progress=write)
    Reader.open(path).close()


@pytest.mark.parametrize(("codec", "layout"), [("png", "rgb24"), ("mjpeg", "yuvj420p")])
@pytest.mark.parametrize("torn", [False, True])
def test_the_rotation_of_a_stream_holds_for_pictures_that_are_decoded_each_alone(
    tmp_path: Path, codec: str, layout: str, torn: bool
) -> None:
    path = make_clip(tmp_path / "clip.mov", codec=codec, frames=5, pixel_format=layout, rotation=90)
    if torn:
        content = bytearray(path.read_bytes())
        content[content.find(b"mdat") + 100 : content.find(b"mdat") + 104] = b"\xff\xd8\xff\xd9"
        path.write_bytes(content)
    with Reader.open(path) as reader:
        last = reader.count - 1
        told = (reader.frame(last).decoding.rotation, reader.view(last).rotation, reader.preview(1).rotation)
        assert (reader.probe.rotation, *told) == (270, 270, 270, 270)


@posix
def test_giving_up_on_a_frame_while_the_decoder_starts_anew_leaves_it_knowing_the_footage(
    clip: Callable[[str], Path],
) -> None:
    with Reader.open(clip("long-group.mp4")) as reader:
        for _ in range(3):
            assert reader.pid is not None
            os.kill(reader.pid, signal.SIGKILL)
            while reader.pid is not None:
                time.sleep(0.01)
            with pytest.raises(Cancelled):
                reader.frame(5, progress=cancellable(_set()))
            assert read_number(reader.frame(7).picture) == 7


@posix
def test_a_decoder_killed_while_all_digests_are_made_costs_one_error(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("long-group.mp4")) as reader:
        whole = list(reader.digests())
        assert reader.pid is not None
        os.kill(reader.pid, signal.SIGKILL)
        time.sleep(0.3)
        assert list(reader.digests()) == whole


@posix
def test_a_decoder_that_hangs_is_given_up_and_started_anew(
    clip: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_module, "SILENCE", 1.0)
    with Reader.open(clip("long-group.mp4")) as reader:
        assert reader.pid is not None
        os.kill(reader.pid, signal.SIGSTOP)
        with pytest.raises(EnvironmentLacksError, match="gave no answer"):
            reader.frame(3)
        monkeypatch.setattr(reader_module, "SILENCE", 60.0)
        assert read_number(reader.frame(3).picture) == 3


@posix
def test_waiting_for_a_hanging_decoder_can_be_cancelled_within_two_seconds(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("long-group.mp4")) as reader:
        assert reader.pid is not None
        os.kill(reader.pid, signal.SIGSTOP)
        stop = threading.Event()
        threading.Timer(0.2, stop.set).start()
        begun = time.monotonic()
        with pytest.raises(Cancelled):
            reader.frame(3, cancellable(stop))
        assert time.monotonic() - begun < PATIENCE
        assert read_number(reader.frame(3).picture) == 3


def test_only_the_latest_of_many_requests_need_be_answered(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("long-group.mp4")) as reader:
        requests = []
        for index in range(FRAMES):
            if requests:
                requests[-1].cancel()
            requests.append(reader.request(index))
        assert read_number(requests[-1].frame().picture) == FRAMES - 1
        for request in requests[:-1]:
            with contextlib.suppress(Cancelled):
                assert request.frame().name.index == request.index


def test_opening_can_be_cancelled_and_leaves_no_process(clip: Callable[[str], Path]) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        Reader.open(clip("long-group.mp4"), progress=cancellable(stop))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("decoding-")]


def test_several_threads_each_get_their_own_frames(clip: Callable[[str], Path]) -> None:
    wrong: list[object] = []
    with Reader.open(clip("open-groups.mp4")) as reader:

        def ask(first: int) -> None:
            for index in range(first, FRAMES, 4):
                frame = reader.frame(index)
                if frame.name.index != index or read_number(frame.picture) != index:
                    wrong.append(index)

        threads = [threading.Thread(target=ask, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong


def test_the_picture_asked_for_is_a_copy_of_its_own(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("still.png")) as reader:
        first, second = reader.frame(0).picture, reader.frame(0).picture
        assert first is not second
        assert (first == second).all()


def test_footage_is_only_read(tmp_path: Path) -> None:
    path = make_still(tmp_path / "evidence.png")
    path.chmod(0o444)
    before = (path.stat().st_mtime_ns, sha256_file(path), sorted(tmp_path.iterdir()))
    with Reader.open(path) as reader:
        list(reader.digests())
    assert (path.stat().st_mtime_ns, sha256_file(path), sorted(tmp_path.iterdir())) == before


@pytest.mark.shared
@pytest.mark.parametrize("name", ["corridor-cctv.mp4", "face-demographics-walking.gif", "road-msmpeg4.avi"])
def test_real_footage_is_exact(shared_data: Path, name: str) -> None:
    from footages import sequential

    truth = sequential(shared_data / "clips" / name)
    with Reader.open(shared_data / "clips" / name) as reader:
        assert reader.count == len(truth)
        for index in (0, reader.count - 1, reader.count // 2, 7, reader.count // 3, 8):
            frame = reader.frame(index)
            assert (frame.name.pts, frame.planes_sha256) == truth[index]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "words"),
    [("amr_nb_1f.3gp", "audio only"), ("bipbop_cbcs_video_init.mp4", "encrypted")],
)
def test_odd_footage_is_refused_in_one_line(shared_data: Path, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Reader.open(shared_data / "odd-clips" / name)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "count", "rotation"),
    [("video_90.mov", 3, 90), ("video_180.mov", 3, 180), ("video_270.mov", 3, 270), ("corrupted.mp4", 49, 0),
     ("unordered.mov", 4, 0), ("h264_10bits.mp4", 30, 0), ("minimal.mp4", 1, 0)],
)  # fmt: skip
def test_odd_footage_is_read(shared_data: Path, name: str, count: int, rotation: int) -> None:
    with Reader.open(shared_data / "odd-clips" / name) as reader:
        assert (reader.count, reader.probe.rotation) == (count, rotation)
        assert len({row["index"] for row in reader.digests()}) == count


def test_what_is_only_for_the_record_does_not_cry_for_attention(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "plain.mp4", frames=5)
    with Reader.open(clip) as reader:
        assert reader.probe.to_json()["remarks"] == [remark.to_json() for remark in reader.probe.remarks]
        assert [remark for remark in reader.probe.remarks if remark.grave] == []
    cut = tmp_path / "cut.mkv"
    whole = make_clip(tmp_path / "whole.mkv", frames=60)
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    with Reader.open(cut) as reader:
        assert any(remark.grave for remark in reader.probe.remarks)
