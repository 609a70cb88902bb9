"""1080p clips made for measuring: every picture bears its number as bars, so that a wrong one is known for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

SIZE = (1920, 1080)
BITS = 12
RATE = 25
BAR = SIZE[1] // 12
"""Rows of the bars, and again of their inverse below, as a check."""


@dataclass(frozen=True, kw_only=True)
class Clip:
    """One row of the table. ``seekable``: whether a seek to a keyframe's time lands there."""

    title: str
    file: str
    frames: int
    quick: int
    codec: str = "libx264"
    pixel_format: str = "yuv420p"
    gop: int = 250
    bframes: int = 2
    container: str | None = None
    variable: bool = False
    seekable: bool = True
    options: Mapping[str, str] = field(default_factory=dict)


CLIPS = (
    Clip(title="H.264 MP4, GOP 250", file="long.mp4", frames=750, quick=500),
    Clip(title="H.264 MP4, GOP 12", file="short.mp4", frames=240, quick=96, gop=12),
    Clip(title="H.264 MP4, GOP 50, variable rate", file="variable.mp4", frames=240, quick=120, gop=50, variable=True),
    Clip(title="Motion JPEG AVI", file="jpeg.avi", frames=160, quick=80, codec="mjpeg", pixel_format="yuvj420p",
         bframes=0),
    Clip(title="H.264 TS, open GOP 25", file="open.ts", frames=200, quick=100, gop=25, bframes=3,
         options={"x264-params": "open-gop=1:b-adapt=0:scenecut=0"}, seekable=False),
    Clip(title="raw H.264, GOP 50", file="raw.h264", frames=200, quick=100, gop=50, container="h264", seekable=False),
)  # fmt: skip


def make_clip(clip: Clip, folder: Path, *, quick: bool) -> Path:
    """Write ``clip`` into ``folder`` and return its path."""
    path, count = folder / clip.file, clip.quick if quick else clip.frames
    options = dict(clip.options)
    if clip.codec == "libx264":
        options = {"preset": "superfast", "crf": "26", "x264-params": "scenecut=0", **options}
    elif clip.codec == "mjpeg":
        options = {"qmin": "4", "qmax": "4", **options}
    base = Fraction(1, 1000) if clip.variable else Fraction(1, RATE)
    steps = np.random.default_rng(3).integers(15, 90, count) if clip.variable else np.ones(count, np.int64)
    times = np.cumsum(steps) - steps[0]
    scenery = Scenery()
    with av.open(str(path), "w", format=clip.container) as container:
        stream = container.add_stream(clip.codec, rate=RATE, options=options)
        stream.width, stream.height = SIZE
        stream.pix_fmt = clip.pixel_format
        stream.codec_context.gop_size = clip.gop
        stream.codec_context.max_b_frames = clip.bframes
        stream.codec_context.time_base = base
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(scenery.picture(number), format=clip.pixel_format)
            frame.pts, frame.time_base = int(times[number]), base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


class Scenery:
    """A still background, three things that move, the noise of a sensor, and the number."""

    def __init__(self) -> None:
        width, height = SIZE
        random = np.random.default_rng(1)
        coarse = random.normal(0, 1, (height // 8, width // 8))
        ground = np.kron(coarse, np.ones((8, 8)))
        for axis in (0, 1):
            ground = sum(np.roll(ground, shift, axis) for shift in range(-6, 7)) / 13
        self._ground = (120 + 130 * ground + random.normal(0, 3, ground.shape)).clip(20, 230).astype(np.uint8)
        self._noise = [random.integers(0, 4, ground.shape, dtype=np.uint8) for _ in range(4)]
        self._thing = random.integers(40, 220, (180, 90), dtype=np.uint8)

    def picture(self, number: int) -> NDArray[np.uint8]:
        """Planes of 4:2:0 one below the other, (H·3/2, W)."""
        width, height = SIZE
        planes = np.full((height * 3 // 2, width), 128, np.uint8)
        luma = planes[:height]
        np.add(self._ground, self._noise[number % 4], out=luma)
        for which, speed in enumerate((5, -9, 14)):
            left, top = (number * speed + 600 * which) % (width - 90), 300 + 220 * which
            luma[top : top + 180, left : left + 90] = self._thing
        bar = width // BITS
        for bit in range(BITS):
            on = bool(number >> (BITS - 1 - bit) & 1)
            luma[:BAR, bit * bar : (bit + 1) * bar] = 235 if on else 16
            luma[BAR : 2 * BAR, bit * bar : (bit + 1) * bar] = 16 if on else 235
        return planes


def read_number(picture: NDArray[np.uint8]) -> int:
    """The number in a picture (H, W) or (H, W, channels), also a reduced one; -1 where the bars say nothing."""
    height, width = picture.shape[:2]
    row, bar = height // 12, width // BITS
    grey = picture[: 2 * row].astype(np.float32)
    grey = grey if grey.ndim == 2 else grey[..., :3].mean(axis=2)
    number = 0
    for bit in range(BITS):
        inner = slice(bit * bar + bar // 4, (bit + 1) * bar - bar // 4)
        upper, lower = (
            grey[row // 4 : row - row // 4, inner].mean(),
            grey[row + row // 4 : 2 * row - row // 4, inner].mean(),
        )
        if abs(upper - lower) < 60:
            return -1
        number = number << 1 | int(upper > lower)
    return number
