"""Damaged and truncated footage gives every picture that can be decoded, and says which are not to be trusted."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest

from clips import make_clip, make_still
from dav import write_dav
from facet.core.progress import SILENT
from facet.footage import Reader
from facet.footage.colour import planes_digest
from facet.footage.decoder import Decoder
from facet.footage.index import FrameIndex
from facet.footage.indexing import make_index
from footages import FRAMES, damage_packets, sequential

GROUP = 15
HEVC_SLICES = {"x265-params": f"log-level=error:pools=1:keyint={GROUP}:bframes=2:slices=3"}


def index_of(path: Path) -> tuple[FrameIndex, str]:
    """The index and what is said of the footage."""
    index, remarks = make_index(path, path.name, 0, SILENT)
    return index, " ".join(map(str, remarks))


def changed(path: Path, whole: list[tuple[int | None, str]]) -> set[int]:
    """Pictures, by index, that differ from those of the whole footage with the same time."""
    known = dict(whole)
    return {index for index, (pts, digest) in enumerate(sequential(path)) if known.get(pts) != digest}


def told(index: FrameIndex) -> tuple[set[int], set[int]]:
    """Pictures told as concealed and as tainted."""
    damaged, tainted = (
        {picture for first, last in runs for picture in range(first, last + 1)}
        for runs in (index.damaged, index.tainted)
    )
    return damaged, tainted


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("h264.mp4", {"bframes": 2, "gop": GROUP}),
        ("h264.ts", {"bframes": 2, "gop": GROUP}),
        ("h264-slices.mkv", {"gop": GROUP, "options": {"x264-params": "slices=3"}}),
        ("mpeg4.avi", {"codec": "mpeg4", "bframes": 2, "gop": GROUP, "options": {"b": "2M"}}),
        ("mpeg2.mpg", {"codec": "mpeg2video", "bframes": 2, "gop": GROUP, "options": {"b": "3M"}}),
    ],
)
def test_every_picture_that_damage_changed_is_told(tmp_path: Path, name: str, kinds: dict[str, object]) -> None:
    path = make_clip(tmp_path / name, frames=60, **kinds)  # type: ignore[arg-type]
    whole = sequential(path)
    damage_packets(path, [20, 41], bits=30)
    index, said = index_of(path)
    damaged, tainted = told(index)
    hurt = changed(path, whole)
    assert hurt
    assert hurt <= damaged | tainted
    assert len(damaged | tainted) < 2 * GROUP + 2
    assert not damaged & tainted
    assert index.single_thread
    assert "concealed" in said or "damaged" in said
    truth = sequential(path)
    decoder = Decoder(path, path.name, 0, index)
    try:
        for place in [*range(index.count - 1, -1, -1), *range(index.count)]:
            frame, planes = decoder.picture(place, SILENT)
            assert (frame.pts, planes) == truth[place]
    finally:
        decoder.close()


def test_a_torn_jpeg_in_motion_is_told_by_its_number(tmp_path: Path) -> None:
    """FFmpeg shows what there is of it, grey below, and marks nothing; it only complains."""
    path = make_clip(tmp_path / "camera.avi", codec="mjpeg", frames=12, pixel_format="yuvj420p", size=(320, 240))
    whole = sequential(path)
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    content = bytearray(path.read_bytes())
    for number in (4, 9):
        pos, size = places[number]
        begin = pos + size // 2
        content[begin : pos + size - 8] = bytes(pos + size - 8 - begin)
    path.write_bytes(content)
    assert changed(path, whole) == {4, 9}
    with Reader.open(path) as reader:
        assert reader.probe.damaged == [[4, 4], [9, 9]]
        assert "2 (4, 9)" in " ".join(reader.probe.warnings)
        assert [reader.frame(place).decoding.corrupt for place in (3, 4, 5, 9)] == [False, True, False, True]
        assert reader.view(4).corrupt


def test_a_concealed_picture_is_marked_wherever_it_goes(tmp_path: Path) -> None:
    path = damage_packets(make_clip(tmp_path / "damaged.mp4", frames=40, gop=GROUP, options={"bf": "0"}), [20], bits=30)
    with Reader.open(path) as reader:
        assert reader.probe.damaged == [[20, 20]]
        assert reader.probe.tainted == [[21, 29]]
        assert [reader.frame(place).decoding.corrupt for place in (19, 20, 30)] == [False, True, False]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [("h264.ts", {"bframes": 2, "gop": GROUP}), ("hevc.ts", {"codec": "libx265", "options": HEVC_SLICES})],
)
def test_lost_packets_of_a_transport_stream_are_told(tmp_path: Path, name: str, kinds: dict[str, object]) -> None:
    """An HEVC decoder leaves what lay in memory where a slice is lost, and the next pictures lean on that."""
    path = make_clip(tmp_path / name, frames=60, **kinds)  # type: ignore[arg-type]
    whole = sequential(path)
    content = path.read_bytes()
    middle = len(content) // 188 // 2
    path.write_bytes(content[: 188 * middle] + content[188 * (middle + 3) :])
    index, _ = index_of(path)
    damaged, tainted = told(index)
    assert changed(path, whole) <= damaged | tainted
    assert damaged | tainted
    truth = sequential(path)
    decoder = Decoder(path, path.name, 0, index)
    for place in [*range(20, 40), *range(39, 19, -1)]:
        assert decoder.picture(place, SILENT)[1] == truth[place][1]
    decoder.close()


@pytest.mark.parametrize(
    ("name", "kinds", "missing", "seconds"),
    [
        ("head.mp4", {"bframes": 2, "container_options": {"movflags": "faststart"}}, True, Fraction(12, 10)),
        ("pieces.mp4", {"gop": GROUP, "container_options": {"movflags": "frag_keyframe+empty_moov"}}, True, None),
        ("cut.mkv", {"bframes": 2}, True, Fraction(12, 10)),
        ("cut.avi", {"codec": "mjpeg", "pixel_format": "yuvj420p"}, True, Fraction(27, 25)),
        ("cut.flv", {"bframes": 2}, False, Fraction(32, 25)),
    ],
)
def test_what_a_truncated_file_lacks_is_told(
    tmp_path: Path, name: str, kinds: dict[str, object], missing: bool, seconds: Fraction | None
) -> None:
    path = make_clip(tmp_path / name, frames=60, **kinds)  # type: ignore[arg-type]
    whole, size = sequential(path), path.stat().st_size
    cut = int(size * 0.6)
    path.write_bytes(path.read_bytes()[:cut])
    with Reader.open(path) as reader:
        said = " ".join(reader.probe.warnings)
        assert "truncated" in said
        given = [(reader.frame(place).name.pts, reader.frame(place).planes_sha256) for place in range(reader.count - 1)]
        assert given == whole[: reader.count - 1]
        if missing:
            assert 0 < reader.probe.missing["bytes"] <= size - cut  # type: ignore[operator]
            assert f"{reader.probe.missing['bytes']} bytes" in said
        if seconds is not None:
            assert abs(Fraction(str(reader.probe.missing["seconds"])) - seconds) < Fraction(1, 5)
            assert "are missing" in said


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("cut.ts", {"bframes": 2}),
        ("cut.h264", {"bframes": 2, "container_format": "h264"}),
        ("cut.mpg", {"codec": "mpeg2video", "options": {"b": "3M"}}),
    ],
)
def test_streams_without_an_end_of_their_own_give_what_there_is(
    tmp_path: Path, name: str, kinds: dict[str, object]
) -> None:
    path = make_clip(tmp_path / name, frames=60, **kinds)  # type: ignore[arg-type]
    whole = [digest for _, digest in sequential(path)]
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    index, _ = index_of(path)
    truth = [digest for _, digest in sequential(path)]
    assert index.count == len(truth) > 25
    assert truth[:-2] == whole[: len(truth) - 2]


def test_a_dahua_recording_that_breaks_off_says_so(tmp_path: Path) -> None:
    path = write_dav(tmp_path / "cut.dav", frames=40)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    index, said = index_of(path)
    assert 15 < index.count < 40
    assert "truncated" in said


def test_half_a_photograph_is_marked(tmp_path: Path) -> None:
    path = make_still(tmp_path / "half.jpg", size=(640, 480))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with Reader.open(path) as reader:
        assert reader.frame(0).decoding.corrupt
        assert reader.probe.damaged == [[0, 0]]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("jumping.ts", ["Between pictures 29 and 30 the time jumps by 3600.040000 s"]),
        ("joined.ts", ["Between pictures 34 and 35 the time jumps by -1.360000 s", "the same time as another one: 35"]),
        ("joined-sizes.ts", ["changes to 240×128 at picture 35"]),
        ("raw.h264", ["without a time of their own: 70, the first is picture 0", "25 pictures a second"]),
        ("dahua.dav", ["recorder's clock"]),
        ("behind-junk.dav", ["after 5000 other bytes"]),
        ("edited.mp4", ["left out here: 5"]),
    ],
)
def test_oddities_of_time_and_form_are_told_with_numbers(
    clip: Callable[[str], Path], name: str, words: list[str]
) -> None:
    _, said = index_of(clip(name))
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    "name", ["long-group.mp4", "variable-rate.mp4", "open-groups.ts", "late-start.mp4", "wrapping.ts", "interlaced.mpg"]
)
def test_of_whole_footage_nothing_is_said(clip: Callable[[str], Path], name: str) -> None:
    index, said = index_of(clip(name))
    assert (said, index.damaged, index.tainted, index.missing_bytes, index.missing_seconds) == ("", [], [], 0, None)
    assert index.count == FRAMES


def test_the_size_of_every_picture_is_its_own(clip: Callable[[str], Path]) -> None:
    with Reader.open(clip("joined-sizes.ts")) as reader:
        shapes = [reader.frame(place).picture.shape for place in (34, 35, 34, 69)]
        assert shapes == [(96, 192, 3), (128, 240, 3), (96, 192, 3), (128, 240, 3)]


def test_pictures_of_one_file_do_not_lean_on_each_other_where_they_are_whole(tmp_path: Path) -> None:
    """FFmpeg's PNG decoder adds the last row of a picture to the first of the next."""
    import io

    from PIL import Image

    from clips import draw, read_number

    folder = tmp_path / "shots"
    folder.mkdir()
    for number in range(4):
        buffer = io.BytesIO()
        Image.fromarray(draw(number)).save(buffer, "PNG")
        (folder / f"{number:04d}.png").write_bytes(buffer.getvalue())
    with Reader.open(folder) as reader:
        for number in (1, 3, 0, 2):
            frame = reader.frame(number)
            assert (frame.picture == draw(number)).all()
            assert read_number(frame.picture) == number
    with av.open(str(folder / "0001.png"), format="png_pipe") as container:
        alone = next(container.decode(video=0))
        assert planes_digest(alone)
