from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from clips import make_clip
from facet.core.errors import Cancelled, InputError
from facet.core.progress import SILENT
from facet.footage import Reader, indexing, sampling
from facet.footage.access_points import begins_decoding
from facet.footage.container import Container
from facet.footage.decoder import Decoder
from facet.footage.indexing import make_index
from facet.footage.run import Packets, Run
from footages import CLIPS, FRAMES, damage_packets, lose_slices, number_shown, sequential

READ = [
    *("long-group.mp4", "open-groups.ts", "rolling-refresh.ts", "variable-rate.mp4", "mpeg4-b.avi", "motion-jpeg.avi"),
    *("ten-bit.mp4", "program-stream.mpg", "interlaced.mp4", "edited.mp4", "joined-sizes.ts", "behind-junk.dav"),
    *("raw.264", "animation.gif", "still.png", "still.jpg", "still.bmp", "still.tiff", "still.webp"),
]
"""Read through the decoding process too; the decoder alone is asked for all of them below."""
MOVING = [name for name in CLIPS if not name.startswith("still.")]


def walk(count: int) -> list[int]:
    """Both ends, random places, then some steps back and forth from the last of them."""
    places = random.Random(3).sample(range(count), min(count, 25))
    there = [n for n in range(places[-1], places[-1] - 6, -1) if n >= 0]
    return [0, count - 1, *places, *there, *reversed(there), *(n for n in there if n + 2 < count)]


@pytest.mark.parametrize("name", READ)
def test_every_access_gives_the_picture_of_a_sequential_decode(clip: Callable[[str], Path], name: str) -> None:
    path = clip(name)
    truth = sequential(path)
    with Reader.open(path) as reader:
        assert reader.count == len(truth)
        for index in walk(reader.count):
            frame = reader.frame(index)
            assert (frame.name.pts, frame.planes_sha256) == truth[index], f"{name}: frame {index}"
            assert number_shown(name, frame.picture) == index
            assert frame.name.index == index
            assert frame.seconds == reader.seconds(index)


@pytest.mark.parametrize("name", MOVING)
@pytest.mark.parametrize("confirmed", ["all decoded", "head and tail decoded"])
def test_every_seek_alone_gives_it_too(
    clip: Callable[[str], Path], name: str, confirmed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a cache each access is a seek of its own; without a full decode no digest helps it."""
    if confirmed == "head and tail decoded":
        monkeypatch.setattr(indexing, "CONFIRMED", 0)
        monkeypatch.setattr(sampling, "MOST", 16)
    path = clip(name)
    truth = sequential(path)
    index, _ = make_index(path, name, 0, SILENT)
    decoder = Decoder(path, name, 0, index, memory=0)
    try:
        for place in walk(index.count):
            frame, planes = decoder.picture(place, SILENT)
            assert (frame.pts, planes) == truth[place], f"{name}: frame {place}"
            assert number_shown(name, frame.to_ndarray(format="rgb24")) == place
    finally:
        decoder.close()


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("long-group.mp4", "packets"),
        ("long-group.mkv", "packets"),
        ("long-group.mov", "packets"),
        ("variable-rate.mp4", "packets"),
        ("open-groups.ts", "packets"),
        ("rolling-refresh.ts", "decoded"),
        ("mpeg4-b.avi", "decoded"),
        ("raw.h264", "decoded"),
        ("animation.gif", "decoded"),
        ("still.png", "decoded"),
    ],
)
def test_the_method_of_the_index_is_recorded_with_its_reason(
    clip: Callable[[str], Path], name: str, method: str
) -> None:
    with Reader.open(clip(name)) as reader:
        assert reader.probe.index_method == method
        assert reader.probe.index_reason
        assert reader.probe.frames == reader.count == (1 if name.startswith("still.") else FRAMES)


def test_long_footage_is_indexed_by_its_packets_and_no_picture_is_decoded_for_it(
    clip: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "CONFIRMED", 0)
    index, warnings = make_index(clip("long-group.mp4"), "long-group.mp4", 0, SILENT)
    assert (index.method, len(index.digests), index.count, warnings) == ("packets", 0, FRAMES, [])


def test_packets_that_lie_are_found_out_by_the_sample(
    clip: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Not a word of the container says so, but one packet in the head holds no picture."""
    import av

    monkeypatch.setattr(indexing, "CONFIRMED", 0)
    source = clip("long-group.mp4")
    with av.open(str(source)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    content = bytearray(source.read_bytes())
    start, size = places[5]
    content[start + 4 : start + size] = bytes(size - 4)
    lying = tmp_path / "lying.mp4"
    lying.write_bytes(content)
    index, _ = make_index(lying, "lying.mp4", 0, SILENT)
    assert index.method == "decoded"
    assert len(index.digests) == index.count == FRAMES - 1


def test_damage_in_the_middle_of_long_footage_gives_what_a_sequential_decode_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only samples were decoded when it was opened, and what hides the damage depends on where decoding began."""
    path = damage_packets(make_clip(tmp_path / "long.mp4", frames=160, bframes=2, gop=20), [64, 67, 71])
    walk_about_the_damage(path, monkeypatch)


def test_a_slice_that_is_missing_in_the_middle_of_long_footage_is_no_fault_of_the_stream_and_yet_is_not_overlooked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a recorder leaves it that lost a network packet: what is there is sound, and only a part of the picture."""
    made = make_clip(tmp_path / "long.mp4", frames=160, bframes=2, gop=20, options={"x264-params": "slices=4"})
    walk_about_the_damage(lose_slices(made, [64, 67, 71]), monkeypatch)


def walk_about_the_damage(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "CONFIRMED", 0)
    monkeypatch.setattr(sampling, "MOST", 16)
    truth = sequential(path)
    index, _ = make_index(path, path.name, 0, SILENT)
    assert (index.method, len(index.digests), index.count) == ("packets", 0, len(truth))
    for _ in range(4):  # threads race
        decoder = Decoder(path, path.name, 0, index, memory=0)
        try:
            for place in [*random.Random(4).sample(range(160), 20), *range(60, 84), 10, 66, 130]:
                frame, planes = decoder.picture(place, SILENT)
                assert (frame.pts, planes) == truth[place], place
        finally:
            decoder.close()


def test_a_keyframe_is_believed_by_its_coded_bytes_not_by_its_mark(
    clip: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A recovery point that takes twenty pictures to recover is no place to begin, whatever the mark says."""
    monkeypatch.setattr(indexing, "CONFIRMED", 0)
    index, _ = make_index(clip("rolling-refresh.ts"), "rolling-refresh.ts", 0, SILENT)
    assert index.packets["key"].sum() > 1
    assert index.method == "decoded"
    assert any("begin exactly" in str(reason) for reason in index.reasons)


@pytest.mark.parametrize(
    ("codec", "content", "begins"),
    [
        ("h264", "0000000109f0 0000000167aa 000001688 0 00000165880000", True),  # parameters, then IDR
        ("h264", "0000000109f0 00000001060601c480 00000001419a24", True),  # recovers at once and exactly
        ("h264", "0000000109f0 000000010606018480 00000001419a24", False),  # recovers at once, but not exactly
        ("h264", "0000000109f0 00000001060601 5c80 00000001419a24", False),  # recovers after a while
        ("h264", "00000001419a24", False),
        ("hevc", "0000000146010 0 000000012601af00", True),  # an IDR
        ("hevc", "000000012a01af00", True),  # a clean random access picture
        ("hevc", "000000010201d000", False),
        ("h264", "", False),
    ],
)
def test_where_decoding_begins_is_read_from_the_coded_picture(codec: str, content: str, begins: bool) -> None:
    packet = bytes.fromhex(content.replace(" ", ""))
    assert begins_decoding(codec, memoryview(packet), 0) is begins
    units = [unit.rstrip(b"\0") for unit in packet.split(b"\0\0\1")[1:]]
    with_lengths = b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)
    assert begins_decoding(codec, memoryview(with_lengths), 4) is begins


def test_times_that_begin_anew_after_33_bits_go_on(clip: Callable[[str], Path]) -> None:
    index, remarks = make_index(clip("wrapping.ts"), "wrapping.ts", 0, SILENT)
    assert remarks == []
    assert (index.timed, index.seconds(FRAMES - 1)) == ("pts", Fraction(FRAMES - 1, 25))
    assert int(index.pts[0]) < 0 < int(index.pts[-1])


def test_the_digests_of_all_frames_come_in_order_and_are_those_of_the_frames(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("open-groups.ts")) as reader:
        rows = list(reader.digests())
        assert [row["index"] for row in rows] == list(range(FRAMES))
        assert len({row["sha256"] for row in rows}) == FRAMES
        for index in (0, 11, 12, 13, 40, FRAMES - 1):
            frame = reader.frame(index)
            assert rows[index]["sha256"] == frame.picture_sha256
            assert rows[index]["pts"] == frame.name.pts
            assert rows[index]["key"] == frame.decoding.key_frame
        assert rows[25]["time"] == "1.000000"


def test_stepping_to_and_fro_decodes_nothing_again(clip: Callable[[str], Path]) -> None:
    path = clip("long-group.mp4")
    index, _ = make_index(path, path.name, 0, SILENT)
    decoder = Decoder(path, path.name, 0, index)
    decoder.picture(40, SILENT)
    runs = decoder.runs
    for place in (41, 42, 41, 40, 39, 38, 45, 31):
        decoder.picture(place, SILENT)
    assert decoder.runs == runs == 1
    decoder.close()


def test_the_cache_of_pictures_keeps_to_its_memory(clip: Callable[[str], Path]) -> None:
    path = clip("long-group.mp4")
    index, _ = make_index(path, path.name, 0, SILENT)
    decoder = Decoder(path, path.name, 0, index, memory=200_000)
    for place in range(0, index.count, 3):
        decoder.picture(place, SILENT)
    assert 0 < decoder.cache.size <= 200_000
    decoder.close()


def test_a_cancelled_access_leaves_the_next_one_right(clip: Callable[[str], Path]) -> None:
    path = clip("open-groups.ts")
    truth = sequential(path)
    index, _ = make_index(path, path.name, 0, SILENT)
    decoder = Decoder(path, path.name, 0, index, memory=0)
    for patience in (1, 3, 7, 12):
        left = patience

        def soon(done: int, total: int, label: str = "") -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Cancelled

        with pytest.raises(Cancelled):
            decoder.picture(FRAMES - 1 - patience, soon)
        for place in (patience, 30 + patience):
            frame, planes = decoder.picture(place, SILENT)
            assert (frame.pts, planes) == truth[place]
    decoder.close()


@pytest.mark.parametrize("frames", [20, 12])
def test_a_file_that_changes_under_way_is_told_and_no_other_picture_given(tmp_path: Path, frames: int) -> None:
    """Only the index survives the decoding process, and with it what every picture was."""
    path = make_clip(tmp_path / "changing.avi", codec="mjpeg", pixel_format="yuvj420p", frames=20)
    index, _ = make_index(path, path.name, 0, SILENT)
    make_clip(path, codec="mjpeg", pixel_format="yuvj420p", frames=frames, options={"qmin": "9", "qmax": "9"})
    decoder = Decoder(path, path.name, 0, index)
    for place in range(20):
        with pytest.raises(InputError, match="may have changed"):
            decoder.picture(place, SILENT)
    decoder.close()


def test_a_decoder_of_several_threads_can_be_closed_at_any_moment(clip: Callable[[str], Path], tmp_path: Path) -> None:
    """In the middle of damaged material too, where its threads have the most to say."""
    content = bytearray(clip("open-groups.ts").read_bytes())
    for place in range(2000, len(content), 1500):
        content[place] ^= 0xFF
    path = tmp_path / "damaged.ts"
    path.write_bytes(content)
    for round_ in range(60):
        with Container(path, path.name) as container:
            run = Run(container, Packets(container))
            for _ in range(1 + round_):
                run.step()
