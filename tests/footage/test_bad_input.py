from __future__ import annotations

import os
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from clips import make_clip, make_sound, make_still
from facet.core.errors import InputError
from facet.footage import Reader
from footages import sequential

NOBODY = 65534


def complaint(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        Reader.open(path).close()
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(f"{path.name}: ")
    assert text.endswith(".")
    return text


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")


def test_a_missing_file(tmp_path: Path) -> None:
    assert "there is no such file" in complaint(tmp_path / "corridor.mp4")


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "footage.mp4").mkdir()
    assert "this folder holds no numbered pictures" in complaint(tmp_path / "footage.mp4")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "nothing.mp4").touch()
    assert "the file is empty" in complaint(tmp_path / "nothing.mp4")


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in the file system")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert "not an ordinary file" in complaint(tmp_path / "pipe.mp4")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no permissions of that kind")
def test_a_file_without_permission(tmp_path: Path) -> None:
    path = make_still(tmp_path / "secret.png")
    path.chmod(0)
    me = os.geteuid()
    if me == 0:
        os.seteuid(NOBODY)  # root may read everything
    try:
        said = complaint(path)
    finally:
        os.seteuid(me)
    assert "no permission" in said


def test_a_refusal_by_the_system_is_told_as_lack_of_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make_still(tmp_path / "secret.png")

    def refuse(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "no permission" in complaint(path)


@pytest.mark.parametrize("name", ["notes.mp4", "notes.txt", "notes.png", "notes.avi", "notes.ans", "notes"])
def test_a_text_by_any_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("At 14:02 the subject enters the corridor.\n" * 50)
    assert "not a video or picture" in complaint(tmp_path / name)


def test_noise(tmp_path: Path) -> None:
    (tmp_path / "noise.mkv").write_bytes(os.urandom(50_000))
    assert "not a video or picture" in complaint(tmp_path / "noise.mkv")


@pytest.mark.parametrize("name", ["list.m3u8", "list.mp4", "list.txt"])
@pytest.mark.parametrize("kind", ["hls", "concat", "sdp"])
def test_a_playlist_opens_nothing_else(clip: Callable[[str], Path], tmp_path: Path, name: str, kind: str) -> None:
    """Neither another file of the examiner's nor anything on the network."""
    other = clip("open-groups.ts")
    text = {
        "hls": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{other}\n#EXT-X-ENDLIST\n",
        "concat": f"ffconcat version 1.0\nfile '{other}'\n",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
    }[kind]
    (tmp_path / name).write_text(text)
    assert "not a video or picture" in complaint(tmp_path / name)


def test_sound_without_pictures(tmp_path: Path) -> None:
    assert "no video stream (audio only)" in complaint(make_sound(tmp_path / "call.mp4"))


def test_encrypted_pictures(clip: Callable[[str], Path], tmp_path: Path) -> None:
    content = clip("long-group.mp4").read_bytes()
    at = content.index(b"avc1", content.index(b"stsd"))
    path = tmp_path / "protected.mp4"
    path.write_bytes(content[:at] + b"encv" + content[at + 4 :])
    assert "encrypted" in complaint(path)


def test_a_recording_that_was_never_finished(clip: Callable[[str], Path], tmp_path: Path) -> None:
    content = clip("long-group.mp4").read_bytes()
    path = tmp_path / "unfinished.mp4"
    path.write_bytes(content[: content.index(b"moov") - 4])
    assert "«moov»" in complaint(path)


@pytest.mark.parametrize("name", ["bomb.png", "bomb.jpg"])
def test_a_picture_of_monstrous_size_is_refused_before_it_is_decoded(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(png_header(60_000, 60_000))
    assert "60000×60000 pixels are too large" in complaint(path)


def test_a_video_that_claims_monstrous_pictures(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "monster.avi", codec="mjpeg", pixel_format="yuvj420p", frames=3)
    content = bytearray(path.read_bytes())
    for at in range(len(content) - 9):
        if content[at : at + 2] == b"\xff\xc0":  # the JPEG's start of frame: height, width
            content[at + 5 : at + 9] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    complaint(path)


@pytest.mark.parametrize("name", ["front.mp4", "cut.mkv", "cut.ts", "cut.avi"])
def test_a_truncated_file_opens_with_a_warning_and_every_picture_that_can_be_decoded(tmp_path: Path, name: str) -> None:
    codec = {"cut.avi": {"codec": "mpeg4", "options": {"b": "1M"}}}.get(name, {})
    options = {"movflags": "faststart"} if name == "front.mp4" else {}
    path = make_clip(tmp_path / name, frames=60, gop=20, container_options=options, **codec)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * 3 // 5])
    truth = [digest for _, digest in sequential_as_far_as_it_goes(path)]
    with Reader.open(path) as reader:
        assert 10 < reader.count < 60
        assert reader.count >= len(truth)
        if name != "cut.ts":  # nothing in a transport stream says how long it should be
            assert any("truncated" in warning or "declares" in warning for warning in reader.probe.warnings)
        for index in (0, reader.count // 2, reader.count - 1):
            assert reader.frame(index).name.index == index
        assert [reader.frame(n).planes_sha256 for n in range(len(truth) - 1)] == truth[:-1]


def sequential_as_far_as_it_goes(path: Path) -> list[tuple[int | None, str]]:
    import av

    from facet.footage.colour import planes_digest

    found = []
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        video.thread_type = "NONE"
        packets = container.demux(video)
        while True:
            try:
                packet = next(packets)
            except (StopIteration, av.FFmpegError):
                return found
            try:
                found += [(frame.pts, planes_digest(frame)) for frame in packet.decode()]
            except av.FFmpegError:
                continue


@pytest.mark.parametrize("name", ["long-group.mp4", "open-groups.ts", "mpeg4-b.avi", "program-stream.mpg"])
def test_damaged_footage_is_decoded_the_same_every_time_and_says_that_it_is_damaged(
    clip: Callable[[str], Path], tmp_path: Path, name: str
) -> None:
    import random

    content = bytearray(clip(name).read_bytes())
    chance = random.Random(11)
    for _ in range(12):
        content[chance.randrange(len(content) // 5, len(content) * 4 // 5)] ^= 0xFF
    path = tmp_path / name
    path.write_bytes(content)
    truth = [digest for _, digest in sequential_as_far_as_it_goes(path)]
    with Reader.open(path) as reader:
        assert reader.index.single_thread
        assert reader.count == len(truth)
        assert any("damaged" in warning or "could be decoded" in warning for warning in reader.probe.warnings)
        order = random.Random(1).sample(range(reader.count), reader.count)
        assert all(reader.frame(index).planes_sha256 == truth[index] for index in order)


def test_a_name_in_bytes_that_are_no_text_is_read(tmp_path: Path) -> None:
    if sys.platform in {"win32", "darwin"}:
        pytest.skip("file names are text here")
    path = make_still(tmp_path / "plain.png").rename(tmp_path / os.fsdecode(b"\xbf\xb5\xbb\xf3 %03d.png"))
    with Reader.open(path) as reader:
        assert reader.count == 1


def test_what_looks_like_a_sequence_is_one_picture(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        make_still(tmp_path / f"shot{number}.png", number=number)
    path = make_still(tmp_path / "shot%d.png", number=9)
    with Reader.open(path) as reader:
        from clips import read_number

        assert (reader.count, read_number(reader.frame(0).picture)) == (1, 9)


def test_only_sequential_truth_is_compared(clip: Callable[[str], Path]) -> None:
    assert sequential(clip("long-group.mp4")) == sequential_as_far_as_it_goes(clip("long-group.mp4"))
