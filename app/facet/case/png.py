"""PNG as the case keeps it: RGB of 8 or 16 bits, lossless, nothing but pixels in the file."""

from __future__ import annotations

import io
import os
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.core.errors import InputError
from facet.core.frame import Picture

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAXIMUM_SIDE = 65_535
MAXIMUM_PIXELS = 1 << 28
"""Larger pictures are refused before anything is unpacked (a gigabyte and a half in 16 bits)."""
_PILLOW_PIXELS = 80_000_000
"""Pillow warns beyond this; OpenCV takes over."""
_QT_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


def encode_png(picture: Picture) -> bytes:
    """The PNG file of a picture: RGB (H, W, 3), uint8 or uint16. Raises ``TypeError`` or ``InputError`` (too large)."""
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype not in (np.uint8, np.uint16):
        raise TypeError(f"a picture is RGB uint8 or uint16 (H, W, 3), not {picture.dtype} {picture.shape}")
    height, width, _ = picture.shape
    _check_size(width, height)
    if picture.dtype == np.uint8:
        from PIL import Image

        buffer = io.BytesIO()
        Image.fromarray(np.ascontiguousarray(picture)).save(buffer, "PNG", compress_level=4)
        return buffer.getvalue()
    cv2 = _opencv()
    done, content = cv2.imencode(".png", np.ascontiguousarray(picture[:, :, ::-1]))
    if not done:
        raise ValueError("OpenCV could not encode the picture")
    return bytes(content)


def decode_png(content: bytes, *, size: tuple[object, object] | None = None) -> Picture:
    """The picture in a PNG file: RGB (H, W, 3), C order, uint8 or uint16.

    Raises ``InputError`` for anything else: other colour types, interlaced or animated files, broken check sums,
    pictures too large to be evidence, or of another ``size`` (width, height) than told, which are not unpacked.
    """
    width, height, bits = _inspect(content)
    if size not in (None, (width, height)):
        raise InputError("This PNG file has another size than its record tells.")
    try:
        picture = _by_pillow(content) if bits == 8 and width * height <= _PILLOW_PIXELS else _by_opencv(content)
    except (OSError, ValueError, SyntaxError, zlib.error) as error:
        raise _broken() from error
    if picture.shape != (height, width, 3) or picture.dtype != (np.uint8 if bits == 8 else np.uint16):
        raise _broken()
    return picture


def _inspect(content: bytes) -> tuple[int, int, int]:
    """Width, height and bits per sample, after a walk through all chunks."""
    if not content.startswith(SIGNATURE):
        raise InputError("This is not a PNG file.")
    position, header = len(SIGNATURE), b""
    kinds: list[bytes] = []
    while position < len(content):
        if position + 12 > len(content):
            raise _broken()
        length, kind = struct.unpack_from(">I4s", content, position)
        end = position + 12 + length
        if end > len(content):
            raise _broken()
        (check,) = struct.unpack_from(">I", content, end - 4)
        if zlib.crc32(memoryview(content)[position + 4 : end - 4]) != check:
            raise _broken()
        if not kinds:
            header = content[position + 8 : end - 4]
        kinds.append(kind)
        position = end
    if len(kinds) < 3 or kinds[0] != b"IHDR" or kinds[-1] != b"IEND" or len(header) != 13:
        raise _broken()
    if set(kinds[1:-1]) != {b"IDAT"}:
        raise InputError("This PNG file holds more than pixels ({chunk}).", chunk=_foreign(kinds[1:-1]))
    width, height, bits, colour, _, _, interlace = struct.unpack(">IIBBBBB", header)
    if colour != 2 or bits not in (8, 16) or interlace:
        raise InputError("This PNG file is not plain RGB of 8 or 16 bits.")
    _check_size(width, height)
    return width, height, bits


def _foreign(kinds: list[bytes]) -> str:
    return next(kind.decode("ascii", "backslashreplace") for kind in kinds if kind != b"IDAT")


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= MAXIMUM_SIDE and 0 < height <= MAXIMUM_SIDE) or width * height > MAXIMUM_PIXELS:
        raise InputError(
            "A picture of {width}×{height} pixels can't be kept. The largest has {most} pixels.",
            width=width, height=height, most=MAXIMUM_PIXELS,
        )  # fmt: skip


def _broken() -> InputError:
    return InputError("This PNG file is damaged.")


def _by_pillow(content: bytes) -> NDArray[Any]:
    from PIL import Image

    with Image.open(io.BytesIO(content), formats=("PNG",)) as image:
        if image.mode != "RGB":
            raise _broken()
        return np.array(image)


def _by_opencv(content: bytes) -> NDArray[Any]:
    cv2 = _opencv()
    picture = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    if picture is None or picture.ndim != 3 or picture.shape[2] != 3:
        raise _broken()
    return np.ascontiguousarray(picture[:, :, ::-1])


def _opencv() -> Any:
    """The module cv2, without what importing it does to Qt's search paths."""
    kept = {name: os.environ.get(name) for name in _QT_VARIABLES}
    import cv2

    for name, value in kept.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    return cv2
