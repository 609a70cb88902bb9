"""A clip made from a portrait, for demonstrations away from any network: small, moving, noisy, H.264.

It is footage of nothing: whoever shows it says so.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FRAMES, RATE = 75, 25
WIDTH, HEIGHT = 176, 144
SIDE = 214
"""Pixels of the scaled portrait's height: its face is then some 35 pixels wide, what a corridor camera gives."""


def render_portrait_clip(portrait: NDArray[np.uint8], out: Path, *, seed: int = 0) -> None:
    """Write a 3 s MP4 in which ``portrait`` (RGB uint8, H, W, 3) drifts under sensor noise.

    The same portrait and seed give the same pictures; the file depends on the encoder's build.
    """
    import av
    from PIL import Image

    size = (SIDE * portrait.shape[1] // portrait.shape[0], SIDE)
    canvas = np.asarray(Image.fromarray(portrait).resize(size, Image.Resampling.BOX), dtype=np.float32)
    centre = canvas.shape[1] // 2 - WIDTH // 2
    random = np.random.default_rng(seed)
    with av.open(str(out), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = Fraction(1, RATE)
        stream.options = {"crf": "30", "g": "25", "threads": "1"}
        for number in range(FRAMES):
            turn = 2 * np.pi * number / FRAMES
            left, top = centre + round(14 * np.sin(turn)), 8 + round(8 * np.sin(2 * turn))
            view = canvas[top : top + HEIGHT, left : left + WIDTH]
            noisy = np.clip(view + random.normal(0, 5, view.shape), 0, 255).round().astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(noisy, format="rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
