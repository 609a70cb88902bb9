"""How much happens, column by column: solid where the survey compared pictures, dotted where only sizes are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from facet.gui.theme import colour
from facet.gui.view.recording import Recording, per_pixel

FULL = 1000.0
"""Per mille of motion that fill the strip. The height grows with the root, so that little can still be seen."""


def columns(recording: Recording, first: float, last: float, width: int) -> tuple[NDArray[np.float32], ...]:
    """Heights from 0 to 1 of ``width`` columns between two places: motion, float32 (width,), -1 where nobody looked;
    and coded size, float32 (width,)."""
    edges = np.linspace(first, last, width + 1).astype(np.int64)
    motion = per_pixel(recording.motion, edges)
    heights = np.where(motion < 0, -1.0, np.sqrt(np.clip(motion / FULL, 0.0, 1.0))).astype(np.float32)
    return heights, per_pixel(recording.coded, edges).astype(np.float32)


def strip_image(recording: Recording, first: float, last: float, width: int, height: int) -> QImage:
    """The strip between two places, ``width`` by ``height`` device pixels."""
    motion, coded = columns(recording, first, last, width)
    rows = np.arange(height - 1, -1, -1, dtype=np.float32)[:, None]
    looked = motion >= 0
    solid = (rows < np.maximum(motion * height, looked.astype(np.float32))[None, :]) & looked[None, :]
    dots = (np.arange(width)[None, :] + np.arange(height)[:, None]) % 2 == 0
    dotted = (rows < (coded * height)[None, :]) & ~looked[None, :] & dots
    pixels = np.full((height, width), colour("field").rgba(), np.uint32)
    pixels[dotted] = colour("quiet").rgba()
    pixels[solid] = colour("accent").rgba()
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
