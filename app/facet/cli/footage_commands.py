"""``facet probe | frames | still | faces``: footage without a case."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.arguments import natural, seconds
from facet.cli.printing import Printer, size_text, table
from facet.core.clock import decimal
from facet.core.errors import InputError
from facet.core.frame import Frame
from facet.core.i18n import _
from facet.workbench import Workbench, refuse_evidence, write_still


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    probe = commands.add_parser("probe", parents=[common], help=_("what a footage file holds"))
    probe.add_argument("footage", type=Path)
    probe.set_defaults(run=run_probe)

    frames = commands.add_parser("frames", parents=[common], help=_("every frame of a footage file"))
    frames.add_argument("footage", type=Path)
    frames.add_argument("--digests", action="store_true", required=True, help=_("with the digest of every picture"))
    frames.set_defaults(run=run_frames)

    still = commands.add_parser("still", parents=[common], help=_("exact frames as lossless PNG files"))
    still.add_argument("footage", type=Path)
    which = still.add_argument_group(_("which frames (repeatable)"))
    which.add_argument("--frame", type=natural, action="append", default=[], metavar="N", help=_("by number, from 0"))
    which.add_argument(
        "--time",
        type=seconds,
        action="append",
        default=[],
        metavar="S",
        help=_("by seconds after the first picture: the last picture not later"),
    )
    still.add_argument("--out", type=Path, required=True, metavar="PNG|DIR", help=_("a file; a folder for several"))
    still.set_defaults(run=run_still)

    faces = commands.add_parser("faces", parents=[common], help=_("faces in one frame (MTCNN)"))
    faces.add_argument("footage", type=Path)
    faces.add_argument("--frame", type=natural, required=True, metavar="N")
    faces.add_argument(
        "--minimum-face", type=natural, default=20, metavar="PX", help=_("side of the smallest face searched for (20)")
    )
    faces.set_defaults(run=run_faces)


def run_probe(given: argparse.Namespace, printer: Printer) -> int:
    """``facet probe``."""
    with Workbench() as bench, bench.open_footage(given.footage, printer.progress(_("Reading"))) as reader:
        probe: dict[str, Any] = dict(reader.probe.to_json())
        document = {"path": str(given.footage), "sha256": reader.sha256, "size_bytes": reader.size, **probe}

        def text() -> None:
            print(f"{given.footage.name}  ({size_text(reader.size)})")
            print(f"  {'sha256':<15} {reader.sha256}")
            for name, value in probe.items():
                if name not in ("streams", "warnings", "size_bytes", "remarks", "index_reasons"):
                    print(f"  {name:<15} {_words(value)}")
            for stream in probe.get("streams") or []:
                facts = {name: value for name, value in stream.items() if name != "index"}
                print(f"  {'stream ' + str(stream['index']):<15} {_words(facts)}")
            for remark in reader.probe.remarks:
                print(f"  ! {remark.localised(_)}")

        printer.result(document, text)
    return 0


def run_frames(given: argparse.Namespace, printer: Printer) -> int:
    """``facet frames --digests``."""
    with Workbench() as bench, bench.open_footage(given.footage, printer.progress(_("Reading"))) as reader:
        if printer.json_wanted:
            rows = list(reader.digests(printer.progress(_("Decoding"))))
            printer.result({"footage_sha256": reader.sha256, "frames": rows})
            return 0
        for row in reader.digests(printer.progress(_("Decoding"))):
            pts = "–" if row["pts"] is None else row["pts"]
            printer.line(f"{row['index']}\t{pts}\t{row['time']}\t{'K' if row['key'] else '-'}\t{row['sha256']}")
    return 0


def run_still(given: argparse.Namespace, printer: Printer) -> int:
    """``facet still``."""
    wanted = len(given.frame) + len(given.time)
    if wanted == 0:
        raise InputError("Which frame? Give --frame N or --time S.")
    if wanted > 1 and given.out.exists() and not given.out.is_dir():
        raise InputError("{out} is a file, but several frames were asked for. Give a folder.", out=str(given.out))
    folder = wanted > 1 or given.out.is_dir()
    written = []
    with Workbench() as bench, bench.open_footage(given.footage, printer.progress(_("Reading"))) as reader:
        indices = [*given.frame, *(reader.index_at(moment) for moment in given.time)]
        for index in indices:
            if not 0 <= index < reader.count:
                reader.frame(index)  # refuses before anything is written
        places = [given.out / f"{index}.png" if folder else given.out for index in indices]
        for out in places:
            refuse_evidence(out, [given.footage])
        for index, out in zip(indices, places, strict=True):
            frame = reader.frame(index)
            written.append(_still_row(frame, out, write_still(frame, out)))

    def text() -> None:
        for row in written:
            print(f"{row['out']}  frame {row['index']}  pts {row['pts']}  {row['seconds']} s  {row['picture_sha256']}")

    printer.result({"footage_sha256": reader.sha256, "frames": written}, text)
    return 0


def run_faces(given: argparse.Namespace, printer: Printer) -> int:
    """``facet faces``."""
    with Workbench() as bench, bench.open_footage(given.footage, printer.progress(_("Reading"))) as reader:
        frame = reader.frame(given.frame)
        found = bench.inference.detect(
            frame.picture, minimum_face=given.minimum_face, progress=printer.progress(_("Detecting"))
        )
    rows = [
        {
            "box": face.box.to_json(),
            "landmarks": [[round(x, 2), round(y, 2)] for x, y in face.landmarks],
            "confidence": round(face.confidence, 4),
        }
        for face in found
    ]

    def text() -> None:
        if not found:
            print(_("No face found. Try another frame, or a smaller --minimum-face."))
        for line in table([(f"--box {face.box}", f"confidence {face.confidence:.3f}") for face in found]):
            print(line)

    document = {"frame": frame.name.to_json(), "picture_sha256": frame.picture_sha256, "faces": rows}
    printer.result({**document, "minimum_face": given.minimum_face}, text)
    return 0


def _still_row(frame: Frame, out: Path, file_sha256: str) -> dict[str, Any]:
    return {
        "out": str(out),
        **{name: value for name, value in frame.name.to_json().items() if name != "footage_sha256"},
        "seconds": decimal(frame.seconds),
        "picture_sha256": frame.picture_sha256,
        "file_sha256": file_sha256,
    }


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in value.items() if item is not None)
    return "–" if value is None else str(value)
