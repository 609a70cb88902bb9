"""What one walk through the packets tells without decoding any: the rows of the index, and how far to believe them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from facet.core.i18n import N_
from facet.core.progress import Progress
from facet.footage.access_points import CODECS, begins_decoding, length_size, slices
from facet.footage.container import Container
from facet.footage.index import NONE, PACKET
from facet.footage.remark import Remark

TRUSTED_CONTAINERS = ("mov", "matroska", "mpegts")
TRUSTED_CODECS = {"h264", "hevc", "mjpeg", "prores", "ffv1", "dnxhd"}
"""One packet is one picture, and the container's times are times of presentation."""
EVERY = 64
"""Packets between two signs of life."""
HEAD = 1000
"""Packets at the beginning among which keyframes are looked at for their slices."""
TICKS = 2
"""Units of time by which intervals of the same length differ by rounding."""


@dataclass(frozen=True, kw_only=True)
class Demuxed:
    """``packets`` as in :class:`FrameIndex`. ``torn``: which of them the demuxer knows to be damaged, bool (packets,).
    ``hidden``: how many are not to be shown by the container's word. ``broken``: reading failed before the end.
    ``unsound``: keyframes by the container's word at which decoding can't begin exactly. ``changes``: packets that
    bring new parameters. ``divided``: the most slices found in an H.264 keyframe near the beginning."""

    packets: NDArray[Any]
    torn: NDArray[np.bool_]
    hidden: int
    broken: bool
    unsound: int
    changes: int
    divided: int

    @property
    def racing(self) -> bool:
        """Whether of several threads one may give a picture out before another knows that a slice of it is missing:
        pictures have several slices and wait for others before they are given out."""
        times = self.packets["pts"]
        return self.divided > 1 and bool((times == NONE).any() or (np.diff(times) < 0).any())


def demux(container: Container, size: int, progress: Progress) -> Demuxed:
    """Read every packet once; ``size`` is the file's in bytes, for ``progress``."""
    rows: list[tuple[int, int, int, int, bool, bool]] = []
    torn: list[int] = []
    add = rows.append
    codec = container.video.codec_context.name
    lengths = length_size(codec, container.video.codec_context.extradata) if codec in CODECS else -1
    broken = False
    hidden = unsound = changes = divided = place = 0
    packets = container.packets()
    try:
        for packet in packets:
            length, pts, dts, pos, key = packet.size, packet.pts, packet.dts, packet.pos, packet.is_keyframe
            if not length and pts is None and dts is None:
                break  # PyAV's mark of the end
            if key:
                changes += bool(rows) and packet.has_sidedata("new_extradata")
                if codec == "h264" and len(rows) < HEAD:
                    divided = max(divided, slices(memoryview(packet), lengths))
                if lengths >= 0 and length and not begins_decoding(codec, memoryview(packet), lengths):
                    unsound += 1
            bad = not length
            if packet.is_discard:
                bad = True
                hidden += 1
            if packet.is_corrupt:
                bad = True
                torn.append(len(rows))
            add(
                (
                    NONE if pts is None else pts,
                    NONE if dts is None else dts,
                    -1 if pos is None else pos,
                    length,
                    key,
                    bad,
                )
            )
            if not len(rows) % EVERY:
                place = len(rows) if container.folder else max(place, pos or 0)
                progress(place, len(container.folder.files) if container.folder else size, N_("Reading the packets"))
    except MemoryError:
        raise  # not the file's fault
    except (av.FFmpegError, OSError):
        broken = True
    marked = np.zeros(len(rows), np.bool_)
    marked[torn] = True
    broken |= bool(torn) and torn[-1] == len(rows) - 1  # the last packet ends with the file
    return Demuxed(
        packets=np.array(rows, PACKET),
        torn=marked,
        hidden=hidden,
        broken=broken,
        unsound=unsound,
        changes=changes,
        divided=divided,
    )


def doubts(container: Container, demuxed: Demuxed) -> list[Remark]:
    """Why the packets can't be trusted to be the pictures; empty if they can."""
    if container.still:
        return [Remark(N_("It is a still picture."))]
    if container.folder is not None:
        return [Remark(N_("It is a folder of pictures."))]
    return _of_writing(container, demuxed) + _of_times(container, demuxed.packets)


def _of_writing(container: Container, demuxed: Demuxed) -> list[Remark]:
    packets, found = demuxed.packets, []
    layout, codec, declared = container.layout, container.video.codec_context.name, int(container.video.frames)
    if not any(known in layout.split(",") for known in TRUSTED_CONTAINERS):
        text = N_("Packets of the container {container} do not give every picture's time reliably.")
        found.append(Remark(text, {"container": layout}))
    if codec not in TRUSTED_CODECS:
        found.append(Remark(N_("Packets of {codec} are not always one picture each."), {"codec": codec}))
    if packets["bad"].any():
        found.append(Remark(N_("Some packets are empty, damaged or not to be shown.")))
    if declared and declared != len(packets):
        text = N_("The container declares {declared} pictures and has {packets} packets.")
        found.append(Remark(text, {"declared": declared, "packets": len(packets)}))
    if demuxed.unsound or (codec not in CODECS and not packets["key"].all()):
        found.append(Remark(N_("Decoding can't begin exactly at every keyframe.")))
    if demuxed.changes:
        found.append(Remark(N_("The parameters of the coding change within the stream.")))
    if demuxed.broken or container.missing:
        found.append(Remark(N_("The file is truncated.")))
    return found


def _of_times(container: Container, packets: NDArray[Any]) -> list[Remark]:
    times, found = packets["pts"], []
    if (times == NONE).any():
        found.append(Remark(N_("Some packets have no presentation time.")))
    elif len(np.unique(times)) != len(times):
        found.append(Remark(N_("Some packets have the same presentation time.")))
    elif "mpegts" in container.layout and len(times) > 2 and np.ptp(np.diff(np.sort(times))) > TICKS:
        found.append(Remark(N_("The presentation times of the stream do not run evenly.")))
    if len(packets) and not packets["key"][0]:
        found.append(Remark(N_("The first packet is no keyframe.")))
    elif len(packets) and times[0] != times.min():
        found.append(Remark(N_("Pictures are shown before the first keyframe.")))
    return found
