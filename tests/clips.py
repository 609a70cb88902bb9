"""Footage made for tests: every picture bears its own number as bars, so none can pass for another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

BITS = 12
"""Bars across the picture: numbers 0..4095, and the same again inverted below as a check."""


def draw(number: int, size: tuple[int, int] = (192, 96)) -> NDArray[np.uint8]:
    """RGB uint8 (H, W, 3): bars in the upper half, below them a bright square that walks over a fixed texture."""
    width, height = size
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    picture = np.stack([(x * 3 + y) % 160 + 40, (x + y * 5) % 160 + 40, (x * y // 7) % 160 + 40], axis=-1).astype(
        np.uint8
    )
    bar, row = width // BITS, height // 4
    for bit in range(BITS):
        on = bool(number >> (BITS - 1 - bit) & 1)
        picture[:row, bit * bar : (bit + 1) * bar] = 235 if on else 16
        picture[row : 2 * row, bit * bar : (bit + 1) * bar] = 16 if on else 235
    side = row
    left = number * 5 % (width - side)
    picture[2 * row + row // 2 : 2 * row + row // 2 + side, left : left + side] = (240, 200, number * 11 % 200)
    return picture


def read_number(picture: NDArray[np.uint8] | NDArray[np.uint16]) -> int:
    """The number that :func:`draw` wrote into ``picture`` (H, W, 3). Raises ``ValueError`` if the bars disagree."""
    height, width = picture.shape[:2]
    grey = picture.astype(np.float64).mean(axis=2) / (257 if picture.dtype == np.uint16 else 1)
    bar, row = width // BITS, height // 4
    number = 0
    for bit in range(BITS):
        inner = slice(bit * bar + bar // 4, (bit + 1) * bar - bar // 4)
        upper = grey[row // 4 : row - row // 4, inner].mean()
        lower = grey[row + row // 4 : 2 * row - row // 4, inner].mean()
        if abs(upper - lower) < 60:
            raise ValueError(f"bar {bit} can't be read: {upper:.0f} over {lower:.0f}")
        number = number << 1 | int(upper > lower)
    return number


def make_clip(
    path: Path,
    *,
    codec: str = "libx264",
    frames: int = 40,
    size: tuple[int, int] = (192, 96),
    rate: int = 25,
    gop: int = 250,
    bframes: int = 0,
    pixel_format: str = "yuv420p",
    options: Mapping[str, str] | None = None,
    container_format: str | None = None,
    container_options: Mapping[str, str] | None = None,
    pts: Sequence[int] | None = None,
    rotation: int | None = None,
    sample_aspect: Fraction | None = None,
    interlaced: str | None = None,
    first: int = 0,
) -> Path:
    """Write ``frames`` numbered pictures to ``path`` and return it; the first bears the number ``first``.

    ``pts`` are presentation times in thousandths of a second (variable rate); without them picture n is shown at
    n / ``rate``. ``options`` go to the encoder, ``container_options`` to the muxer. ``interlaced`` (libx264,
    mpeg2video, mpeg4): ``tt`` or ``bb``; picture n is then woven of two moments: the field that comes first shows
    ``draw(2n)``, the other ``draw(2n + 1)``, and the pictures are coded and marked as such.
    """
    extra = dict(options or {})
    if codec == "libx264":
        extra = {"preset": "veryfast", "threads": "1", "crf": "20", **extra}
    if interlaced is not None:
        extra["flags"] = "+ildct+ilme"
        if codec == "libx264":
            extra["x264-params"] = ":".join(filter(None, [extra.get("x264-params"), f"{interlaced[0]}ff=1"]))
    with av.open(str(path), "w", format=container_format, options=dict(container_options or {})) as container:
        stream = container.add_stream(codec, rate=rate, options=extra)
        stream.width, stream.height = size
        stream.pix_fmt = pixel_format
        context = stream.codec_context
        context.gop_size = gop
        if bframes:
            context.max_b_frames = bframes
        base = Fraction(1, 1000) if pts is not None else Fraction(1, rate)
        context.time_base = base
        if sample_aspect is not None:
            context.sample_aspect_ratio = sample_aspect
        if rotation is not None:
            stream.set_display_rotation(rotation)
        woven = _field_marker(size, pixel_format, interlaced) if interlaced is not None else None
        for number in range(frames):
            shown = first + number
            picture = draw(shown, size) if interlaced is None else _weave(shown, size, interlaced)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pixel_format)
            if woven is not None:
                woven.vpush(frame)
                frame = woven.vpull()
            frame.pts = pts[number] if pts is not None else number
            frame.time_base = base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def _weave(number: int, size: tuple[int, int], interlaced: str) -> NDArray[np.uint8]:
    picture, first = draw(2 * number + 1, size), 0 if interlaced == "tt" else 1
    picture[first::2] = draw(2 * number, size)[first::2]
    return picture


def _field_marker(size: tuple[int, int], pixel_format: str, interlaced: str) -> av.filter.Graph:
    """PyAV can't say of a picture that it is interlaced; a filter can."""
    graph = av.filter.Graph()
    graph.link_nodes(
        graph.add_buffer(width=size[0], height=size[1], format=pixel_format, time_base=Fraction(1, 1000)),
        graph.add("setfield", f"{interlaced[0]}ff"),
        graph.add("buffersink"),
    ).configure()
    return graph


def make_still(path: Path, *, number: int = 5, size: tuple[int, int] = (192, 96), pixel_format: str = "RGB") -> Path:
    """Write one numbered picture with Pillow (by the suffix: png, jpg, bmp, tiff, webp, gif) and return ``path``."""
    from PIL import Image

    Image.fromarray(draw(number, size)).convert(pixel_format).save(
        path, **({"lossless": True} if path.suffix == ".webp" else {})
    )
    return path


def make_sound(path: Path, *, seconds: float = 0.5) -> Path:
    """Write a file that holds sound and no picture; return ``path``."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        count = int(44100 * seconds)
        for start in range(0, count, 1024):
            wave = np.sin(np.arange(start, start + 1024) / 20).astype(np.float32)[None]
            frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 44100, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
