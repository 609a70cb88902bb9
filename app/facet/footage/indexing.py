"""Making the index: from the packets where they can be trusted, else from one decode of everything."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from facet.core.i18n import N_
from facet.core.progress import Progress
from facet.footage.container import Container
from facet.footage.demuxed import Demuxed, demux, doubts
from facet.footage.entire_decode import Decoded, decode_entirely, tainted
from facet.footage.findings import missing_seconds, on_container, on_damage, on_pictures
from facet.footage.index import DIGEST, PICTURE, FrameIndex
from facet.footage.remark import Remark
from facet.footage.run import Source
from facet.footage.sampling import sample_agrees

CONFIRMED = 1 << 29
"""Pixels in all. Up to here (half a minute of 720p, some seconds of work) everything is decoded once to confirm."""
USUAL_RATE = Fraction(25)
"""Pictures in a second where nothing is declared."""
EVERY_TIME = N_("Every packet bears a time of its own.")


def make_index(path: Path, name: str, stream: int, progress: Progress) -> tuple[FrameIndex, list[Remark]]:
    """The index of one stream and what to know of it. Raises ``InputError`` where nothing can be decoded."""
    with Container(path, name, stream=stream) as container:
        demuxed = demux(container, path.stat().st_size if container.folder is None else 0, progress)
        declared = 0 if container.folder is not None else int(container.video.frames)
        pixels = container.video.width * container.video.height
        doubted = doubts(container, demuxed)
        remarks = on_container(container, demuxed.broken, demuxed.hidden)
        rate = container.rate or USUAL_RATE
        common: dict[str, Any] = {
            "packets": demuxed.packets,
            "time_base": 1 / rate if container.folder is not None else container.video.time_base or Fraction(1, 1000),
            "rate": rate,
            "missing_bytes": container.missing,
        }
        layout, still, lasting = container.layout, container.still, container.lasting
    trusted = None if doubted else _by_packets(demuxed, common)
    decoded = None
    if (
        trusted is None
        or pixels * len(demuxed.packets) <= CONFIRMED
        or not sample_agrees(Source(path, name, stream, trusted), trusted, pixels, progress)
    ):
        decoded = decode_entirely(path, name, stream, demuxed, progress)
        trusted = _by_decoding(decoded, demuxed, common, doubted, trusted)
    truncated = demuxed.broken or container.missing > 0
    lacking = None if still else missing_seconds(trusted, rate, lasting, declared if truncated else 0)
    index = replace(trusted, missing_seconds=lacking)
    if decoded is not None:
        remarks += on_damage(index, decoded)
    if not still:
        remarks += on_pictures(index, layout, declared)
    return index, remarks


def _by_packets(demuxed: Demuxed, common: dict[str, Any]) -> FrameIndex | None:
    packets = demuxed.packets
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
        reasons=(Remark(EVERY_TIME), Remark(N_("Pictures at its beginning, middle and end were decoded and agreed."))),
        single_thread=demuxed.racing,
        **common,
    )


def _by_decoding(
    decoded: Decoded, demuxed: Demuxed, common: dict[str, Any], doubted: list[Remark], trusted: FrameIndex | None
) -> FrameIndex:
    count, packets = len(decoded.pictures), len(demuxed.packets)
    pictures = decoded.pictures.copy()
    pictures["tainted"] = tainted(pictures, demuxed.packets, demuxed.torn, decoded.refused)
    fields = ["packet", "pts"]
    if trusted is not None and np.array_equal(decoded.pictures[fields], trusted.pictures[fields]):
        method = "packets"
        text = N_("One decode of everything gave the same {count} pictures.")
        reasons = [Remark(EVERY_TIME), Remark(text, {"count": count})]
    else:
        method = "decoded"
        text = N_("{packets} packets and {count} decoded pictures do not agree.")
        reasons = doubted or [Remark(text, {"packets": packets, "count": count})]
    return FrameIndex(
        pictures=pictures,
        digests=decoded.digests,
        method=method,
        reasons=tuple(reasons),
        single_thread=decoded.single_thread,
        **common,
    )
