"""Frames: what names one, what proves one, and how its pixels came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json

Picture = NDArray[np.uint8] | NDArray[np.uint16]
"""RGB, (H, W, 3), C order; uint8 0..255, or uint16 0..65535 where the source has more than 8 bits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameName:
    """What names a frame. ``index`` counts pictures in presentation order from 0; ``pts`` is in ``time_base`` units
    and null where the container has none."""

    footage_sha256: str
    stream: int
    index: int
    pts: int | None
    time_base: Fraction

    def to_json(self) -> dict[str, Json]:
        """As canonical JSON values; the time base as ``"n/d"``."""
        return {
            "footage_sha256": self.footage_sha256,
            "stream": self.stream,
            "index": self.index,
            "pts": self.pts,
            "time_base": f"{self.time_base.numerator}/{self.time_base.denominator}",
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoding:
    """How the decoded planes became the RGB picture. Unknown is null; text as FFmpeg spells it.

    ``matrix``, ``colour_range``, ``chroma_location``, ``sample_aspect``, ``rotation`` and ``field_order`` are what was
    used, ``*_declared`` what the file says (``chroma_location_declared``: or its coding standard, where it is silent).
    ``interlaced`` and ``top_field_first`` are the picture's own flags. ``fields`` are the rows that the picture has:
    ``weave`` all, ``top`` or ``bottom`` every second, whose ``sample_aspect`` is half; ``one_field``: it is coded as a
    single field (HEVC), the top one if ``top_field_first``. ``overrides`` is what the examiner said otherwise than the
    file (:class:`facet.core.interpretation.Interpretation`), empty as declared.
    """

    codec: str
    pixel_format: str
    bits: int
    matrix: str
    matrix_declared: str | None
    colour_range: str
    colour_range_declared: str | None
    chroma_location: str | None
    chroma_location_declared: str | None = None
    sample_aspect: str | None
    sample_aspect_declared: str | None = None
    rotation: int | None
    rotation_declared: int | None = None
    field_order: str | None
    field_order_declared: str | None = None
    interlaced: bool | None
    top_field_first: bool | None = None
    picture_type: str | None
    key_frame: bool
    corrupt: bool
    decoder: str
    fields: str = "weave"
    one_field: bool = False
    overrides: dict[str, str | int] = field(default_factory=dict)

    @property
    def first_field(self) -> str | None:
        """Which field is the earlier, ``top`` or ``bottom``: as the examiner says, else the picture, else the stream.
        Null where nobody does, or where all rows are of one moment."""
        said = self.overrides.get("field_order")
        if said is None and self.top_field_first is not None:
            return "top" if self.top_field_first else "bottom"
        order = said or self.field_order
        return {"tt": "top", "bt": "top", "bb": "bottom", "tb": "bottom"}.get(str(order))

    def to_json(self) -> dict[str, Json]:
        """Every field by name."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One decoded picture in source pixels.

    ``planes_sha256`` is the digest of the decoded planes, cropped to the visible width and height, rows joined
    without padding, planes in the pixel format's order. ``seconds`` counts from the first picture.
    """

    name: FrameName
    picture: Picture = field(repr=False)
    picture_sha256: str
    planes_sha256: str
    decoding: Decoding
    seconds: Fraction

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.picture.shape[1])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.picture.shape[0])

    def record(self) -> dict[str, Json]:
        """What a case keeps of a frame beside its pixels, as canonical JSON values."""
        return {
            "name": self.name.to_json(),
            "width": self.width,
            "height": self.height,
            "picture_sha256": self.picture_sha256,
            "planes_sha256": self.planes_sha256,
            "decoding": self.decoding.to_json(),
            "seconds": f"{self.seconds.numerator}/{self.seconds.denominator}",
        }
