"""One decode of everything from the first packet to the last: the truth that every other access must agree with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av.logging
import numpy as np
from numpy.typing import NDArray

from facet.core.errors import InputError
from facet.core.i18n import N_
from facet.core.progress import Progress
from facet.footage.colour import planes_digest
from facet.footage.container import Container, check_size, claimed_size
from facet.footage.demuxed import Demuxed
from facet.footage.index import DIGEST, NONE, PICTURE
from facet.footage.proof import proof_of
from facet.footage.run import Packets, Run

TELLING = frozenset(
    {"h264", "mpeg1video", "mpeg2video", "mpeg4", "h263", "h263p", "flv1", "msmpeg4v1", "msmpeg4v2", "msmpeg4"}
    | {"wmv1", "wmv2", "wmv3", "vc1", "rv10", "rv20", "rv30", "rv40"}
)
"""Decoders that mark the pictures in which they concealed damage. The others are listened to."""
COMPLAINT = re.compile(
    r"overread|error (count|dc|y=)|bad vlc|decode_sos|unsupported coding type|invalid (id|value|data)|"
    r"could not find ref|error constructing|undecodable|truncated|crc (mismatch|error)|checksum|inflate|"
    r"slice.*(damaged|corrupt|invalid)|corrupt",
    re.IGNORECASE,
)
"""What decoders say of a damaged picture."""
SIZES = 1000
"""Changes of size, and of interlacing, that are noted."""


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """What one decode of everything gave: arrays as in :class:`FrameIndex`, and how sound the stream was.

    ``refused``: numbers of packets that the decoder refused (near them, if it had several threads). ``sizes``: every
    picture whose width and height differ from those of the picture before, beginning with the first; ``weaves`` the
    same of whether it is interlaced.
    """

    pictures: NDArray[Any]
    digests: NDArray[np.uint8]
    refused: tuple[int, ...]
    sizes: tuple[tuple[int, int, int], ...]
    weaves: tuple[tuple[int, bool], ...]
    single_thread: bool

    @property
    def sound(self) -> bool:
        """Whether the decoder met no damage."""
        return not self.refused and not self.pictures["corrupt"].any()


def decode_entirely(path: Path, name: str, stream: int, demuxed: Demuxed, progress: Progress) -> Decoded:
    """One decode of everything; where that met damage another by one thread, because the pictures that several threads
    make of a damaged stream differ from run to run. Raises ``InputError`` where there is no picture."""
    packets, hurt = len(demuxed.packets), demuxed.racing or bool(demuxed.torn.any())
    decoded = _decode(path, name, stream, packets, progress, single_thread=hurt)
    if not hurt and (not decoded.sound or len(decoded.pictures) < packets):
        decoded = _decode(path, name, stream, packets, progress, single_thread=True)
    if not len(decoded.pictures):
        if (claimed := claimed_size(path)) is not None:
            check_size(name, *claimed)
        raise InputError(
            "{name}: not one picture can be decoded; it is damaged, encrypted or empty. Choose another file.", name=name
        )
    return decoded


def _decode(
    path: Path, name: str, stream: int, expected: int, progress: Progress, *, single_thread: bool = False
) -> Decoded:
    rows: list[tuple[int, int, bool, bool, bool]] = []
    digests = bytearray()
    complained: set[int] = set()
    sizes: list[tuple[int, int, int]] = []
    weaves: list[tuple[int, bool]] = []
    with Container(path, name, stream=stream, single_thread=single_thread, strict=not single_thread) as container:
        context = container.video.codec_context
        run = Run(container, Packets(container))
        with _listening(single_thread) as said:
            going = True
            while going:
                progress(len(rows), max(expected, len(rows)), N_("Decoding every picture once"))
                going = run.step()
                if said:
                    if any(who == context.name and COMPLAINT.search(text) for _, who, text in said):
                        complained.add(run.at - 1)
                    said.clear()
                while (given := run.take()) is not None:
                    number, frame = given
                    pts = NONE if frame.pts is None else frame.pts
                    if (not sizes or sizes[-1][1:] != (frame.width, frame.height)) and len(sizes) < SIZES:
                        sizes.append((len(rows), frame.width, frame.height))
                    if (not weaves or weaves[-1][1] != bool(frame.interlaced_frame)) and len(weaves) < SIZES:
                        weaves.append((len(rows), bool(frame.interlaced_frame)))
                    rows.append((-1 if number is None else number, pts, frame.key_frame, frame.is_corrupt, False))
                    digests += bytes.fromhex(proof_of(frame, planes_digest(frame)))
    pictures = np.array(rows, PICTURE)
    if context.name not in TELLING:
        pictures["corrupt"] |= np.isin(pictures["packet"], list(complained))
    carried, counts = np.unique(pictures["packet"], return_counts=True)
    pictures["packet"][np.isin(pictures["packet"], carried[counts > 1])] = -1  # several pictures from one packet
    return Decoded(
        pictures=pictures,
        digests=np.frombuffer(bytes(digests), np.uint8).reshape(-1, DIGEST),
        refused=tuple(run.refused),
        sizes=tuple(sizes),
        weaves=tuple(weaves),
        single_thread=single_thread,
    )


@contextmanager
def _listening(single_thread: bool) -> Iterator[list[tuple[int, str, str]]]:
    """What the decoder says meanwhile, in a list that grows. Only a decoder without threads of its own may be listened
    to: PyAV calls Python from whatever thread speaks, and closing a decoder whose threads wait for Python deadlocks."""
    if not single_thread:
        yield []
        return
    av.logging.set_skip_repeated(False)
    av.logging.set_level(av.logging.WARNING)
    try:
        with av.logging.Capture() as said:
            yield said
    finally:
        av.logging.set_level(None)
        av.logging.set_skip_repeated(True)


def tainted(
    pictures: NDArray[Any], packets: NDArray[Any], torn: NDArray[np.bool_], refused: tuple[int, ...]
) -> NDArray[np.bool_]:
    """Which pictures were decoded after damage and before the next whole keyframe, bool (pictures,), the damaged ones
    themselves left out: what is wrong in one picture spreads to those that are predicted from it. ``torn``: packets
    that came damaged, bool (packets,); ``refused``: numbers of those that the decoder refused."""
    count = len(packets)
    bad = torn.copy()
    bad[1:] |= torn[:-1]  # a parser gives a packet out while it reads the next one, and marks it with that one's damage
    bad[[number for number in refused if 0 <= number < count]] = True
    carried = pictures["packet"]
    bad[carried[pictures["corrupt"] & (carried >= 0)]] = True
    order = np.full(count, -1, np.int64)
    order[carried[carried >= 0]] = np.flatnonzero(carried >= 0)
    places = np.arange(count)
    last_bad = np.maximum.accumulate(np.where(bad, places, -1))
    last_key = np.maximum.accumulate(np.where(packets["key"] & ~bad, places, -1))
    leaning = last_bad > last_key
    for key in np.flatnonzero(packets["key"][1:] & ~bad[1:] & leaning[:-1]) + 1:
        after = int(key) + 1
        while after < count and not packets["key"][after] and order[after] < order[key]:
            leaning[after] = True  # shown before the keyframe, predicted from what came before it as well
            after += 1
    found = np.zeros(len(pictures), np.bool_)
    found[carried >= 0] = leaning[carried[carried >= 0]]
    found[pictures["corrupt"]] = False
    return found
