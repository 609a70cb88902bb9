"""The footage that the tests of this room read, made once a run, and what a plain sequential decode says of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

from clips import make_clip, make_still
from facet.footage.colour import planes_digest

FRAMES = 70
VARIABLE = [int(t) for t in np.cumsum(np.random.default_rng(5).integers(7, 90, FRAMES))]
OPEN_GROUPS = {"x264-params": "open-gop=1:b-adapt=0:scenecut=0"}

CLIPS: dict[str, Callable[[Path], Path]] = {
    "long-group.mp4": lambda p: make_clip(p, frames=FRAMES, bframes=3, gop=30),
    "long-group.mkv": lambda p: make_clip(p, frames=FRAMES, bframes=3, gop=30),
    "long-group.mov": lambda p: make_clip(p, frames=FRAMES, bframes=3, gop=30),
    "open-groups.ts": lambda p: make_clip(p, frames=FRAMES, bframes=3, gop=12, options=OPEN_GROUPS),
    "open-groups.mp4": lambda p: make_clip(p, frames=FRAMES, bframes=3, gop=12, options=OPEN_GROUPS),
    "rolling-refresh.ts": lambda p: make_clip(p, frames=FRAMES, gop=20, options={"x264-params": "intra-refresh=1"}),
    "variable-rate.mp4": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20, pts=VARIABLE),
    "mpeg4-b.avi": lambda p: make_clip(p, codec="mpeg4", frames=FRAMES, bframes=2, gop=15, options={"b": "2M"}),
    "h264-b.avi": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=15),
    "motion-jpeg.avi": lambda p: make_clip(p, codec="mjpeg", frames=FRAMES, pixel_format="yuvj420p"),
    "ten-bit.mp4": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20, pixel_format="yuv420p10le"),
    "raw.h264": lambda p: make_clip(p, frames=FRAMES, bframes=2, gop=20, container_format="h264"),
    "program-stream.mpg": lambda p: make_clip(p, codec="mpeg2video", frames=FRAMES, bframes=2, options={"b": "3M"}),
    "animation.gif": lambda p: make_clip(p, codec="gif", frames=FRAMES, pixel_format="rgb8"),
    "still.png": make_still,
    "still.jpg": make_still,
    "still.bmp": make_still,
    "still.tiff": make_still,
    "still.webp": make_still,
}


def sequential(path: Path) -> list[tuple[int | None, str]]:
    """PTS and digest of the planes of every picture, as one thread decodes them from the start."""
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        video.thread_type = "NONE"
        return [(frame.pts, planes_digest(frame)) for frame in container.decode(video)]
