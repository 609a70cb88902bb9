from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clips import make_clip, read_number
from facet.core.errors import InputError
from facet.core.frame import Decoding, Picture
from facet.core.interpretation import AS_DECLARED, Interpretation
from facet.footage import Reader
from facet.footage.frame_header import FrameHeader, frame_header
from facet.footage.picturing import Declared, display_picture, evidence_picture

LUMA = {
    "bt709": (0.2126, 0.0722),
    "smpte170m": (0.299, 0.114),
    "bt470bg": (0.299, 0.114),
    "smpte240m": (0.212, 0.087),
    "fcc": (0.30, 0.11),
    "bt2020nc": (0.2627, 0.0593),
}
"""Red and blue weights (ITU-T H.273, table 4)."""
FIRST = {"top": 0, "bottom": 1}
PINNED = "e01a96dbfd86d2ea082899b11362e6c849bd7424ab5400843bf4b625e2920fe5"


def noise(layout: str = "yuv420p", *, size: tuple[int, int] = (48, 32)) -> av.VideoFrame:
    """Samples without rhyme, so that a row taken from elsewhere is seen."""
    frame = blank(layout, size=size)
    random = np.random.default_rng(0)
    for plane in frame.planes:
        if "10" in layout:
            plane.update(random.integers(64, 940, plane.buffer_size // 2, dtype="<u2").tobytes())
        else:
            plane.update(random.integers(16, 235, plane.buffer_size, dtype=np.uint8).tobytes())
    return frame


def blank(layout: str = "yuv420p", *, size: tuple[int, int] = (48, 32)) -> av.VideoFrame:
    """A picture of a stream, BT.709, limited range."""
    frame = av.VideoFrame(*size, layout)
    frame.time_base = Fraction(1, 25)
    frame.colorspace, frame.color_range = 1, 1
    return frame


def fill(frame: av.VideoFrame, plane: int, rows: NDArray[Any]) -> None:
    """Give every sample of a row of ``plane`` the value of ``rows`` (H,) or (H, W)."""
    content = np.frombuffer(frame.planes[plane], "<u2" if "10" in frame.format.name else "u1").copy()
    grid = content.reshape(frame.planes[plane].height, -1)
    grid[:, : frame.planes[plane].width] = rows[:, None] if rows.ndim == 1 else rows
    frame.planes[plane].update(grid.tobytes())


def by_formula(samples: tuple[int, int, int], matrix: str, colour_range: str, bits: int = 8) -> NDArray[np.float64]:
    """E'R, E'G, E'B from Y'CbCr as the recommendations define them, 0..1, clipped."""
    red, blue = LUMA[matrix]
    scale = 1 << (bits - 8)
    luma, cb, cr = (sample / scale for sample in samples)
    if colour_range == "pc":
        top = (2**bits - 1) / scale
        y, b, r = luma / top, (cb - 128) / top, (cr - 128) / top
    else:
        y, b, r = (luma - 16) / 219, (cb - 128) / 224, (cr - 128) / 224
    r_, b_ = y + 2 * (1 - red) * r, y + 2 * (1 - blue) * b
    return np.clip(np.array([r_, (y - red * r_ - blue * b_) / (1 - red - blue), b_]), 0, 1)


def understood(
    frame: av.VideoFrame, *, sample_aspect_declared: str | None = "12/11", **said: Any
) -> tuple[Picture, Decoding]:
    declared = Declared(codec="test", sample_aspect=sample_aspect_declared, field_order="progressive")
    return evidence_picture(frame, declared, Interpretation(**said))


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(16, 235), st.integers(90, 166), st.integers(90, 166)),
    st.sampled_from(list(LUMA)),
    st.sampled_from(["tv", "pc"]),
    st.sampled_from(["yuv420p", "yuv422p", "yuv444p", "yuvj420p", "yuvj444p", "yuv420p10le", "yuv444p10le"]),
)
def test_an_overridden_matrix_and_range_follow_their_formula_whatever_is_declared(
    samples: tuple[int, int, int], matrix: str, colour_range: str, layout: str
) -> None:
    """Within a grey level of 8 bits; swscale's white of 10 bits and limited range is 65283, a grey level off."""
    frame, bits = blank(layout), 10 if "10" in layout else 8
    scaled = (samples[0] << (bits - 8), samples[1] << (bits - 8), samples[2] << (bits - 8))
    for plane, sample in enumerate(scaled):
        fill(frame, plane, np.full(frame.planes[plane].height, sample))
    made, decoding = understood(frame, matrix=matrix, colour_range=colour_range)
    off = np.abs(made[8, 16] / (255 if bits == 8 else 65535) - by_formula(scaled, matrix, colour_range, bits)).max()
    assert off * 255 <= (1 if bits == 8 else 2)
    shown = display_picture(frame, Interpretation(matrix=matrix, colour_range=colour_range))[8, 16, 2::-1]
    assert np.abs(shown / 255 - by_formula(scaled, matrix, colour_range, bits)).max() * 255 <= 4
    assert (decoding.matrix, decoding.matrix_declared) == (matrix, "bt709")
    assert (decoding.colour_range, decoding.colour_range_declared) == (colour_range, "tv")


@pytest.mark.parametrize("layout", ["yuv444p", "yuv444p10le", "yuva444p", "nv24"])
def test_a_picture_with_chroma_for_every_pixel_has_a_matrix_and_a_range_too(layout: str) -> None:
    _, decoding = understood(noise(layout))
    assert (decoding.matrix, decoding.colour_range, decoding.chroma_location) == ("bt709", "tv", None)


def test_a_woven_picture_of_full_range_layout_stays_woven_where_its_range_is_said_otherwise() -> None:
    frame = blank("yuvj420p", size=(48, 64))
    fill(frame, 0, np.full(64, 128))
    fill(frame, 1, np.full(32, 128))
    fill(frame, 2, np.where(np.arange(32) % 2 == 0, 180, 80))
    made, _ = understood(frame, colour_range="tv", field_order="tt")
    for cr, rows in ((180, made[0::2]), (80, made[1::2])):
        assert np.abs(rows / 255 - by_formula((128, 128, cr), "bt709", "tv")).max() * 255 <= 1


@pytest.mark.parametrize("layout", ["rgb24", "gray", "gbrp"])
def test_what_is_stored_as_red_green_and_blue_or_grey_has_no_matrix_whoever_says_so(layout: str) -> None:
    frame = noise(layout)
    frame.colorspace, frame.color_range = 2, 0
    plain, _ = understood(frame)
    made, decoding = understood(frame, matrix="bt2020nc", colour_range="tv", chroma_location="left")
    assert (made == plain).all()
    assert (decoding.matrix, decoding.colour_range, decoding.chroma_location) == ("none", "pc", None)


PLACES = {
    "left": (0.0, 0.5),
    "center": (0.5, 0.5),
    "topleft": (0.0, 0.0),
    "top": (0.5, 0.0),
    "bottomleft": (0.0, 1.0),
    "bottom": (0.5, 1.0),
}
"""Where the first chroma sample lies, in luma samples right of and below the first (ITU-T H.273, figure 1)."""


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("across", [True, False])
def test_chroma_lies_where_it_is_said_to_lie(place: str, across: bool) -> None:
    """A ramp of Cr; from the red of each pixel follows at which chroma sample it was read."""
    frame = blank(size=(64, 64))
    ramp = 60 + 4 * np.arange(32)
    fill(frame, 0, np.full(64, 128))
    fill(frame, 1, np.full(32, 128))
    fill(frame, 2, np.broadcast_to(ramp, (32, 32)) if across else ramp)
    made, decoding = understood(frame, chroma_location=place)
    assert decoding.chroma_location == place
    red = (made[30, :, 0] if across else made[:, 30, 0]).astype(np.float64) / 255
    found = ((red - (128 - 16) / 219) / (2 * (1 - LUMA["bt709"][0])) * 224 + 128 - 60) / 4
    wanted = (np.arange(64) - PLACES[place][0 if across else 1]) / 2
    inner = slice(16, 40)
    assert np.abs(found - wanted)[inner].max() < 0.15


@pytest.mark.parametrize("fields", FIRST)
@pytest.mark.parametrize("layout", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "nv12", "gray", "rgb24", "yuyv422"])
@pytest.mark.parametrize("size", [(48, 32), (50, 35)])
def test_a_field_is_made_of_its_own_rows_and_of_nothing_else(layout: str, fields: str, size: tuple[int, int]) -> None:
    """Every sample of the other field is changed, luma and chroma: the field stays as it is."""
    frame, other = noise(layout, size=size), noise(layout, size=size)
    for plane in other.planes:
        content = np.frombuffer(plane, np.uint8).copy().reshape(plane.height, -1)
        content[1 - FIRST[fields] :: 2] ^= 0x55 if "10" not in layout else 0x01
        plane.update(content.tobytes())
    made, decoding = understood(frame, fields=fields)
    assert made.shape == ((size[1] + 1 - FIRST[fields]) // 2, size[0], 3)
    assert (made == understood(other, fields=fields)[0]).all()
    assert decoding.overrides == {"fields": fields}
    if layout in ("yuv444p", "gray", "rgb24", "yuyv422", "yuv422p"):
        assert (made == understood(frame)[0][FIRST[fields] :: 2]).all()  # no chroma is shared between rows


@pytest.mark.parametrize("fields", FIRST)
def test_the_rows_of_a_field_are_the_decoded_planes_own(fields: str) -> None:
    """Grey of full range passes through untouched: what is shown is the plane's every second row."""
    frame = noise("gray")
    frame.color_range = 2
    plane = np.frombuffer(frame.planes[0], np.uint8).reshape(frame.height, -1)[:, : frame.width]
    assert (understood(frame, fields=fields)[0] == plane[FIRST[fields] :: 2, :, None]).all()


@pytest.mark.parametrize("order", ["tt", "bb"])
def test_woven_fields_keep_each_its_own_colour(order: str) -> None:
    """Cr is high in one field and low in the other: no row of either is tinted by its neighbours."""
    frame = blank(size=(48, 64))
    fill(frame, 0, np.full(64, 128))
    fill(frame, 1, np.full(32, 128))
    fill(frame, 2, np.where(np.arange(32) % 2 == 0, 180, 80))
    woven, decoding = understood(frame, field_order=order)
    for cr, rows in ((180, woven[0::2]), (80, woven[1::2])):
        assert np.abs(rows / 255 - by_formula((128, 128, cr), "bt709", "tv")).max() * 255 <= 1
    assert decoding.field_order == order
    assert decoding.field_order_declared == "progressive"
    assert not (understood(frame)[0] == woven).all()  # as rows of one moment the two mix


def test_a_picture_of_one_row_has_no_fields() -> None:
    with pytest.raises(InputError, match="single row"):
        understood(noise("gray", size=(48, 1)), fields="top")


def test_a_progressive_picture_as_declared_is_what_it_always_was() -> None:
    """The digest is of a version that knew no interpretation."""
    frame = blank()
    for plane, (height, width) in enumerate([(32, 48), (16, 24), (16, 24)]):
        fill(frame, plane, np.arange(height * width).reshape(height, width) * (37 + plane) % 211 + 20)
    made, decoding = understood(frame)
    assert hashlib.sha256(made.tobytes()).hexdigest() == PINNED
    assert (decoding.fields, decoding.overrides, decoding.sample_aspect) == ("weave", {}, "12/11")
    assert (decoding.chroma_location, decoding.chroma_location_declared) == ("center", None)


@pytest.mark.parametrize(("declared", "halved"), [("12/11", "6/11"), (None, "1/2"), ("2/1", "1/1")])
def test_a_pixel_of_a_field_is_twice_as_high(declared: str | None, halved: str) -> None:
    _, decoding = understood(noise(), sample_aspect_declared=declared, fields="bottom")
    assert (decoding.sample_aspect, decoding.sample_aspect_declared) == (halved, declared)


def test_what_the_examiner_says_is_recorded_beside_what_the_file_says() -> None:
    made, decoding = understood(noise(), sample_aspect="16:11", rotation=90, field_order="progressive")
    assert (made == understood(noise())[0]).all()  # source pixels stay source pixels
    assert decoding.overrides == {"sample_aspect": "16/11", "rotation": 90, "field_order": "progressive"}
    assert (decoding.sample_aspect, decoding.sample_aspect_declared) == ("16/11", "12/11")
    assert (decoding.rotation, decoding.rotation_declared) == (90, 0)


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"matrix": "smpte170m"},
        {"matrix": "bt2020nc", "colour_range": "pc"},
        {"fields": "top"},
        {"fields": "bottom", "field_order": "bb"},
        {"field_order": "tt"},
    ],
)
def test_what_the_window_shows_quickly_is_the_evidence_to_the_eye(said: dict[str, str]) -> None:
    frame = blank(size=(192, 96))
    fill(frame, 0, np.add.outer(np.arange(96), np.arange(192)) // 3 + 60)
    fill(frame, 1, np.add.outer(np.arange(48), np.arange(96)) // 2 + 90)
    fill(frame, 2, 150 - np.add.outer(np.arange(48), np.arange(96)) // 2)
    evidence, _ = understood(frame, **said)
    shown = display_picture(frame, Interpretation(**said))  # type: ignore[arg-type]
    assert shown.dtype == np.uint8
    assert shown.shape == (*evidence.shape[:2], 4)
    assert np.abs(shown[..., 2::-1].astype(int) - evidence).mean() < 2


@pytest.mark.parametrize(("fields", "shape"), [("weave", (48, 96, 4)), ("top", (24, 96, 4))])
def test_a_display_picture_can_be_smaller_but_not_larger(fields: str, shape: tuple[int, int, int]) -> None:
    frame, said = noise(size=(192, 96)), Interpretation(fields=fields)
    assert display_picture(frame, said, 96).shape == shape
    assert display_picture(frame, said, 5000).shape == display_picture(frame, said).shape


@pytest.mark.parametrize("order", ["tt", "bb"])
@pytest.mark.parametrize(("codec", "name"), [("libx264", "i.mp4"), ("mpeg2video", "i.ts")])
def test_interlaced_footage_is_told_and_either_field_can_be_had(
    tmp_path: Path, codec: str, name: str, order: str
) -> None:
    path = make_clip(tmp_path / name, codec=codec, frames=6, interlaced=order)
    with Reader.open(path) as reader:
        assert reader.probe.interlaced
        assert any("interlaced" in warning and "fields" in warning for warning in reader.probe.warnings)
        woven = reader.frame(4)
        assert woven.decoding.interlaced
        assert woven.decoding.top_field_first is (order == "tt")
        assert (woven.decoding.fields, woven.decoding.field_order) == ("weave", order)
        assert woven.decoding.chroma_location == "left"
        for fields, first in FIRST.items():
            field = reader.frame(4, interpretation=Interpretation(fields=fields))
            assert read_number(field.picture) == 8 + ((order == "tt") == (fields == "bottom"))
            assert (field.picture == woven.picture[first::2]).all()
            assert field.planes_sha256 == woven.planes_sha256
            assert field.name == woven.name
            assert (field.width, field.height, field.decoding.sample_aspect) == (192, 48, "1/2")
        assert (reader.frame(4).picture == woven.picture).all()
        again = reader.frame(4, interpretation=Interpretation(field_order="progressive"))
        assert again.picture_sha256 != woven.picture_sha256


def test_where_interlacing_begins_is_told_of_footage_that_is_decoded_whole(tmp_path: Path) -> None:
    plain, woven = (
        make_clip(tmp_path / f"{order}.m2v", codec="mpeg2video", frames=4, interlaced=order) for order in (None, "tt")
    )
    joined = tmp_path / "joined.m2v"
    joined.write_bytes(plain.read_bytes() + woven.read_bytes())
    with Reader.open(joined) as reader:
        assert reader.index.method == "decoded"
        assert "From picture 4 on the pictures are interlaced." in reader.probe.warnings
        assert [reader.frame(number).decoding.interlaced for number in (3, 4)] == [False, True]


def test_a_stream_of_single_fields_is_not_parted_again(tmp_path: Path) -> None:
    """HEVC codes each field as a picture; x265 takes and gives them so."""
    fields = {"x265-params": "interlace=tff:log-level=none"}
    path = make_clip(tmp_path / "fields.mkv", codec="libx265", frames=4, options=fields)
    with Reader.open(path) as reader, av.open(str(path)) as container:
        assert any("single field" in warning for warning in reader.probe.warnings)
        assert not any("woven" in warning for warning in reader.probe.warnings)
        for number, decoded in enumerate(container.decode(video=0)):
            frame = reader.frame(number)
            assert read_number(frame.picture) == number
            assert frame.decoding.one_field
            assert frame.decoding.interlaced
            assert frame.decoding.top_field_first is (number % 2 == 0)  # which of the two it is
            whole, _ = understood(decoded, field_order="progressive")
            assert (frame.picture == whole).all()
        with pytest.raises(InputError, match="single field already"):
            reader.frame(1, interpretation=Interpretation(fields="top"))


def test_progressive_footage_is_not_called_interlaced(tmp_path: Path) -> None:
    with Reader.open(make_clip(tmp_path / "p.mp4", frames=3)) as reader:
        assert not any("interlaced" in warning for warning in reader.probe.warnings)
        assert reader.frame(0).decoding.top_field_first is None


def test_reading_the_header_leaves_the_picture_as_it_was(tmp_path: Path) -> None:
    with av.open(str(make_clip(tmp_path / "i.mp4", frames=2, interlaced="bb"))) as container:
        for frame in container.decode(video=0):
            before = frame.pts, frame.dts, frame.time_base, frame.pict_type, bytes(frame.planes[0])
            assert frame_header(frame) == FrameHeader(top_field_first=False, chroma_location="left")
            assert before == (frame.pts, frame.dts, frame.time_base, frame.pict_type, bytes(frame.planes[0]))
            frame.pts, frame.time_base = None, Fraction(0)
            assert frame_header(frame).top_field_first is False
            assert (frame.pts, frame.time_base) == (None, None)


def test_a_header_of_another_ffmpeg_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(av.library_versions, "libavutil", (61, 0, 0))
    assert frame_header(noise()) == FrameHeader()


@pytest.mark.parametrize("name", ["colour_range", "matrix", "chroma_location", "rotation", "field_order", "fields"])
def test_a_value_that_is_none_is_refused_with_those_there_are(name: str) -> None:
    with pytest.raises(InputError, match=f"There is no {name} «odd»"):
        Interpretation(**{name: "odd"})  # type: ignore[arg-type]


@pytest.mark.parametrize("rotation", [45, 360, -90, 90.0, False, "90"])
def test_a_rotation_is_a_whole_number_of_quarter_turns(rotation: Any) -> None:
    with pytest.raises(InputError, match="There is no rotation"):
        Interpretation(rotation=rotation)


@pytest.mark.parametrize("aspect", ["", "16", "0/1", "16/0", "-4/3", "4/3/2", "1.5", "99999999/1", "٤/٣", "a/b"])
def test_a_pixel_aspect_is_a_ratio(aspect: str) -> None:
    with pytest.raises(InputError, match="ratio of two whole numbers"):
        Interpretation(sample_aspect=aspect)


def test_an_interpretation_survives_json_and_names_only_what_differs() -> None:
    said = Interpretation(matrix="fcc", rotation=0, sample_aspect="4:3", fields="top")
    assert Interpretation.from_json(said.to_json()) == said
    assert said.overrides() == {"matrix": "fcc", "rotation": 0, "sample_aspect": "4/3", "fields": "top"}
    assert AS_DECLARED.overrides() == {}
    assert Interpretation.from_json({}) == AS_DECLARED
    with pytest.raises(InputError, match="no interpretation «gamma»"):
        Interpretation.from_json({"gamma": "2.2"})
