"""Real encoders, and what their decoders give back. Pictures are RGB uint8 (H, W, 3)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image

LEAST = 32
"""Pixels a side that the encoder gets at least; smaller pictures are continued by their edges."""
RATE = 25


def jpeg(picture: NDArray[np.uint8], quality: int) -> NDArray[np.uint8]:
    """Through JPEG at ``quality`` (1..95, Pillow's scale), colour halved both ways."""
    held = io.BytesIO()
    Image.fromarray(picture).save(held, "JPEG", quality=quality, subsampling=2)
    return np.asarray(Image.open(held).convert("RGB"))


def h264(pictures: Sequence[NDArray[np.uint8]], qp: int, *, interlaced: bool = False) -> list[NDArray[np.uint8]]:
    """Successive pictures of one size through H.264 at a constant ``qp`` (0..51): the first a key frame, the others
    predicted; 4:2:0, by libx264 in one thread. With ``interlaced`` as pairs of fields."""
    height, width = pictures[0].shape[:2]
    below, right = (max(LEAST, length + length % 2) - length for length in (height, width))
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width + right, height + below, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, RATE), Fraction(RATE)
    encoder.thread_count = 1
    encoder.options = {"qp": str(qp), "preset": "veryfast", "tune": "zerolatency", "bf": "0"}
    if interlaced:
        encoder.options = {**encoder.options, "x264-params": "tff=1"}
    packets = []
    for number, picture in enumerate(pictures):
        padded = np.pad(picture, ((0, below), (0, right), (0, 0)), mode="edge")
        frame = av.VideoFrame.from_ndarray(padded, format="rgb24").reformat(format="yuv420p")
        frame.pts = number
        packets += encoder.encode(frame)
    packets += encoder.encode(None)
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    frames = [frame for packet in packets for frame in decoder.decode(packet)] + decoder.decode(None)
    return [np.ascontiguousarray(frame.to_ndarray(format="rgb24")[:height, :width]) for frame in frames]
