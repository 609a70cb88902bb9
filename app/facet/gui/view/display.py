"""From arrays to what Qt paints, and from source pixels to how they are seen."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from PySide6.QtGui import QImage, QTransform

from facet.core.frame import Frame, Picture

ZOOMS = (0.05, 0.1, 0.17, 0.25, 0.33, 0.5, 0.67, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0)
"""Screen pixels per source pixel (height) that the wheel steps through."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Orientation:
    """How source pixels are seen: turned clockwise by ``rotation`` degrees, widened by ``sample_aspect``."""

    rotation: int = 0
    sample_aspect: Fraction = Fraction(1)

    @classmethod
    def of(cls, frame: Frame) -> Orientation:
        """What the frame's file declares; square pixels and upright where it says nothing."""
        return cls.declared(frame.decoding.rotation, frame.decoding.sample_aspect)

    @classmethod
    def declared(cls, rotation: int | None, sample_aspect: str | None) -> Orientation:
        """From a rotation in degrees and a ratio such as ``16/15`` or ``16:15``."""
        aspect = Fraction(1)
        if sample_aspect:
            top, _slash, bottom = sample_aspect.replace(":", "/").partition("/")
            if top.isdecimal() and (bottom or "1").isdecimal() and int(top) and int(bottom or "1"):
                aspect = Fraction(int(top), int(bottom or "1"))
        return cls(rotation=(rotation or 0) % 360, sample_aspect=aspect)

    def transform(self, zoom: float) -> QTransform:
        """From source pixels to screen directions, ``zoom`` screen pixels to the source pixel's height."""
        return QTransform().scale(zoom, zoom).rotate(self.rotation).scale(float(self.sample_aspect), 1.0)


def image_of(picture: Picture) -> QImage:
    """An RGB32 image of ``picture``, RGB uint8 or uint16 (H, W, 3); of 16 bits the upper 8 are shown.

    The image owns its pixels. May be called from any thread.
    """
    seen = (picture >> 8).astype(np.uint8) if picture.dtype == np.uint16 else np.asarray(picture, dtype=np.uint8)
    height, width, _channels = seen.shape
    quads = np.empty((height, width, 4), dtype=np.uint8)
    quads[..., 0], quads[..., 1], quads[..., 2], quads[..., 3] = seen[..., 2], seen[..., 1], seen[..., 0], 255
    return QImage(quads.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def next_zoom(zoom: float, *, closer: bool) -> float:
    """The neighbouring step of ``ZOOMS``."""
    if closer:
        return next((step for step in ZOOMS if step > zoom * 1.01), ZOOMS[-1])
    return next((step for step in reversed(ZOOMS) if step < zoom * 0.99), ZOOMS[0])
