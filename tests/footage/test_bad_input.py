from __future__ import annotations

import hashlib
import os
import struct
import sys
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from clips import make_clip, make_sound, make_still, read_number
from facet.core.errors import InputError
from facet.core.progress import SILENT
from facet.footage import Reader
from facet.footage.indexing import make_index
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


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [
        ("export.zip", b"PK\x03\x04\x14\0\0\0", "an archive (ZIP). Unpack it"),
        ("export.rar", b"Rar!\x1a\x07\x01\0", "an archive (RAR)"),
        ("player.exe", b"MZ\x90\0\x03\0\0\0", "a program, such as a self-playing export"),
        ("report.pdf", b"%PDF-1.7\n%\xe2\xe3", "a document (PDF)"),
        ("case.facet", b"SQLite format 3\0\x10\0", "a database, such as a Facet case"),
        ("disk.e01", b"EVF\x09\x0d\x0a\xff\0\x01", "an image of a disk (EnCase)"),
        ("camera.g64", bytes(range(200, 256)), "most likely an export by Genetec"),
        ("camera.mp4", b"IMKH\x01\x01\0\0", "most likely an export by Hikvision"),
        ("notes.txt", b"Camera 3 faces the door.", "this is text"),
        ("unknown.bin", bytes(range(128, 250)), "a program to play it is usually beside it"),
    ],
)
def test_what_is_no_footage_is_named_and_something_to_try_is_said(
    tmp_path: Path, name: str, head: bytes, words: str
) -> None:
    filling = b" more" * 400 if words == "this is text" else bytes(range(256)) * 40
    (tmp_path / name).write_bytes(head + filling)
    assert words in complaint(tmp_path / name)


def test_a_scrambled_transport_stream(clip: Callable[[str], Path], tmp_path: Path) -> None:
    content = bytearray(clip("open-groups.ts").read_bytes())
    for start in range(0, len(content), 188):
        if (content[start + 1] & 0x1F) << 8 | content[start + 2] == 0x100:  # the pictures
            content[start + 3] |= 0x80
    path = tmp_path / "pay.ts"
    path.write_bytes(content)
    assert "encrypted" in complaint(path)


@pytest.mark.parametrize("suffix", ["png", "jpg", "tiff"])
def test_a_folder_of_numbered_pictures_is_footage(tmp_path: Path, suffix: str) -> None:
    for number in (0, 1, 2, 4, 5, 9):
        make_still(tmp_path / f"shot_{number + 95:04d}.{suffix}", number=number)
    make_still(tmp_path / f"cover.{suffix}", number=77)
    truth = [0, 1, 2, 4, 5, 9]
    for path in (tmp_path, tmp_path / f"shot_%04d.{suffix}"):
        with Reader.open(path) as reader:
            assert reader.count == len(truth)
            assert [read_number(reader.frame(place).picture) for place in (5, 0, 3, 2, 4, 1)] == [9, 0, 4, 2, 5, 1]
            assert (reader.probe.timed, reader.probe.container, reader.seconds(5)) == ("rate", "folder", Fraction(1, 5))
            said = " ".join(reader.probe.warnings)
            assert "from 95 to 104; 4 of them are missing: 98, 101–103." in said
            assert "left out: 1." in said
            assert "25 pictures a second" in said
            folder = reader.sha256
        whole = b"".join(canonical_files(tmp_path, suffix))
        assert folder == hashlib.sha256(whole).hexdigest()


def canonical_files(folder: Path, suffix: str) -> list[bytes]:
    """What the digest of a folder is taken of, written out by hand."""
    files = [
        f'{{"name":"{path.name}","sha256":"{hashlib.sha256(path.read_bytes()).hexdigest()}","size":{path.stat().st_size}}}'
        for path in sorted(folder.glob(f"shot_*.{suffix}"))
    ]
    return [b'{"files":[', ",".join(files).encode(), b'],"schema":"facet.folder/1"}']


def test_a_picture_of_a_folder_that_can_not_be_read_is_told_and_the_others_keep_their_places(tmp_path: Path) -> None:
    for number in range(6):
        make_still(tmp_path / f"{number:03d}.png", number=number)
    (tmp_path / "003.png").write_bytes(b"")
    with Reader.open(tmp_path) as reader:
        assert [read_number(reader.frame(place).picture) for place in range(reader.count)] == [0, 1, 2, 4, 5]
        assert "missing before picture 3" in " ".join(reader.probe.warnings)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a1.png", "a01.png"], "two pictures bear the number 1"),
        (["cover.png", "back.png"], "holds no numbered pictures"),
        (["notes.txt"], "holds no numbered pictures"),
    ],
)
def test_a_folder_that_is_no_series_is_refused(tmp_path: Path, names: list[str], words: str) -> None:
    folder = tmp_path / "shots"
    folder.mkdir()
    for name in names:
        make_still(folder / name) if name.endswith("png") else (folder / name).write_text("x")
    assert words in complaint(folder)


@pytest.mark.shared
def test_every_odd_and_real_clip_opens_or_is_refused_in_one_line(shared_data: Path) -> None:
    refused = {"amr_nb_1f.3gp", "bipbop_cbcs_video_init.mp4"}
    for path in sorted([*(shared_data / "odd-clips").iterdir(), *(shared_data / "clips").iterdir()]):
        if path.name in refused:
            complaint(path)
        elif path.stat().st_size < 1_500_000:
            index, _ = make_index(path, path.name, 0, SILENT)
            assert index.count
