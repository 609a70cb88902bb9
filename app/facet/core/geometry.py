"""Boxes in source pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.errors import InputError

MINIMUM_SIDE = 4
"""Pixels. Nothing can be learnt from a smaller box, and no backend takes one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A rectangle in source pixels, before aspect and rotation: left, top, width, height."""

    x: int
    y: int
    w: int
    h: int

    @classmethod
    def parse(cls, text: str) -> Box:
        """Read ``X,Y,W,H`` (whole pixels). Raises ``InputError``."""
        try:
            x, y, w, h = (int(part) for part in text.split(","))
        except ValueError:
            raise InputError(
                "«{text}» is not a box. Write X,Y,W,H in whole source pixels, for example 40,32,64,64.",
                text=text,
            ) from None
        return cls(x=x, y=y, w=w, h=h)

    def within(self, width: int, height: int) -> Box:
        """Itself, if it lies inside a picture of this size and is not tiny; else ``InputError``."""
        if self.w < MINIMUM_SIDE or self.h < MINIMUM_SIDE:
            raise InputError(
                "Box {box} is too small. Both sides need at least {least} pixels.",
                box=str(self),
                least=MINIMUM_SIDE,
            )
        if self.x < 0 or self.y < 0 or self.x + self.w > width or self.y + self.h > height:
            raise InputError(
                "Box {box} leaves the picture ({width}×{height} pixels). Keep it inside.",
                box=str(self), width=width, height=height,
            )  # fmt: skip
        return self

    def cut(self, picture: NDArray[Any]) -> NDArray[Any]:
        """The pixels of ``picture`` (H, W, 3, any dtype) inside the box, copied, C order. The box must lie within."""
        self.within(picture.shape[1], picture.shape[0])
        return np.ascontiguousarray(picture[self.y : self.y + self.h, self.x : self.x + self.w])

    def grown(self, factor: float, width: int, height: int) -> Box:
        """Scaled about its centre by ``factor`` and clipped to a picture of this size."""
        gw, gh = self.w * (factor - 1) / 2, self.h * (factor - 1) / 2
        left, top = max(0, round(self.x - gw)), max(0, round(self.y - gh))
        right, bottom = min(width, round(self.x + self.w + gw)), min(height, round(self.y + self.h + gh))
        return Box(x=left, y=top, w=right - left, h=bottom - top)

    def to_json(self) -> dict[str, Json]:
        """As an object of integers."""
        return {"x": self.x, "y": self.y, "w": self.w, "h": self.h}

    def __str__(self) -> str:
        return f"{self.x},{self.y},{self.w},{self.h}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Face:
    """A detected face. Landmarks (x, y) in source pixels: left eye, right eye, nose, left and right mouth corner,
    left and right as seen in the picture."""

    box: Box
    landmarks: tuple[tuple[float, float], ...]
    confidence: float
