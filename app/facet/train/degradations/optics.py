"""What a lens, a moving face and a grid of photosites take from a picture. Pictures are float32 RGB (H, W, 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

KERNELS = {
    "bicubic": Image.Resampling.BICUBIC,
    "bilinear": Image.Resampling.BILINEAR,
    "box": Image.Resampling.BOX,
    "lanczos": Image.Resampling.LANCZOS,
}
"""How a picture is sampled down; all but ``lanczos`` are what cameras and recorders really do, each in its way."""


def defocused(picture: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Blurred by a Gaussian of standard deviation ``sigma`` pixels."""
    if sigma <= 0:
        return picture
    reach = max(1, int(np.ceil(3 * sigma)))
    return _convolved(picture, np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2))


def moved(picture: NDArray[np.float32], length: float) -> NDArray[np.float32]:
    """Smeared along its rows over ``length`` pixels, as by a walk across the view while the shutter is open."""
    if length <= 0:
        return picture
    reach = int(np.ceil(length / 2))
    share = np.clip(length / 2 + 0.5 - np.abs(np.arange(-reach, reach + 1)), 0, 1)  # of each pixel under the smear
    return _along(picture, share / share.sum(), axis=1)


def sampled(picture: NDArray[np.float32], scale: int, kernel: str) -> NDArray[np.float32]:
    """``scale`` times smaller, by one of ``KERNELS`` widened by the scale."""
    height, width = picture.shape[0] // scale, picture.shape[1] // scale
    planes = [
        np.asarray(Image.fromarray(np.ascontiguousarray(picture[:, :, c])).resize((width, height), KERNELS[kernel]))
        for c in range(3)
    ]
    return np.stack(planes, axis=2)


def interlaced(first: NDArray[np.float32], second: NDArray[np.float32]) -> NDArray[np.float32]:
    """Even rows of one moment, odd rows of the next: a frame of two fields."""
    woven = first.copy()
    woven[1::2] = second[1::2]
    return woven


def shifted(picture: NDArray[np.float32], pixels: float) -> NDArray[np.float32]:
    """Moved to the right by a part of a pixel or more, linearly between pixels; the edge is repeated."""
    place = np.clip(np.arange(picture.shape[1]) - pixels, 0, picture.shape[1] - 1)
    left = np.floor(place).astype(np.intp)
    right = np.minimum(left + 1, picture.shape[1] - 1)
    part = (place - left).astype(np.float32)[None, :, None]
    made: NDArray[np.float32] = picture[:, left] * (1 - part) + picture[:, right] * part
    return made


def _convolved(picture: NDArray[np.float32], shares: NDArray[np.float64]) -> NDArray[np.float32]:
    shares = shares / shares.sum()
    return _along(_along(picture, shares, axis=0), shares, axis=1)


def _along(picture: NDArray[np.float32], shares: NDArray[np.float64], *, axis: int) -> NDArray[np.float32]:
    reach = len(shares) // 2
    wide = np.pad(picture, [(reach, reach) if each == axis else (0, 0) for each in range(3)], mode="edge")
    length = picture.shape[axis]
    made = np.zeros_like(picture)
    for number, share in enumerate(shares):
        made += np.float32(share) * wide.take(range(number, number + length), axis=axis)
    return made
