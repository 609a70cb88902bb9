"""How fast faces are found, beside facenet-pytorch's own call with the same networks and the same smallest face.

    python benchmarks/faces.py FOOTAGE [--frames 8] [--minimum-face 40] [--rounds 5] [--threads 1] [--processor-time]

FOOTAGE: 1080p, with faces; frames are taken evenly from it. It also says whether both found the same boxes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from facenet_pytorch import MTCNN
from numpy.typing import NDArray
from taking_turns import best_of, told

from facet.core.geometry import Face
from facet.faces.detect import Detector
from facet.faces.mtcnn import FACTOR
from facet.footage import Reader

SAME = 1.0
"""Pixels two boxes may differ along each edge, beyond the rounding of ours to whole pixels, to count as one."""


def main() -> None:
    """Print whether the boxes are the same, and one line per contestant."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("footage", type=Path)
    parser.add_argument("--frames", type=int, default=8)
    parser.add_argument("--minimum-face", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--processor-time", action="store_true", help="with one thread, on a machine that is not quiet")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    with Reader.open(given.footage) as reader:
        places = np.linspace(0, reader.index.count - 1, given.frames).astype(int)
        pictures = [np.ascontiguousarray(reader.frame(int(place)).picture, np.uint8) for place in places]
    theirs, ours = MTCNN(keep_all=True, min_face_size=given.minimum_face), Detector()

    def reference() -> None:
        torch.set_num_threads(given.threads)
        for picture in pictures:
            theirs.detect(picture, landmarks=True)

    def reference_together() -> None:
        torch.set_num_threads(given.threads)
        theirs.detect(np.stack(pictures), landmarks=True)

    def one_by_one() -> None:
        for picture in pictures:
            ours.detect(picture, minimum_face=given.minimum_face)

    def together() -> None:
        ours.detect_all(pictures, minimum_face=given.minimum_face)

    height, width = pictures[0].shape[:2]
    print(f"{given.footage.name}: {len(pictures)} frames of {width}×{height}, faces from {given.minimum_face} px, "
          f"threads {given.threads}, torch {torch.__version__}")  # fmt: skip
    found = ours.detect_all(pictures, minimum_face=given.minimum_face)
    least = given.minimum_face * FACTOR
    boxes = [theirs.detect(picture)[0] for picture in pictures]
    agree = [agreed(faces, theirs_here, width, height, least) for faces, theirs_here in zip(found, boxes, strict=True)]
    counts = sum(len(faces) for faces in found)
    print(f"Frames with the same faces within {SAME:g} px: {sum(agree)} of {len(agree)} ({counts} faces)")
    contestants = {
        "facenet-pytorch, frame by frame": reference,
        "facenet-pytorch, all frames in a batch": reference_together,
        "Facet, frame by frame": one_by_one,
        "Facet, the clip": together,
    }
    best = best_of(contestants, given.rounds, processor=given.processor_time)
    told("All frames", best, "facenet-pytorch, frame by frame")


def agreed(ours: list[Face], theirs: NDArray[Any] | None, width: int, height: int, least: float) -> bool:
    """Whether both are the same boxes inside the picture, in whatever order; Facet leaves out those below ``least``."""
    inside = [] if theirs is None else [np.clip(box.astype(float), 0, (width, height, width, height)) for box in theirs]
    left = [list(box) for box in inside if max(box[2:] - box[:2]) >= least]
    for face in ours:
        edges = np.array([face.box.x, face.box.y, face.box.x + face.box.w, face.box.y + face.box.h], float)
        near = [box for box in left if np.abs(np.array(box) - edges).max() <= SAME + 1]
        if not near:
            return False
        left.remove(near[0])
    return not left


if __name__ == "__main__":
    main()
