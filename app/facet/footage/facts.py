"""What a container says of itself and of its streams, as canonical JSON values."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from typing import Any

import av
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from facet.core.canonical import Json
from facet.core.clock import decimal
from facet.core.i18n import N_
from facet.footage.colour import FIELD_ORDERS, MATRICES, RANGES, colour_of, has_visible_alpha
from facet.footage.container import Container
from facet.footage.remark import Remark

PACKETS = 64
"""Packets in which a picture is looked for that tells the rotation of its stream."""


def build() -> dict[str, Json]:
    """The versions of PyAV and of FFmpeg's libraries."""
    libraries = {name: ".".join(map(str, version)) for name, version in sorted(av.library_versions.items())}
    return {"pyav": av.__version__, **libraries}


def describe(container: Container) -> dict[str, Json]:
    """Container and streams as declared. Times are decimal seconds, rates and ratios ``"n/d"``; unknown is null."""
    whole = container.av.duration if container.folder is None else None
    return {
        "container": container.layout,
        "container_title": container.title,
        "duration": decimal(Fraction(whole, 1_000_000)) if whole and whole > 0 else None,
        "stream": container.video.index,
        "videos": sum(not video.disposition & Disposition.attached_pic for video in container.av.streams.video),
        "streams": [_stream(stream) for stream in container.av.streams],
        "metadata": {str(key): str(value) for key, value in sorted(container.av.metadata.items())},
    }


def colour_facts(frame: VideoFrame) -> dict[str, Json]:
    """The colour rule of the first picture; the rule is settled again for every picture."""
    colour = colour_of(frame)
    return {
        "pixel_format": frame.format.name,
        "bits": colour.bits,
        "matrix": colour.matrix,
        "matrix_declared": colour.matrix_declared,
        "range": colour.colour_range,
        "range_declared": colour.colour_range_declared,
    }


def colour_remarks(frame: VideoFrame) -> list[Remark]:
    """What the conversion to RGB assumes or leaves out."""
    colour, remarks = colour_of(frame), []
    if colour.matrix != "none" and colour.matrix_declared is None:
        text = N_("No colour matrix is declared; {used} is assumed.")
        remarks.append(Remark(text, {"used": colour.matrix}, grave=False))
    elif colour.matrix not in {"none", colour.matrix_declared}:
        text = N_("The colour matrix {declared} can't be used; {used} is used instead.")
        remarks.append(Remark(text, {"declared": colour.matrix_declared, "used": colour.matrix}))
    if has_visible_alpha(frame):
        text = N_("The pictures have transparent parts; their stored colours are shown as if they were opaque.")
        remarks.append(Remark(text))
    return remarks


def rotation_of(frame: VideoFrame, stream: int | None = 0) -> int | None:
    """Clockwise degrees that make the picture upright: 0, 90, 180, 270; None for another angle. ``stream`` is what
    :func:`stream_rotation` gave: it holds for a picture that itself tells none."""
    clockwise = -frame.rotation % 360
    if not clockwise:
        return stream
    return clockwise if clockwise % 90 == 0 else None


def stream_rotation(container: Container) -> int | None:
    """What :func:`rotation_of` says of the stream: its pictures do not tell it where each has a decoder of its own."""
    if not container.apart:
        return 0
    for _, packet in zip(range(PACKETS), container.packets(), strict=False):
        with contextlib.suppress(av.FFmpegError):
            for frame in container.video.decode(packet):
                return rotation_of(frame)
    return 0


def ratio(value: Fraction | None) -> str | None:
    """``"n/d"``, or None for unknown."""
    return f"{value.numerator}/{value.denominator}" if value else None


def _stream(stream: Stream) -> dict[str, Json]:
    context: Any = getattr(stream, "codec_context", None)
    base = stream.time_base
    facts: dict[str, Json] = {
        "index": stream.index,
        "type": stream.type,
        "codec": context.name if context is not None else None,
        "profile": context.profile if context is not None else None,
        "codec_tag": str(stream.codec_tag) if context is not None else None,
        "time_base": ratio(base),
        "start_pts": stream.start_time,
        "duration": decimal(stream.duration * base) if stream.duration and base else None,
        "frames_declared": stream.frames or None,
        "language": stream.language,
    }
    if isinstance(stream, VideoStream) and context is not None:
        facts |= {
            "width": context.width,
            "height": context.height,
            "coded_width": context.coded_width,
            "coded_height": context.coded_height,
            "pixel_format": context.pix_fmt,
            "sample_aspect": ratio(stream.sample_aspect_ratio),
            "average_rate": ratio(stream.average_rate),
            "bit_rate": stream.bit_rate,
            "field_order": FIELD_ORDERS.get(int(context.field_order)),
            "matrix": MATRICES.get(int(context.colorspace)),
            "range": RANGES.get(int(context.color_range)),
        }
    return facts
