"""What FFmpeg tells of a decoded picture and PyAV does not hand on: which field is first, where chroma samples lie."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from fractions import Fraction

import av
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

KNOWN_MAJOR = 60
"""The libavutil whose public ``AVFrame`` (libavutil/frame.h) is laid out as below; another's is not read."""
KEY, INTERLACED, TOP_FIELD_FIRST = 1 << 1, 1 << 3, 1 << 4
CHROMA_LOCATIONS = {1: "left", 2: "center", 3: "topleft", 4: "top", 5: "bottomleft", 6: "bottom"}
"""``AVChromaLocation``; 0 means that nothing is told."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameHeader:
    """``top_field_first`` of a picture that is told to be interlaced, else null. ``chroma_location`` as the decoder
    tells it: what the stream declares or, where that is silent, what the coding standard takes for granted."""

    top_field_first: bool | None = None
    chroma_location: str | None = None


class _AVFrame(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p * 8),
        ("linesize", ctypes.c_int * 8),
        ("extended_data", ctypes.c_void_p),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("nb_samples", ctypes.c_int),
        ("format", ctypes.c_int),
        ("pict_type", ctypes.c_int),
        ("sample_aspect_ratio", ctypes.c_int * 2),
        ("pts", ctypes.c_int64),
        ("pkt_dts", ctypes.c_int64),
        ("time_base", ctypes.c_int * 2),
        ("quality", ctypes.c_int),
        ("opaque", ctypes.c_void_p),
        ("repeat_pict", ctypes.c_int),
        ("sample_rate", ctypes.c_int),
        ("buf", ctypes.c_void_p * 8),
        ("extended_buf", ctypes.c_void_p),
        ("nb_extended_buf", ctypes.c_int),
        ("side_data", ctypes.c_void_p),
        ("nb_side_data", ctypes.c_int),
        ("flags", ctypes.c_int),
        ("color_range", ctypes.c_int),
        ("color_primaries", ctypes.c_int),
        ("color_trc", ctypes.c_int),
        ("colorspace", ctypes.c_int),
        ("chroma_location", ctypes.c_int),
    )


def frame_header(frame: VideoFrame) -> FrameHeader:
    """The header of ``frame``; everything null where it can't be read or does not say what PyAV says of the same
    picture. The picture is left as it was.

    FFmpeg's ``wrapped_avframe`` encoder hands on a picture as it is: its packet is the ``AVFrame`` itself.
    """
    pts, time_base = frame.pts, frame.time_base
    if av.library_versions["libavutil"][0] != KNOWN_MAJOR:
        return FrameHeader()
    try:
        encoder = VideoCodecContext.create("wrapped_avframe", "w")
        encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, frame.format.name
        encoder.time_base = time_base or Fraction(1)
        packets = encoder.encode(frame)
    except (FFmpegError, ValueError):
        return FrameHeader()
    finally:
        frame.pts, frame.time_base = pts, time_base or Fraction(0)  # the encoder gives both to pictures without
    content = bytes(packets[0]) if packets else b""
    if len(content) < ctypes.sizeof(_AVFrame):
        return FrameHeader()
    header = _AVFrame.from_buffer_copy(content)
    if not _same(header, frame):
        return FrameHeader()
    return FrameHeader(
        top_field_first=bool(header.flags & TOP_FIELD_FIRST) if header.flags & INTERLACED else None,
        chroma_location=CHROMA_LOCATIONS.get(header.chroma_location),
    )


def _same(header: _AVFrame, frame: VideoFrame) -> bool:
    told = (header.width, header.height, header.pict_type, header.colorspace, header.color_range)
    flags = (bool(header.flags & KEY), bool(header.flags & INTERLACED))
    return told == (
        frame.width,
        frame.height,
        int(frame.pict_type),
        int(frame.colorspace),
        int(frame.color_range),
    ) and flags == (bool(frame.key_frame), bool(frame.interlaced_frame))
