from __future__ import annotations

import hashlib
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clips import draw, make_clip, make_still
from facet.footage import Reader
from facet.footage.colour import colour_of, planes_digest, to_rgb

LUMA = {"bt709": (0.2126, 0.0722), "smpte170m": (0.299, 0.114), "bt2020nc": (0.2627, 0.0593)}
"""Red and blue weights (ITU-R BT.709-6, BT.601-7, BT.2020-2)."""
NUMBERS = {"bt709": 1, "smpte170m": 6, "bt2020nc": 9}


def flat(samples: tuple[int, int, int], *, matrix: str, full: bool, layout: str = "yuv420p") -> av.VideoFrame:
    frame = av.VideoFrame(32, 16, layout)
    for plane, sample in zip(frame.planes, samples, strict=True):
        plane.update(bytes([sample]) * plane.buffer_size)
    frame.colorspace, frame.color_range = NUMBERS[matrix], 2 if full else 1
    return frame


def by_formula(samples: tuple[int, int, int], matrix: str, full: bool) -> np.ndarray:
    """E'R, E'G, E'B from Y'CbCr as the recommendations define them, 0..255, clipped."""
    red, blue = LUMA[matrix]
    luma, cb, cr = samples
    y, b, r = (luma / 255, (cb - 128) / 255, (cr - 128) / 255) if full else (
        (luma - 16) / 219, (cb - 128) / 224, (cr - 128) / 224,
    )  # fmt: skip
    r_, b_ = y + 2 * (1 - red) * r, y + 2 * (1 - blue) * b
    g_ = (y - red * r_ - blue * b_) / (1 - red - blue)
    return np.clip(np.array([r_, g_, b_]) * 255, 0, 255)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(16, 235),
    st.integers(90, 166),
    st.integers(90, 166),
    st.sampled_from(list(LUMA)),
    st.booleans(),
    st.sampled_from(["yuv420p", "yuv422p", "yuv444p"]),
)
def test_colours_follow_the_declared_matrix_and_range(
    y: int, cb: int, cr: int, matrix: str, full: bool, layout: str
) -> None:
    frame = flat((y, cb, cr), matrix=matrix, full=full, layout=layout)
    colour = colour_of(frame)
    assert (colour.matrix, colour.colour_range) == (matrix, "pc" if full else "tv")
    assert np.abs(to_rgb(frame, colour)[8, 16] - by_formula((y, cb, cr), matrix, full)).max() <= 1


@pytest.mark.parametrize(
    ("height", "matrix"), [(576, "smpte170m"), (718, "smpte170m"), (720, "bt709"), (1080, "bt709")]
)
def test_an_undeclared_matrix_is_chosen_by_the_rows_and_recorded_as_undeclared(height: int, matrix: str) -> None:
    colour = colour_of(av.VideoFrame(64, height, "yuv420p"))
    assert (colour.matrix, colour.matrix_declared) == (matrix, None)
    assert (colour.colour_range, colour.colour_range_declared) == ("tv", None)


def test_pictures_of_more_than_eight_bits_keep_them(tmp_path: Path) -> None:
    path = make_clip(tmp_path / "ten.mp4", frames=2, pixel_format="yuv420p10le", options={"crf": "1"})
    with Reader.open(path) as reader:
        frame = reader.frame(0)
        assert frame.picture.dtype == np.uint16
        assert frame.decoding.bits == 10
        assert len(np.unique(frame.picture & 0xFF)) > 50
        bars = np.s_[:48]
        assert np.abs(frame.picture[bars] / 65535 * 255 - draw(0)[bars]).mean() < 2


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.tiff", "a.webp"])
@pytest.mark.parametrize("size", [(192, 96), (193, 97)])
def test_a_lossless_still_keeps_every_pixel(tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    with Reader.open(make_still(tmp_path / name, number=77, size=size)) as reader:
        frame = reader.frame(0)
        assert (frame.picture == draw(77, size)).all()
        assert frame.decoding.matrix == "none"


def test_a_sixteen_bit_still_keeps_every_sample(tmp_path: Path) -> None:
    samples = np.random.default_rng(0).integers(0, 65536, (20, 31, 3), dtype=np.uint16)
    frame = av.VideoFrame.from_ndarray(samples, format="rgb48le")
    encoder = av.CodecContext.create("png", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = 31, 20, "rgb48be", 1
    path = tmp_path / "deep.png"
    path.write_bytes(b"".join(bytes(packet) for packet in encoder.encode(frame.reformat(format="rgb48be"))))
    with Reader.open(path) as reader:
        assert (reader.frame(0).picture == samples).all()


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA"])
def test_grey_palette_and_opaque_alpha_become_rgb_without_a_warning(tmp_path: Path, mode: str) -> None:
    from PIL import Image

    path = make_still(tmp_path / "x.png", pixel_format=mode)
    with Reader.open(path) as reader, Image.open(path) as image:
        assert (reader.frame(0).picture == np.asarray(image.convert("RGB"))).all()
        assert not [warning for warning in reader.probe.warnings if "transparent" in warning]


def test_transparent_parts_are_shown_as_stored_and_warned_of(tmp_path: Path) -> None:
    from PIL import Image

    rgba = np.dstack([draw(3), np.full((96, 192), 40, np.uint8)])
    Image.fromarray(rgba).save(tmp_path / "ghost.png")
    with Reader.open(tmp_path / "ghost.png") as reader:
        assert (reader.frame(0).picture == draw(3)).all()
        assert any("transparent" in warning for warning in reader.probe.warnings)


@pytest.mark.parametrize(
    "layout", ["yuv420p", "yuv422p", "yuv444p", "yuv420p10le", "nv12", "gray", "rgb24", "bgra", "gbrp", "yuyv422"]
)
@pytest.mark.parametrize("size", [(64, 32), (50, 34)])
def test_the_digest_of_the_planes_is_over_visible_samples_only(layout: str, size: tuple[int, int]) -> None:
    """FFmpeg's own packing of the planes without padding (PyAV's ``to_ndarray``) is the witness."""
    frame = av.VideoFrame.from_ndarray(draw(9, (96, 64))[: size[1], : size[0]].copy(), format="rgb24").reformat(
        format=layout
    )
    packed = frame.to_ndarray()
    if layout == "gbrp":
        packed = np.stack([packed[..., 1], packed[..., 2], packed[..., 0]])
    assert planes_digest(frame) == hashlib.sha256(np.ascontiguousarray(packed).tobytes()).hexdigest()
