"""Faces in many frames of one footage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from facet.core.frame import Frame
from facet.core.geometry import Face
from facet.core.i18n import N_
from facet.core.interpretation import AS_DECLARED, Interpretation
from facet.core.progress import SILENT, Progress
from facet.footage import Reader
from facet.inference.client import InferenceClient

AT_ONCE = 8
"""Frames held and searched side by side; 50 MB of 1080p."""


def faces_in(
    reader: Reader,
    inference: InferenceClient,
    indices: Sequence[int],
    *,
    minimum_face: int = 20,
    interpretation: Interpretation = AS_DECLARED,
    progress: Progress = SILENT,
) -> Iterator[tuple[Frame, list[Face]]]:
    """Each frame of ``indices`` with its faces, the most certain first, as they are found.

    Boxes and landmarks are in the frame's own pixels. ``progress`` counts frames. Raises as reading a frame and
    :meth:`~facet.inference.client.InferenceClient.detect_all` do.
    """
    what, before = N_("Searching for faces"), 0

    def count(done: int, total: int = 0, label: str = "") -> None:
        del total, label  # of the group; the caller counts all frames
        progress(before + done, len(indices), what)

    for start in range(0, len(indices), AT_ONCE):
        frames = []
        for index in indices[start : start + AT_ONCE]:
            count(0)
            frames.append(reader.frame(index, interpretation=interpretation))
        for rotation, alike in groupby(frames, lambda frame: frame.decoding.rotation or 0):
            group = list(alike)
            yield from zip(group, _found(inference, group, minimum_face, rotation, count), strict=True)
            before += len(group)


def _found(
    inference: InferenceClient, frames: list[Frame], minimum_face: int, rotation: int, progress: Progress
) -> list[list[Face]]:
    if len(frames) == 1:  # one picture's search is divided among the cores
        return [inference.detect(frames[0].picture, minimum_face=minimum_face, rotation=rotation)]
    pictures = [frame.picture for frame in frames]
    return inference.detect_all(pictures, minimum_face=minimum_face, rotation=rotation, progress=progress)
