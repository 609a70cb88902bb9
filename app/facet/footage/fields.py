"""The two fields of a picture: rows of two moments, and chroma that belongs to one field or to both."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeVar, cast

import numpy as np
from av.error import FFmpegError
from av.filter import Graph
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from facet.core.errors import InputError, InternalError
from facet.core.i18n import N_
from facet.core.interpretation import Interpretation
from facet.footage.colour import picture_rows
from facet.footage.frame_header import frame_header
from facet.footage.remark import Remark

MODES = {"progressive": "prog", "tt": "tff", "bb": "bff"}
"""FFmpeg's names (filter ``setparams``, ``field_mode``) for what the examiner says of the rows."""
FIRST_ROW = {"top": 0, "bottom": 1}
FIRST_SHOWN = {"tt": True, "bt": True, "bb": False, "tb": False}
"""Whether the top field is shown first, by the stream's order (``AVFieldOrder``: order of coding, of showing)."""

FULL_RANGE_LAYOUTS = {
    "yuvj420p": "yuv420p",
    "yuvj422p": "yuv422p",
    "yuvj440p": "yuv440p",
    "yuvj444p": "yuv444p",
    "yuvj411p": "yuv411p",
}
"""Formats of which swscale takes the range for full whatever is said, and the same formats of any range."""

Rows = TypeVar("Rows", bound="NDArray[Any]")


def is_one_field(frame: VideoFrame, codec: str) -> bool:
    """Whether the decoded picture is a single field itself. Only HEVC codes fields as pictures that FFmpeg hands on as
    such; it flags those as interlaced and no other (ITU-T H.265, table D.2: ``pic_struct`` 1, 2, 9 to 12)."""
    return codec == "hevc" and bool(frame.interlaced_frame)


def as_understood(frame: VideoFrame, interpretation: Interpretation, codec: str) -> VideoFrame:
    """The same planes, told to be interlaced or not, and their chroma to lie where, as the examiner says.

    swscale converts the rows of the two fields of an interlaced picture apart, each with its own chroma rows (ITU-T
    H.264, figure 6-2). A single field is asked for only where there are two, so that makes a picture interlaced too.
    A picture that is one field already is not parted again. Raises ``InputError`` where a field of it is asked for.
    """
    said = []
    mode = MODES.get(interpretation.field_order or "")
    if interpretation.fields in FIRST_ROW and (frame.height < 2 or is_one_field(frame, codec)):
        raise InputError("Each picture of this footage is a single field already, or a single row. Choose weave.")
    if mode is None and is_one_field(frame, codec):
        mode = MODES["progressive"]
    if interpretation.fields in FIRST_ROW:
        mode = MODES["bb"] if interpretation.field_order == "bb" else MODES["tt"]
    if interpretation.colour_range == "tv" and frame.format.name in FULL_RANGE_LAYOUTS:
        if mode is None and frame.interlaced_frame:
            mode = MODES["bb" if frame_header(frame).top_field_first is False else "tt"]
        frame = _relabelled(frame, FULL_RANGE_LAYOUTS[frame.format.name])
    if mode is not None:
        said.append(f"field_mode={mode}")
    if interpretation.chroma_location is not None:
        said.append(f"chroma_location={interpretation.chroma_location}")
    return _told(frame, ":".join(said)) if said else frame


def rows_of(picture: Rows, fields: str) -> Rows:
    """The rows that ``fields`` names of ``picture`` (H, W, channels): all (``weave``), every second from row 0
    (``top``) or row 1 (``bottom``)."""
    first = FIRST_ROW.get(fields)
    return picture if first is None else cast(Rows, np.ascontiguousarray(picture[first::2]))


def field_aspect(aspect: str | None, fields: str) -> str | None:
    """The shape of a pixel of which every second row is shown: half as wide for its height. An unknown shape is taken
    for square, which a field of it then isn't."""
    if fields not in FIRST_ROW:
        return aspect
    width, height = (aspect or "1/1").split("/")
    halved = Fraction(int(width), 2 * int(height))
    return f"{halved.numerator}/{halved.denominator}"


def field_remarks(first: VideoFrame, declared: str | None, codec: str) -> list[Remark]:
    """What is to be known of the fields, from the first picture and the order that the stream declares."""
    if is_one_field(first, codec):
        return [Remark(N_(
            "Each picture of this stream is a single field, half the rows of a moment, and shown as it is. If it looks"
            " half as high as it should, halve the pixel aspect (command line: --pixel-aspect)."
        ))]  # fmt: skip
    if not first.interlaced_frame:
        if declared in FIRST_SHOWN:
            return [
                Remark(N_("The stream is declared as interlaced, but its first picture isn't. Look at each picture."))
            ]
        return []
    top_first = frame_header(first).top_field_first
    remarks = [Remark(N_(
        "The pictures are interlaced: the even and the odd rows of each are of two moments. All rows are shown, woven"
        " as they are. To see one moment alone choose a single field, top or bottom (command line: --fields)."
    ))]  # fmt: skip
    if top_first is not None:
        text = N_("The top field comes first.") if top_first else N_("The bottom field comes first.")
        remarks.append(Remark(text, grave=False))
    if declared is None or top_first is None:
        remarks.append(Remark(N_(
            "The stream doesn't declare which field comes first. Judge it by something that moves, field by field."
        )))  # fmt: skip
    elif FIRST_SHOWN.get(declared) is not top_first:
        remarks.append(Remark(N_(
            "The stream and its first picture don't agree on the order of the fields. Judge it by something that moves,"
            " field by field."
        )))  # fmt: skip
    return remarks


def _relabelled(frame: VideoFrame, layout: str) -> VideoFrame:
    """A copy of the samples under another name of their format; nothing else of the picture is kept but its matrix."""
    copy = VideoFrame(frame.width, frame.height, layout)
    copy.colorspace = frame.colorspace
    for old, new in zip(frame.planes, copy.planes, strict=True):
        padded = np.zeros((new.height, new.line_size), np.uint8)
        padded[:, : new.width] = picture_rows(old, old.width).reshape(old.height, old.width)
        new.update(padded.tobytes())
    return copy


def _told(frame: VideoFrame, said: str) -> VideoFrame:
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base or Fraction(1)
    )
    told, sink = graph.add("setparams", said), graph.add("buffersink")
    source.link_to(told)
    told.link_to(sink)
    try:
        graph.configure()
        graph.push(frame)
        given = graph.pull()
    except FFmpegError as error:
        raise InternalError("The picture can't be understood otherwise ({reason}).", reason=str(error)) from error
    if not isinstance(given, VideoFrame):
        raise InternalError("The picture can't be understood otherwise ({reason}).", reason=type(given).__name__)
    return given
