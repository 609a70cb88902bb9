"""From decoded planes to the RGB picture, by a rule that is written down, and the digest of the planes themselves."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
from av.video.format import VideoFormat
from av.video.frame import PictureType, VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from numpy.typing import NDArray

from facet.core.frame import Picture
from facet.core.interpretation import AS_DECLARED, Interpretation

MATRICES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
}
"""FFmpeg's names by ``AVColorSpace`` number (ITU-T H.273, table 4); 2 means that nothing is declared."""
RANGES = {1: "tv", 2: "pc"}
FIELD_ORDERS = {1: "progressive", 2: "tt", 3: "bb", 4: "tb", 5: "bt"}
CONVERTED_BY = {
    "bt709": Colorspace.ITU709,
    "fcc": Colorspace.FCC,
    "bt470bg": Colorspace.ITU601,
    "smpte170m": Colorspace.ITU601,
    "smpte240m": Colorspace.SMPTE240M,
    "bt2020nc": Colorspace.BT2020,
}
HD_HEIGHT = 720
"""Rows from which BT.709 is assumed where no matrix is declared; below, BT.601 (``smpte170m``)."""
EXACT = (
    Interpolation.BICUBIC
    | Interpolation.FULL_CHR_H_INT
    | Interpolation.FULL_CHR_H_INP
    | Interpolation.ACCURATE_RND
    | Interpolation.BITEXACT
)
"""Slower than FFmpeg's default and within half a grey level of the formula, on every processor the same bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Colour:
    """How a picture is turned into RGB: matrix and range used (``none`` where there is no matrix), and as declared."""

    matrix: str
    matrix_declared: str | None
    colour_range: str
    colour_range_declared: str | None
    bits: int


def colour_of(frame: VideoFrame, interpretation: Interpretation = AS_DECLARED) -> Colour:
    """The rule for ``frame``: what the examiner says, else what the picture declares, else BT.709 from 720 rows and
    BT.601 below, limited range. A picture that is RGB or grey as stored has no matrix, whoever says so."""
    layout = frame.format
    declared = MATRICES.get(int(frame.colorspace))
    declared_range = RANGES.get(int(frame.color_range))
    bits = max((component.bits for component in layout.components), default=8)
    if not has_matrix(layout):
        matrix, used_range = "none", "pc"
    else:
        assumed = "bt709" if frame.height >= HD_HEIGHT else "smpte170m"
        matrix = interpretation.matrix or (declared if declared in CONVERTED_BY else assumed)
        stored_range = "pc" if layout.name.startswith("yuvj") else declared_range or "tv"
        used_range = interpretation.colour_range or stored_range
    return Colour(
        matrix=matrix,
        matrix_declared=declared,
        colour_range=used_range,
        colour_range_declared=declared_range,
        bits=bits,
    )


def has_matrix(layout: VideoFormat) -> bool:
    """Whether samples are luma and two of chroma, of whatever resolution, not red, green and blue, grey, or XYZ."""
    colours = [component for component in layout.components if not component.is_alpha]
    return len(colours) > 2 and not (layout.is_rgb or layout.has_palette or layout.name.startswith("xyz"))


def chroma_location(frame: VideoFrame, told: str | None) -> str | None:
    """Where the conversion takes chroma samples to lie: as told, else in the centre of the luma samples they belong to
    (swscale's rule). Null where every pixel has chroma samples of its own, or none."""
    sides = [(part.width, part.height) for part in frame.format.components if part.is_chroma or part.is_luma]
    return (told or "center") if len(set(sides)) > 1 else None


def to_rgb(frame: VideoFrame, colour: Colour) -> Picture:
    """RGB (H, W, 3): uint8, or uint16 above 8 bits.

    swscale scales limited-range samples of more than 8 bits so that white is 65283, not 65535. Alpha is dropped: the
    stored colours are shown as they are, over nothing.
    """
    converted = frame.reformat(
        format="rgb24" if colour.bits <= 8 else "rgb48le",
        src_colorspace=CONVERTED_BY.get(colour.matrix),
        dst_colorspace=Colorspace.DEFAULT,
        src_color_range=ColorRange.JPEG if colour.colour_range == "pc" else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=EXACT,
        threads=1,
    )
    samples: NDArray[Any] = picture_rows(converted.planes[0], frame.width * 3 * (1 if colour.bits <= 8 else 2))
    if colour.bits > 8:
        samples = samples.view("<u2").astype(np.uint16, copy=False)
    picture: Picture = samples.reshape(frame.height, frame.width, 3)
    return picture


def picture_rows(plane: Any, width: int) -> NDArray[np.uint8]:
    """The first ``width`` bytes of every row of ``plane``, joined without padding."""
    return np.ascontiguousarray(_bytes(plane)[:, :width]).reshape(-1)


def planes_digest(frame: VideoFrame) -> str:
    """SHA-256 of the decoded planes: visible rows without padding, planes in the pixel format's order."""
    digest = hashlib.sha256()
    for number, plane in enumerate(frame.planes):
        rows = _bytes(plane)[:, : row_bytes(frame.format, number, plane.width, frame.width)]
        digest.update(np.ascontiguousarray(rows).data)
    return digest.hexdigest()


def row_bytes(layout: VideoFormat, plane: int, plane_width: int, width: int) -> int:
    """Bytes of one visible row of ``plane`` in a picture of ``width`` pixels."""
    if layout.has_palette:
        return width if plane == 0 else 1024  # a palette of 256 colours
    members = [component for component in layout.components if component.plane == plane]
    if len({component.plane for component in layout.components}) == 1:
        return -(-layout.padded_bits_per_pixel * width // 8)
    return sum(-(-component.bits // 8) for component in members) * plane_width


def planes_size(frame: VideoFrame) -> int:
    """Bytes that keeping ``frame`` costs."""
    return sum(plane.buffer_size for plane in frame.planes)


def has_visible_alpha(frame: VideoFrame) -> bool:
    """Whether the picture has an alpha channel that is not opaque everywhere."""
    if not any(component.is_alpha for component in frame.format.components) and not frame.format.has_palette:
        return False
    rows = _bytes(frame.reformat(format="rgba", threads=1).planes[0])[:, : frame.width * 4]
    return bool((rows[:, 3::4] < 255).any())


def picture_type(frame: VideoFrame) -> str | None:
    """``I``, ``P``, ``B``…, or None."""
    kind = PictureType(frame.pict_type) if frame.pict_type in set(PictureType) else PictureType.NONE
    return None if kind is PictureType.NONE else kind.name


def _bytes(plane: Any) -> NDArray[np.uint8]:
    """The plane's bytes as rows, padding included."""
    content = np.frombuffer(plane, np.uint8)
    if plane.line_size <= 0 or content.size % plane.line_size:
        return content.reshape(1, -1)
    return content.reshape(-1, plane.line_size)
