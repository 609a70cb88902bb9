"""From a decoded picture to what is shown and recorded: the evidence's exact RGB, and the window's quick BGRA."""

from __future__ import annotations

from dataclasses import dataclass

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from facet.core.frame import Decoding, Picture
from facet.core.interpretation import Interpretation
from facet.footage.colour import CONVERTED_BY, chroma_location, colour_of, picture_rows, picture_type, to_rgb
from facet.footage.facts import rotation_of
from facet.footage.fields import as_understood, field_aspect, is_one_field, rows_of
from facet.footage.frame_header import frame_header

BUILD = (
    f"PyAV {av.__version__}, libavcodec {'.'.join(map(str, av.library_versions['libavcodec']))}, "
    f"libswscale {'.'.join(map(str, av.library_versions['libswscale']))}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Declared:
    """What the stream says of all its pictures; ``sample_aspect`` as ``"n/d"``, unknown is null; ``rotation`` as
    :func:`facet.footage.facts.stream_rotation` gives it."""

    codec: str
    sample_aspect: str | None
    field_order: str | None
    rotation: int | None = 0


def evidence_picture(
    decoded: VideoFrame, declared: Declared, interpretation: Interpretation
) -> tuple[Picture, Decoding]:
    """RGB (H, W, 3), uint8 or uint16, by the exact rule (:func:`facet.footage.colour.to_rgb`), and how it was made.

    A single field has its own rows of the whole picture's: H/2, the top field of an odd number one more.
    """
    told, understood = frame_header(decoded), as_understood(decoded, interpretation, declared.codec)
    colour = colour_of(decoded, interpretation)
    aspect, rotation = interpretation.sample_aspect or declared.sample_aspect, rotation_of(decoded, declared.rotation)
    decoding = Decoding(
        codec=declared.codec,
        pixel_format=decoded.format.name,
        bits=colour.bits,
        matrix=colour.matrix,
        matrix_declared=colour.matrix_declared,
        colour_range=colour.colour_range,
        colour_range_declared=colour.colour_range_declared,
        chroma_location=chroma_location(decoded, interpretation.chroma_location or told.chroma_location),
        chroma_location_declared=told.chroma_location,
        sample_aspect=field_aspect(aspect, interpretation.fields),
        sample_aspect_declared=declared.sample_aspect,
        rotation=rotation if interpretation.rotation is None else interpretation.rotation,
        rotation_declared=rotation,
        field_order=interpretation.field_order or declared.field_order,
        field_order_declared=declared.field_order,
        interlaced=bool(decoded.interlaced_frame),
        top_field_first=told.top_field_first,
        picture_type=picture_type(decoded),
        key_frame=bool(decoded.key_frame),
        corrupt=bool(decoded.is_corrupt),
        decoder=BUILD,
        fields=interpretation.fields,
        one_field=is_one_field(decoded, declared.codec),
        overrides=interpretation.overrides(),
    )
    return rows_of(to_rgb(understood, colour), interpretation.fields), decoding


def display_picture(
    decoded: VideoFrame, interpretation: Interpretation, width: int | None = None, *, codec: str = ""
) -> NDArray[np.uint8]:
    """BGRA uint8 (H, W, 4) by the same matrix, range and fields, made quickly; for looking at, not for evidence.

    ``width`` reduces it (pixels); the height follows in source pixels. Wider than the source is the source itself.
    ``codec`` as in :class:`Declared`.
    """
    understood, colour = as_understood(decoded, interpretation, codec), colour_of(decoded, interpretation)
    height, step = decoded.height, 1 if interpretation.fields == "weave" else 2
    reduced = decoded.width if width is None else max(1, min(width, decoded.width))
    if reduced < decoded.width:
        height = max(step, round(decoded.height * reduced / (decoded.width * step)) * step)
    converted = understood.reformat(
        width=reduced,
        height=height,
        format="bgra",
        src_colorspace=CONVERTED_BY.get(colour.matrix),
        dst_colorspace=Colorspace.DEFAULT,
        src_color_range=ColorRange.JPEG if colour.colour_range == "pc" else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=Interpolation.FAST_BILINEAR,
        threads=1,
    )
    rows = picture_rows(converted.planes[0], reduced * 4).reshape(height, reduced, 4)
    return rows_of(rows, interpretation.fields)
