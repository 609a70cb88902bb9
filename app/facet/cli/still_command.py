"""``facet still``: exact frames, or single fields of them, as lossless PNG files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.arguments import natural, seconds
from facet.cli.interpreting import BOB, interpretation_of, interpretation_options, overrides_told
from facet.cli.printing import Printer
from facet.core.clock import decimal
from facet.core.errors import InputError
from facet.core.frame import Frame
from facet.core.i18n import _
from facet.core.interpretation import Interpretation
from facet.footage import Reader
from facet.workbench import Workbench, refuse_evidence, write_still

BOTH = ("top", "bottom")


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add this command to the command line."""
    still = commands.add_parser(
        "still", parents=[common, interpretation_options(bob=True)], help=_("exact frames as lossless PNG files")
    )
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


def run_still(given: argparse.Namespace, printer: Printer) -> int:
    """``facet still``."""
    fields = BOTH if given.fields == BOB else (given.fields,)
    ways = [interpretation_of(given, fields=each) for each in fields]
    wanted = len(given.frame) + len(given.time)
    if wanted == 0:
        raise InputError("Which frame? Give --frame N or --time S.")
    several = wanted > 1 or len(ways) > 1
    if several and given.out.exists() and not given.out.is_dir():
        raise InputError("{out} is a file, but several pictures were asked for. Give a folder.", out=str(given.out))
    folder = several or given.out.is_dir()
    rows = []
    with Workbench() as bench, bench.open_footage(given.footage, printer.progress(_("Reading"))) as reader:
        indices = [*given.frame, *(reader.index_at(moment) for moment in given.time)]
        for index in indices:
            if not 0 <= index < reader.count:
                reader.frame(index)  # refuses before anything is written
        for index in indices:
            for said in ways:
                refuse_evidence(_place(given.out, index, said, folder, len(ways)), [given.footage])
        for index in indices:
            for frame, said in _in_time_order(reader, index, ways):
                out = _place(given.out, index, said, folder, len(ways))
                rows.append(_row(frame, out, write_still(frame, out)))
    printer.result({"footage_sha256": reader.sha256, "frames": rows}, lambda: _print(rows, both=len(ways) > 1))
    return 0


def _in_time_order(reader: Reader, index: int, ways: list[Interpretation]) -> list[tuple[Frame, Interpretation]]:
    """The frame in each way; of two fields the earlier first, where anything tells which that is."""
    made = [(reader.frame(index, interpretation=said), said) for said in ways]
    return made[::-1] if len(made) > 1 and made[0][0].decoding.first_field == "bottom" else made


def _place(out: Path, index: int, said: Interpretation, folder: bool, ways: int) -> Path:
    if not folder:
        return out
    return out / (f"{index}-{said.fields}.png" if ways > 1 else f"{index}.png")


def _row(frame: Frame, out: Path, file_sha256: str) -> dict[str, Any]:
    return {
        "out": str(out),
        **{name: value for name, value in frame.name.to_json().items() if name != "footage_sha256"},
        "seconds": decimal(frame.seconds),
        "picture_sha256": frame.picture_sha256,
        "file_sha256": file_sha256,
        "width": frame.width,
        "height": frame.height,
        "first_field": frame.decoding.first_field,
        "decoding": frame.decoding.to_json(),
    }


def _print(rows: list[dict[str, Any]], *, both: bool) -> None:
    for row in rows:
        print(f"{row['out']}  frame {row['index']}  pts {row['pts']}  {row['seconds']} s  {row['picture_sha256']}")
    for sentence in dict.fromkeys(told for row in rows for told in overrides_told(row["decoding"])):
        print(f"  ! {sentence}")
    if both and any(row["first_field"] is None for row in rows):
        print("  ! " + _("Nothing tells which field comes first; the top one is put first. Say it with --field-order."))
    if len({(row["decoding"]["interlaced"], row["first_field"]) for row in rows}) > 1:
        print("  ! " + _("The order of the fields changes from picture to picture."))
