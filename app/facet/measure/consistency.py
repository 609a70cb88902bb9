"""How well an output agrees with the evidence: reduce it to the evidence's size and compare.

An output that invents may look better and agree worse; the figure says by how much (low-resolution consistency,
as in Saharia 2021 and Menon 2020). It says nothing of whether the invented detail is true.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facet.core.canonical import Json
from facet.core.frame import Picture

PROTOCOL = (
    "facet.consistency/1: output reduced to the prepared picture's size with Pillow's antialiased bicubic (a=-0.5) in "
    "float32, neither rounded nor clipped; compared with the prepared picture on 0..255, R, G and B, all pixels, no "
    "border left out; MSE in squared levels; PSNR = 10 log10(255^2 / MSE) in dB, «inf» where the MSE is written 0.0000"
)
"""What every figure of this module quotes."""


def consistency(output: NDArray[np.uint8], prepared: Picture) -> dict[str, Json]:
    """``{"protocol", "mse", "psnr_db"}`` as text, four and two decimals.

    ``output`` is RGB uint8 (H, W, 3); ``prepared`` RGB uint8 or uint16, upright and square-pixelled.
    """
    height, width = prepared.shape[:2]
    evidence = prepared.astype(np.float64) * (255.0 / float(np.iinfo(prepared.dtype).max))
    total = 0.0
    for channel in range(3):
        plane = Image.fromarray(output[:, :, channel].astype(np.float32))
        reduced = np.asarray(plane.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float64)
        total += float(np.sum((reduced - evidence[:, :, channel]) ** 2))
    mse = total / (3 * height * width)
    written = f"{mse:.4f}"
    psnr = "inf" if written == "0.0000" else f"{10 * math.log10(255.0**2 / mse):.2f}"
    return {"protocol": PROTOCOL, "mse": written, "psnr_db": psnr}
