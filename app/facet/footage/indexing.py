"""Making the index: from the packets where they can be trusted, else from one decode of everything."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.core.clock import decimal
from facet.core.errors import InputError
from facet.core.i18n import N_
from facet.core.progress import Progress
from facet.footage.colour import planes_digest
from facet.footage.container import Container, check_size, claimed_size
from facet.footage.index import DIGEST, NONE, PACKET, PICTURE, FrameIndex
from facet.footage.remark import Remark
from facet.footage.run import Packets, Run, SeekFailed, Source, packet_facts

CONFIRMED = 1 << 29
"""Pixels in all. Up to here (half a minute of 720p, some seconds of work) everything is decoded once to confirm."""
SAMPLE = 1 << 27
"""Pixels decoded at the head of longer footage, and as many at its tail, before its packets are believed."""
FEWEST, MOST = 16, 250
"""Pictures that this is at least and at most."""
EVERY_TIME = N_("Every packet bears a time of its own.")
TRUSTED_CONTAINERS = ("mov", "matroska")
TRUSTED_CODECS = {"h264", "hevc", "mjpeg", "prores", "ffv1", "dnxhd"}
"""One packet is one picture, and the container's times are times of presentation."""


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """What one decode of everything gave: arrays as in :class:`FrameIndex`, and how sound the stream was."""

    pictures: NDArray[Any]
    digests: NDArray[np.uint8]
    faults: int
    single_thread: bool

    @property
    def sound(self) -> bool:
        """Whether the decoder met no damage."""
        return not self.faults and not self.pictures["corrupt"].any()


def make_index(path: Path, name: str, stream: int, progress: Progress) -> tuple[FrameIndex, list[Remark]]:
    """The index of one stream and what to know of it. Raises ``InputError`` where nothing can be decoded."""
    remarks: list[Remark] = []
    with Container(path, name, stream=stream) as container:
        packets, broken = _read_packets(container, path.stat().st_size, progress)
        declared = int(container.video.frames)
        pixels = container.video.width * container.video.height
        doubts = _doubts(container, packets, declared)
        if broken or container.missing:
            remarks.append(
                Remark(N_("The file ends before its container says that it does; it is probably truncated."))
            )
            doubts.append(Remark(N_("The file is truncated.")))
        time_base = Fraction(container.video.time_base or Fraction(1, 1000))
        rate = container.video.average_rate or container.video.guessed_rate
        still = container.still
        lasting = container.lasting
    common: dict[str, Any] = {
        "packets": packets,
        "time_base": time_base,
        "rate": Fraction(rate) if rate and rate > 0 else Fraction(25),
    }
    trusted = None if doubts else _by_packets(packets, common)
    if (
        trusted is not None
        and pixels * len(packets) > CONFIRMED
        and _sample_agrees(Source(path, name, stream, trusted), trusted, pixels, progress)
    ):
        return trusted, remarks
    decoded = _decode_twice_if_damaged(path, name, stream, len(packets), progress)
    index = _by_decoding(decoded, common, doubts, trusted)
    if not still:
        remarks += _remarks(index, decoded, declared, lasting)
    return index, remarks


def _read_packets(container: Container, size: int, progress: Progress) -> tuple[NDArray[Any], bool]:
    rows = []
    packets = Packets(container)
    for number, packet in packets:
        pts, dts, pos, length = packet_facts(packet)
        bad = packet.is_corrupt or packet.is_discard or not length
        rows.append((pts, dts, pos, length, packet.is_keyframe, bad))
        if number % 64 == 0:
            progress(max(pos, 0), size, N_("Reading the packets"))
    return np.array(rows, PACKET), packets.broken


def _doubts(container: Container, packets: NDArray[Any], declared: int) -> list[Remark]:
    """Why the packets can't be trusted to be the pictures; empty if they can."""
    doubts = []
    layout, codec = container.av.format.name, container.video.codec_context.name
    if container.still:
        doubts.append(Remark(N_("It is a still picture.")))
    elif not any(known in layout.split(",") for known in TRUSTED_CONTAINERS):
        text = N_("Packets of the container {container} do not give every picture's time reliably.")
        doubts.append(Remark(text, {"container": layout}))
    if not container.still and codec not in TRUSTED_CODECS:
        doubts.append(Remark(N_("Packets of {codec} are not always one picture each."), {"codec": codec}))
    times = packets["pts"]
    if (times == NONE).any():
        doubts.append(Remark(N_("Some packets have no presentation time.")))
    elif len(np.unique(times)) != len(times):
        doubts.append(Remark(N_("Some packets have the same presentation time.")))
    if packets["bad"].any():
        doubts.append(Remark(N_("Some packets are empty, damaged or not to be shown.")))
    if declared and declared != len(packets):
        text = N_("The container declares {declared} pictures and has {packets} packets.")
        doubts.append(Remark(text, {"declared": declared, "packets": len(packets)}))
    if len(packets) and not packets["key"][0]:
        doubts.append(Remark(N_("The first packet is no keyframe.")))
    elif len(packets) and times[0] != times.min():
        doubts.append(Remark(N_("Pictures are shown before the first keyframe.")))
    return doubts


def _by_packets(packets: NDArray[Any], common: dict[str, Any]) -> FrameIndex | None:
    if not len(packets):
        return None
    order = np.argsort(packets["pts"], kind="stable")
    pictures = np.zeros(len(packets), PICTURE)
    pictures["packet"] = order
    pictures["pts"] = packets["pts"][order]
    pictures["key"] = packets["key"][order]
    return FrameIndex(
        pictures=pictures,
        digests=np.zeros((0, DIGEST), np.uint8),
        method="packets",
        reasons=(Remark(EVERY_TIME), Remark(N_("Pictures at its beginning and at its end were decoded and agreed."))),
        single_thread=False,
        **common,
    )


def _by_decoding(
    decoded: Decoded, common: dict[str, Any], doubts: list[Remark], trusted: FrameIndex | None
) -> FrameIndex:
    count, packets = len(decoded.pictures), len(common["packets"])
    fields = ["packet", "pts"]
    if trusted is not None and np.array_equal(decoded.pictures[fields], trusted.pictures[fields]):
        method = "packets"
        text = N_("One decode of everything gave the same {count} pictures.")
        reasons = [Remark(EVERY_TIME), Remark(text, {"count": count})]
    else:
        method = "decoded"
        text = N_("{packets} packets and {count} decoded pictures do not agree.")
        reasons = doubts or [Remark(text, {"packets": packets, "count": count})]
    return FrameIndex(
        pictures=decoded.pictures,
        digests=decoded.digests,
        method=method,
        reasons=tuple(reasons),
        single_thread=decoded.single_thread,
        **common,
    )


def _decode_twice_if_damaged(path: Path, name: str, stream: int, packets: int, progress: Progress) -> Decoded:
    """One decode of everything; where that met damage another by one thread, because the pictures that several threads
    make of a damaged stream differ from run to run. Raises ``InputError`` where there is no picture."""
    decoded = _decode_all(path, name, stream, packets, progress)
    if packets > 1 and (not decoded.sound or len(decoded.pictures) < packets):
        decoded = _decode_all(path, name, stream, packets, progress, single_thread=True)
    if not len(decoded.pictures):
        if (claimed := claimed_size(path)) is not None:
            check_size(name, *claimed)
        raise InputError(
            "{name}: not one picture can be decoded; it is damaged, encrypted or empty. Choose another file.", name=name
        )
    return decoded


def _decode_all(
    path: Path, name: str, stream: int, expected: int, progress: Progress, *, single_thread: bool = False
) -> Decoded:
    rows: list[tuple[int, int, bool, bool]] = []
    digests = bytearray()
    with Container(path, name, stream=stream, single_thread=single_thread) as container:
        run = Run(container, Packets(container))
        going = True
        while going:
            progress(len(rows), max(expected, len(rows)), N_("Decoding every picture once"))
            going = run.step()
            while (given := run.take()) is not None:
                number, frame = given
                pts = NONE if frame.pts is None else frame.pts
                rows.append((-1 if number is None else number, pts, frame.key_frame, frame.is_corrupt))
                digests += bytes.fromhex(planes_digest(frame))
        faults = run.faults
    pictures = np.array(rows, PICTURE)
    carried, counts = np.unique(pictures["packet"], return_counts=True)
    pictures["packet"][np.isin(pictures["packet"], carried[counts > 1])] = -1  # several pictures from one packet
    return Decoded(
        pictures=pictures,
        digests=np.frombuffer(bytes(digests), np.uint8).reshape(-1, DIGEST),
        faults=faults,
        single_thread=single_thread,
    )


def _sample_agrees(source: Source, index: FrameIndex, pixels: int, progress: Progress) -> bool:
    """Whether head and tail decode to just what the packets promise, and a seek gives the same planes as reading on;
    ``pixels`` are those of one picture. ``source`` is closed afterwards."""
    keys = np.flatnonzero(index.packets["key"])
    sample = min(MOST, max(FEWEST, SAMPLE // pixels))
    try:
        compared = int(index.order[keys[1]]) if len(keys) > 1 else index.count
        head = _collect(source.from_start(), index, 0, sample, progress, hashed=compared)
        if head is None or len(head) != min(sample, index.count):
            return False
        for key in keys[1:3]:
            first = int(index.order[key])
            wanted = [digest for picture, digest in head.items() if picture >= first]
            if wanted:
                sought = _collect(source.from_key(int(key)), index, first, len(wanted), progress, hashed=first)
                if sought is None or list(sought.values()) != wanted:
                    return False
        first = int(index.order[keys[-1]])
        tail = _collect(source.from_key(int(keys[-1])), index, first, sample, progress, hashed=index.count)
        return tail is not None and len(tail) == min(sample, index.count - first)
    except SeekFailed:
        return False
    finally:
        source.close()


def _collect(
    run: Run, index: FrameIndex, first: int, limit: int, progress: Progress, *, hashed: int
) -> dict[int, str] | None:
    """Digests of up to ``limit`` pictures from ``first`` on, by picture, empty before the picture ``hashed``; None as
    soon as one is out of its turn."""
    found: dict[int, str] = {}
    going = True
    while going and len(found) < limit:
        progress(len(found), min(limit, index.count), N_("Checking the packets against decoded pictures"))
        going = run.step()
        while (given := run.take()) is not None and len(found) < limit:
            number, frame = given
            picture = -1 if number is None else int(index.order[number])
            if picture < first and not found:
                continue  # a leading picture of an open group
            if picture != first + len(found) or frame.pts != index.pts_of(picture) or frame.is_corrupt:
                return None
            found[picture] = planes_digest(frame) if picture >= hashed else ""
    return None if run.faults else found


def _remarks(index: FrameIndex, decoded: Decoded, declared: int, lasting: Fraction | None) -> list[Remark]:
    remarks = []
    if declared and declared != index.count:
        text = N_("The container declares {declared} pictures; {count} could be decoded.")
        remarks.append(Remark(text, {"declared": declared, "count": index.count}))
    elif index.count < len(index.packets):
        text = N_("The stream has {packets} packets; {count} pictures could be decoded.")
        remarks.append(Remark(text, {"packets": len(index.packets), "count": index.count}))
    if decoded.faults:
        text = N_("Damaged packets that the decoder refused: {count}.")
        remarks.append(Remark(text, {"count": decoded.faults}))
    if damaged := int(decoded.pictures["corrupt"].sum()):
        text = N_("Pictures decoded from damaged material, which may show what was not there: {count}.")
        remarks.append(Remark(text, {"count": damaged}))
    if index.timed == "rate":
        text = N_(
            "The file does not give every picture a rising time; times are counted out by its rate, {rate} pictures a "
            "second, and may be wrong."
        )
        remarks.append(Remark(text, {"rate": str(index.rate)}))
    if lasting is not None and index.end + max(Fraction(1, 2), 3 / index.rate) < lasting:
        text = N_("The container declares {declared} s, but the pictures end at {end} s; the file may be truncated.")
        remarks.append(Remark(text, {"declared": decimal(lasting), "end": decimal(index.end)}))
    return remarks
