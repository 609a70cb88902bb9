"""``facet faces``: where faces are, in one frame or through a clip."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.arguments import natural
from facet.cli.interpreting import interpretation_of, interpretation_options
from facet.cli.printing import Printer, table
from facet.core.errors import InputError
from facet.core.frame import Frame
from facet.core.geometry import Face
from facet.core.i18n import _
from facet.workbench import Workbench, faces_in


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add this command to the command line."""
    faces = commands.add_parser(
        "faces", parents=[common, interpretation_options()], help=_("faces in one frame or through a clip (MTCNN)")
    )
    faces.add_argument("footage", type=Path)
    faces.add_argument("--frame", type=natural, metavar="N", help=_("one frame, by number from 0"))
    faces.add_argument("--frames", type=stretch, metavar="A-B", help=_("frames A to B, both included"))
    faces.add_argument("--every", type=natural, metavar="N", help=_("every Nth frame of the footage, or of --frames"))
    faces.add_argument(
        "--minimum-face", type=natural, default=20, metavar="PX", help=_("side of the smallest face searched for (20)")
    )
    faces.set_defaults(run=run_faces)


def run_faces(given: argparse.Namespace, printer: Printer) -> int:
    """``facet faces``."""
    clip = given.frames is not None or given.every is not None
    if clip == (given.frame is not None):
        raise InputError("Which frames? Give --frame N, or --frames A-B, --every N or both of these.")
    with Workbench() as bench, bench.open_footage(given.footage, printer.progress(_("Reading"))) as reader:
        indices = chosen(given.frames, given.every, reader.count) if clip else [given.frame]
        rows = []
        for frame, found in faces_in(
            reader,
            bench.inference,
            indices,
            minimum_face=given.minimum_face,
            interpretation=interpretation_of(given),
            progress=printer.progress(_("Detecting")),
        ):
            rows.append(_row(frame, found))
            if clip and found:
                printer.line(f"frame {frame.name.index}")
            for line in table([(f"--box {face.box}", f"confidence {face.confidence:.3f}") for face in found]):
                printer.line(line)
        sha256 = reader.sha256
    told = {"minimum_face": given.minimum_face}
    printer.result({"footage_sha256": sha256, "frames": rows, **told} if clip else {**rows[0], **told})
    if not any(row["faces"] for row in rows):
        printer.line(_("No face found. Try another frame, or a smaller --minimum-face."))
    return 0


def stretch(text: str) -> tuple[int, int]:
    """``A-B``: the first and the last frame."""
    first, dash, last = text.partition("-")
    ends = natural(first), natural(last) if dash else natural(first)
    if ends[0] > ends[1]:
        raise argparse.ArgumentTypeError(f"«{text}» ends before it begins")
    return ends


def chosen(stretch: tuple[int, int] | None, every: int | None, count: int) -> list[int]:
    """The frames named by ``--frames`` and ``--every`` in footage of ``count``. Raises ``InputError``."""
    first, last = stretch or (0, count - 1)
    if last >= count:
        raise InputError("The footage has no frame {frame}; its last is {last}.", frame=last, last=count - 1)
    if every == 0:
        raise InputError("Every 0th frame is none. Give 1 for all of them.")
    return list(range(first, last + 1, every or 1))


def _row(frame: Frame, found: list[Face]) -> dict[str, Any]:
    faces = [
        {
            "box": face.box.to_json(),
            "landmarks": [[round(x, 2), round(y, 2)] for x, y in face.landmarks],
            "confidence": round(face.confidence, 4),
        }
        for face in found
    ]
    return {
        "frame": frame.name.to_json(),
        "picture_sha256": frame.picture_sha256,
        "faces": faces,
        "decoding": frame.decoding.to_json(),
    }
