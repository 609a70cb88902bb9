"""Whether a packet is a place where decoding can begin, read from the coded bytes instead of believed.

A container's keyframe mark is only its writer's word. An H.264 or HEVC picture at which decoding begins must say so
itself: an IDR picture, an HEVC IRAP picture, or an H.264 recovery point that is exact at once (ITU-T H.264 7.4.1.2.4
and D.2.8, ITU-T H.265 7.4.2.2).
"""

from __future__ import annotations

CODECS = frozenset({"h264", "hevc"})
"""Codecs whose packets can be read so."""
REACH = 1 << 12
"""Bytes that are searched for start codes before the whole packet is."""
SLICE, IDR, SEI = 1, 5, 6
IRAP = range(16, 24)
HEVC_SLICES = range(10)
RECOVERY_POINT = 6


def length_size(codec: str, extradata: bytes | None) -> int:
    """Bytes of the length in front of every NAL unit (ISO/IEC 14496-15), or 0 where start codes divide them."""
    if not extradata or extradata[0] != 1:
        return 0
    place = 4 if codec == "h264" else 21
    return (extradata[place] & 3) + 1 if len(extradata) > place else 0


def begins_decoding(codec: str, packet: memoryview, lengths: int) -> bool:
    """Whether every picture from this one on, in the order of presentation, can be decoded exactly without what came
    before. ``lengths`` as :func:`length_size` gives it."""
    exact = False
    for start, end in _units(packet, lengths):
        if codec == "hevc":
            kind = packet[start] >> 1 & 63
            if kind in IRAP:
                return True
            if kind in HEVC_SLICES:
                return False
        else:
            kind = packet[start] & 31
            if kind == IDR:
                return True
            if kind == SEI:
                exact |= _recovers_at_once(bytes(packet[start + 1 : min(end, start + REACH)]))
            elif SLICE <= kind < IDR:
                return exact
    return False


def slices(packet: memoryview, lengths: int) -> int:
    """How many slices a coded H.264 picture has, counted as far as 64 NAL units. ``lengths`` as above."""
    if lengths:
        return sum(SLICE <= packet[start] & 31 <= IDR for start, _ in _units(packet, lengths))
    return sum(SLICE <= unit[0] & 31 <= IDR for unit in bytes(packet).split(b"\0\0\1", 64)[1:] if unit)


def _units(packet: memoryview, lengths: int) -> list[tuple[int, int]]:
    """First byte and end of every NAL unit; without lengths of those near the beginning."""
    found = []
    if lengths:
        place = 0
        while place + lengths < len(packet):
            start = place + lengths
            place = start + int.from_bytes(packet[place:start], "big")
            found.append((start, min(place, len(packet))))
            if len(found) > 64:
                break
        return found
    for reach in (REACH, len(packet)):
        head = bytes(packet[:reach])
        starts: list[int] = []
        at = head.find(b"\0\0\1")
        while 0 <= at < len(head) - 3 and len(starts) < 64:
            starts.append(at + 3)
            at = head.find(b"\0\0\1", at + 3)
        ends = [*(start - 3 for start in starts[1:]), len(head)]
        found = list(zip(starts, ends[: len(starts)], strict=True))
        if any(_coded(packet[start]) for start, _ in found):
            break
    return found


def _coded(first: int) -> bool:
    """Whether a NAL unit that begins so may be a slice, by either standard."""
    return SLICE <= first & 31 <= IDR or first >> 1 & 63 in IRAP


def _recovers_at_once(content: bytes) -> bool:
    """Whether an SEI unit holds a recovery point with no picture to wait for and exact from there on."""
    content = content.replace(b"\0\0\3", b"\0\0")
    place = 0
    while place + 2 < len(content):
        numbers = []
        for _ in range(2):  # kind and size, each a run of 255 and a last byte
            value = 0
            while place < len(content) and content[place] == 255:
                value, place = value + 255, place + 1
            if place >= len(content):
                return False
            numbers.append(value + content[place])
            place += 1
        kind, size = numbers
        if kind == RECOVERY_POINT and place < len(content):
            return content[place] >> 6 == 0b11  # ue(v) of 0 is one bit 1; then exact_match_flag
        place += size
    return False
