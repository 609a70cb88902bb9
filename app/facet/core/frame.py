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

    ``matrix`` and ``colour_range`` are what was used for the conversion, ``*_declared`` what the file says.
    """

    codec: str
    pixel_format: str
    bits: int
    matrix: str
    matrix_declared: str | None
    colour_range: str
    colour_range_declared: str | None
    chroma_location: str | None
    sample_aspect: str | None
    rotation: int | None
    field_order: str | None
    interlaced: bool | None
    picture_type: str | None
    key_frame: bool
    corrupt: bool
    decoder: str
    fields: str = "weave"
    overrides: dict[str, str | int] = field(default_factory=dict)

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
