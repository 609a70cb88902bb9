"""PNG files taken apart with zlib, and the digest of their pixels."""

from __future__ import annotations

import hashlib
import itertools
import struct
import zlib
from typing import NamedTuple

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_PICTURE = 1 << 28
"""Pixels. A larger picture is refused before anything is unpacked."""


class Pixels(NamedTuple):
    """Sizes in pixels; ``depth`` bytes per sample, 1 or 2; ``samples`` row by row, R G B, 16-bit ones big-endian;
    ``texts`` the file's iTXt chunks."""

    width: int
    height: int
    depth: int
    samples: bytes
    texts: dict[str, str]

    def digest(self) -> str:
        """What the case calls the picture digest."""
        kind, samples = "RGB8", self.samples
        if self.depth == 2:
            turned = bytearray(len(samples))
            turned[0::2], turned[1::2] = samples[1::2], samples[0::2]
            kind, samples = "RGB16LE", bytes(turned)
        head = f"facet-picture/1 {kind} {self.height} {self.width}\n"
        return hashlib.sha256(head.encode("ascii") + samples).hexdigest()

    def cut(self, x: int, y: int, w: int, h: int) -> Pixels:
        """The pixels inside a box. Raises ``ValueError`` for a box that is not inside the picture."""
        if not (0 <= x < x + w <= self.width and 0 <= y < y + h <= self.height):
            raise ValueError("the box is not inside the picture")
        pixel = 3 * self.depth
        row = self.width * pixel
        starts = range(y * row + x * pixel, (y + h) * row, row)
        return Pixels(w, h, self.depth, b"".join(self.samples[at : at + w * pixel] for at in starts[:h]), {})


def read_png(content: bytes, plain: bool) -> Pixels:
    """The picture in a PNG file: RGB of 8 or 16 bits, not interlaced; ``plain`` forbids all chunks but the necessary.

    Raises ``ValueError`` for anything else. Never unpacks more than the header promises.
    """
    header, packed, texts = _chunks(content, plain)
    width, height, bits, colour, method, filters, interlace = struct.unpack(">IIBBBBB", header)
    if colour != 2 or bits not in (8, 16) or method or filters or interlace:
        raise ValueError("not plain RGB")
    if not 0 < width * height <= LARGEST_PICTURE:
        raise ValueError("too large")
    depth = bits // 8
    row = width * 3 * depth
    size = height * (row + 1)
    stream = zlib.decompressobj()
    try:
        raw = stream.decompress(packed, size + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from None
    if len(raw) != size:
        raise ValueError("another number of pixels than the header promises")
    above = bytes(row)
    rows = []
    for start in range(0, size, row + 1):
        above = _unfiltered(raw[start], raw[start + 1 : start + 1 + row], above, 3 * depth)
        rows.append(above)
    return Pixels(width, height, depth, b"".join(rows), texts)


def _chunks(content: bytes, plain: bool) -> tuple[bytes, bytes, dict[str, str]]:
    """Header, packed pixels, and texts."""
    if not content.startswith(PNG_SIGNATURE):
        raise ValueError("no PNG")
    place, header, packed = len(PNG_SIGNATURE), b"", []
    texts: dict[str, str] = {}
    kind = b""
    while place + 12 <= len(content):
        length, kind = struct.unpack_from(">I4s", content, place)
        body = content[place + 8 : place + 8 + length]
        place += 12 + length
        if place > len(content) or zlib.crc32(kind + body) != struct.unpack_from(">I", content, place - 4)[0]:
            raise ValueError("a damaged chunk")
        if kind == b"IHDR" and not header and len(body) == 13:
            header = body
        elif kind == b"IDAT" and header:
            packed.append(body)
        elif kind == b"iTXt" and not plain:
            name, _, rest = body.partition(b"\0")
            if rest[:1] == b"\0":  # not compressed
                texts[name.decode("latin-1")] = rest[2:].split(b"\0", 2)[-1].decode("utf-8", "replace")
        elif kind == b"IEND":
            break
        elif plain or kind in (b"IHDR", b"IDAT") or not kind[0] & 32:
            raise ValueError("a chunk that does not belong there")
    if kind != b"IEND" or place != len(content) or not header:
        raise ValueError("cut off, or longer than it is")
    return header, b"".join(packed), texts


def _unfiltered(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    """A row of samples from a filtered one (PNG specification, section 9); ``step`` bytes per pixel."""
    if kind == 0:
        return line
    if kind == 1:
        whole = bytearray(len(line))
        for channel in range(step):
            whole[channel::step] = bytes(n & 255 for n in itertools.accumulate(line[channel::step]))
        return bytes(whole)
    if kind == 2:
        return _added(line, above)
    if kind == 3:
        return _averaged(line, above, step)
    if kind == 4:
        return _paeth(line, above, step)
    raise ValueError("an unknown filter")


def _added(line: bytes, above: bytes) -> bytes:
    """Byte by byte the sum modulo 256, all at once: seven bits are added, the eighth follows without a carry."""
    length = len(line)
    low = int.from_bytes(b"\x7f" * length, "little")
    one, other = int.from_bytes(line, "little"), int.from_bytes(above, "little")
    high = low + int.from_bytes(b"\x01" * length, "little")  # 0x80 in each byte
    return (((one & low) + (other & low)) ^ ((one ^ other) & high)).to_bytes(length, "little")


def _averaged(line: bytes, above: bytes, step: int) -> bytes:
    whole = bytearray(line)
    for channel in range(step):
        left = 0
        for at in range(channel, len(whole), step):
            left = whole[at] = (whole[at] + ((left + above[at]) >> 1)) & 255
    return bytes(whole)


def _paeth(line: bytes, above: bytes, step: int) -> bytes:
    whole = bytearray(line)
    for channel in range(step):
        left = corner = 0
        for at in range(channel, len(whole), step):
            up = above[at]
            to_left, to_up = up - corner, left - corner
            to_corner = abs(to_left + to_up)
            to_left, to_up = abs(to_left), abs(to_up)
            if to_left <= to_up and to_left <= to_corner:
                near = left
            elif to_up <= to_corner:
                near = up
            else:
                near = corner
            corner = up
            left = whole[at] = (whole[at] + near) & 255
    return bytes(whole)
