"""Whether the packets of long footage keep their word, tried at its beginning, in its middle and at its end."""

from __future__ import annotations

import numpy as np

from facet.core.i18n import N_
from facet.core.progress import Progress
from facet.footage.colour import planes_digest
from facet.footage.index import FrameIndex
from facet.footage.run import Run, SeekFailed, Source

SAMPLE = 1 << 24
"""Pixels decoded at the head of longer footage, and as many at its tail, before its packets are believed."""
FEWEST, MOST = 8, 250
"""Pictures that this is at least and at most."""
BETWEEN = 4
"""Pictures decoded at each of two keyframes in between."""


def sample_agrees(source: Source, index: FrameIndex, pixels: int, progress: Progress) -> bool:
    """Whether head, middle and tail decode to just what the packets promise, and a seek gives the same planes as
    reading on; ``pixels`` are those of one picture. ``source`` is closed afterwards."""
    keys = np.flatnonzero(index.packets["key"])
    sample = min(MOST, max(FEWEST, SAMPLE // max(1, pixels)))
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
        places = [(int(key), BETWEEN) for key in keys[[len(keys) // 3, 2 * len(keys) // 3]] if key]
        for key, wanted_count in [*places, (int(keys[-1]), sample)]:
            first = int(index.order[key])
            found = _collect(source.from_key(key), index, first, wanted_count, progress, hashed=index.count)
            if found is None or len(found) != min(wanted_count, index.count - first):
                return False
    except SeekFailed:
        return False
    else:
        return True
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
