"""What an examiner should know of the footage itself: lacking and doubled times, jumps, damage, how much is missing."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from facet.core.clock import decimal
from facet.core.i18n import N_
from facet.footage.container import Container
from facet.footage.entire_decode import Decoded
from facet.footage.index import NONE, RANGES, FrameIndex, ranges
from facet.footage.remark import Remark

LISTED = 5
"""Findings of one kind that are told each for itself."""
SHOWN = 12
"""Runs of pictures that are written into a sentence."""
NEAR = 16
"""Packets after a refused one among which the next picture in the order of presentation is found."""
JUMP_SECONDS, JUMP_INTERVALS = 1, 10
"""What is a jump in time: forward by more than both a second and ten usual intervals, or backward by more than ten; a
little to and fro is a container that gives the times of decoding for those of presentation."""


def on_container(container: Container, broken: bool, hidden: int) -> list[Remark]:
    """What the file lacks or has too much by its own account. ``broken``: reading failed before the end; ``hidden``:
    pictures that are not to be shown."""
    found = []
    if container.missing:
        text = N_(
            "The file ends {bytes} bytes before the place where its container says that it ends; it is truncated."
        )
        found.append(Remark(text, {"bytes": container.missing}))
    elif broken:
        found.append(Remark(N_("The file ends before its container says that it does; it is probably truncated.")))
    if container.skipped:
        text = N_("The recording begins after {bytes} other bytes, which are left out.")
        found.append(Remark(text, {"bytes": container.skipped}))
    if hidden:
        text = N_(
            "Pictures that the file holds but says are not to be shown (by its edit list), left out here: {count}."
        )
        found.append(Remark(text, {"count": hidden}))
    if container.layout == "dhav":
        text = N_(
            "The times are the recorder's clock, set anew with every full second: intervals between pictures are not "
            "to be measured by them."
        )
        found.append(Remark(text))
    folder = container.folder
    if folder is not None and folder.gaps:
        text = N_("The pictures' numbers run from {first} to {last}; {count} of them are missing: {gaps}.")
        missing = sum(last - first + 1 for first, last in folder.gaps)
        found.append(
            Remark(
                text,
                {
                    "first": folder.numbers[0],
                    "last": folder.numbers[-1],
                    "count": missing,
                    "gaps": _listed(folder.gaps),
                },
            )
        )
    if folder is not None and folder.others:
        text = N_("Other pictures in the folder are named otherwise and left out: {count}.")
        found.append(Remark(text, {"count": folder.others}))
    return found


def on_pictures(index: FrameIndex, container: str, declared: int) -> list[Remark]:
    """What the pictures and their times are against what was declared. ``container``: its layout; ``declared``:
    pictures by the container's word."""
    found = []
    if declared and declared != index.count:
        text = N_("The container declares {declared} pictures; {count} could be decoded.")
        found.append(Remark(text, {"declared": declared, "count": index.count}))
    elif index.count < len(index.packets):
        text = N_("The stream has {packets} packets; {count} pictures could be decoded.")
        found.append(Remark(text, {"packets": len(index.packets), "count": index.count}))
    found += _times(index, container)
    if index.missing_seconds is not None:
        text = N_("By what the container declares, the pictures end at {end} s and {missing} s are missing.")
        found.append(Remark(text, {"end": decimal(index.end), "missing": decimal(index.missing_seconds)}))
    return found


def missing_seconds(index: FrameIndex, rate: Fraction, lasting: Fraction | None, declared: int) -> Fraction | None:
    """Seconds that lack at the end by the declared length, or else by the number of pictures declared (0: unknown);
    None where it is no more than containers are inaccurate by."""
    if lasting is not None and index.end + max(Fraction(1, 2), 3 / rate) < lasting:
        return lasting - index.end
    return (declared - index.count) / rate if declared > index.count else None


def on_damage(index: FrameIndex, decoded: Decoded) -> list[Remark]:
    """Which pictures are damaged, which may be, and where their size or their interlacing changes."""
    found = []
    if decoded.refused:
        text = N_("Damaged packets that the decoder refused: {count}; pictures are missing before picture {places}.")
        places = _listed(ranges(_after(index, decoded.refused)))
        if not places:
            text = N_("Damaged packets that the decoder refused: {count}; pictures are missing at the end.")
        found.append(Remark(text, {"count": len(decoded.refused), **({"places": places} if places else {})}))
    if damaged := int(index.pictures["corrupt"].sum()):
        text = N_("Pictures decoded from damaged material, which may show what was not there: {count} ({pictures}).")
        found.append(Remark(text, {"count": damaged, "pictures": _listed(index.damaged)}))
    if tainted := int(index.pictures["tainted"].sum()):
        text = N_(
            "Pictures predicted from damaged ones before the next whole keyframe, in which the damage may go on: "
            "{count} ({pictures})."
        )
        found.append(Remark(text, {"count": tainted, "pictures": _listed(index.tainted)}))
    if len(decoded.sizes) > 1:
        text = N_("The size of the pictures changes to {width}×{height} at picture {picture}.")
        for picture, width, height in decoded.sizes[1 : 1 + LISTED]:
            found.append(Remark(text, {"width": width, "height": height, "picture": picture}))
    for picture, interlaced in decoded.weaves[1 : 1 + LISTED]:
        text = N_("From picture {picture} on the pictures are not interlaced any more.")
        if interlaced:
            text = N_("From picture {picture} on the pictures are interlaced.")
        found.append(Remark(text, {"picture": picture}))
    return found


def _after(index: FrameIndex, refused: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which pictures are the first to come after a packet that gave none, bool (pictures,)."""
    marked = np.zeros(index.count, np.bool_)
    carried = np.flatnonzero(index.order >= 0)
    for number in refused:
        later = carried[np.searchsorted(carried, number) :][:NEAR]
        if len(later):
            marked[index.order[later].min()] = True
    return marked


def _times(index: FrameIndex, container: str) -> list[Remark]:
    found = []
    times = index.pts
    lacking = np.flatnonzero(~index.has_pts)
    if len(lacking) and container != "folder" and index.count > 1:
        text = N_("Pictures without a time of their own: {count}, the first is picture {picture}.")
        found.append(Remark(text, {"count": len(lacking), "picture": int(lacking[0])}))
    known = times[times != NONE]
    doubled = len(known) - len(np.unique(known))
    if doubled:
        text = N_("Pictures with the same time as another one: {count}.")
        found.append(Remark(text, {"count": doubled}))
    found += _jumps(index)
    if index.timed == "rate":
        text = N_(
            "The file does not give every picture a rising time; times are counted out by its rate, {rate} pictures a "
            "second, and may be wrong."
        )
        if container == "folder":
            text = N_(
                "A folder of pictures gives no times; they are counted out at {rate} pictures a second, and may be "
                "wrong."
            )
        found.append(Remark(text, {"rate": str(index.rate)}))
    return found


def _jumps(index: FrameIndex) -> list[Remark]:
    """Where the time leaps forward or turns back between two pictures that both have one."""
    both = np.flatnonzero(index.has_pts[1:] & index.has_pts[:-1])
    steps = index.pts[both + 1].astype(np.float64) - index.pts[both]
    forward = steps[steps > 0]
    if not len(forward):
        return []
    base = index.time_base
    far = max(JUMP_SECONDS / base, JUMP_INTERVALS * Fraction(float(np.median(forward))))
    at = np.flatnonzero((steps < -JUMP_INTERVALS * float(np.median(forward))) | (steps > float(far)))
    text = N_(
        "Between pictures {before} and {after} the time jumps by {seconds} s; two recordings may be joined there."
    )
    found = [
        Remark(
            text,
            {"before": n, "after": n + 1, "seconds": decimal((int(index.pts[n + 1]) - int(index.pts[n])) * base)},
        )
        for n in both[at[:LISTED]].tolist()
    ]
    if len(at) > LISTED:
        found.append(Remark(N_("The time jumps at {count} more places."), {"count": len(at) - LISTED}))
    return found


def _listed(runs: list[list[int]] | tuple[tuple[int, int], ...]) -> str:
    """Runs in words, like «3, 7–9, …»."""
    words = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:SHOWN]]
    return ", ".join([*words, "…"] if len(runs) > SHOWN or len(runs) == RANGES else words)
