"""``facet mark | clock``: places in footage to find again, and what the clock in the picture shows."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.arguments import natural, writer_options
from facet.cli.printing import Printer
from facet.core.camera_clock import CameraClock, clock_text, span_text
from facet.core.canonical import Json
from facet.core.i18n import _
from facet.workbench import Workbench


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    writer = writer_options()
    mark = commands.add_parser("mark", parents=[common, writer], help=_("mark a frame or a range of frames"))
    mark.add_argument("case", type=Path)
    mark.add_argument("footage", metavar="FOOTAGE", help=_("exhibit id of the footage"))
    mark.add_argument("--frame", type=natural, required=True, metavar="N")
    mark.add_argument("--to", type=natural, metavar="M", help=_("the last frame of a range"))
    mark.add_argument("--note", default="", metavar="TEXT", help=_("what is there"))
    mark.set_defaults(run=run_mark)

    clock = commands.add_parser(
        "clock", parents=[common, writer], help=_("record what the clock in the picture shows at one frame")
    )
    clock.add_argument("case", type=Path)
    clock.add_argument("footage", metavar="FOOTAGE", help=_("exhibit id of the footage"))
    clock.add_argument("--frame", type=natural, required=True, metavar="N", help=_("best the first that shows it"))
    clock.add_argument("--shows", required=True, metavar="TIME", help=_("as it stands there, 2026-11-02 14:03:12"))
    clock.add_argument("--zone", required=True, help=_("the zone that the clock keeps: Asia/Seoul or +09:00"))
    clock.add_argument("--true", metavar="TIME", help=_("the true time at that frame, in that zone or with its offset"))
    clock.add_argument("--source", default="", metavar="TEXT", help=_("who or what says so"))
    clock.set_defaults(run=run_clock)


def run_mark(given: argparse.Namespace, printer: Printer) -> int:
    """``facet mark``."""
    with Workbench() as bench, bench.open_case(given.case, examiner=given.examiner or None) as session:
        mark = session.mark(given.footage, given.frame, given.to, given.note)
        row = next(each for each in session.marks(given.footage) if each.id == mark)
        printer.result(
            {
                "id": row.id,
                "footage": row.footage,
                "first": row.first,
                "last": row.last,
                "text": row.text,
                "head": session.case.head(),
            },
            lambda: print(
                _("{id}: footage {footage}, frame {first} is marked.").format(
                    id=row.id, footage=row.footage, first=row.first
                )
                if row.last is None
                else _("{id}: footage {footage}, frames {first} to {last} are marked.").format(
                    id=row.id, footage=row.footage, first=row.first, last=row.last
                )
            ),
        )
    return 0


def run_clock(given: argparse.Namespace, printer: Printer) -> int:
    """``facet clock``."""
    with Workbench() as bench, bench.open_case(given.case, examiner=given.examiner or None) as session:
        clock = CameraClock.read(
            index=given.frame,
            seconds=session.seconds(given.footage, given.frame, printer.progress(_("Reading"))),
            shows=given.shows,
            zone=given.zone,
            true=given.true,
            source=given.source,
        )
        row: dict[str, Json] = {"id": session.set_clock(given.footage, clock), "footage": given.footage}
        row |= {
            **clock.to_json(),
            "source": clock.source,
            "ahead_seconds": _seconds(clock),
            "head": session.case.head(),
        }
        printer.result(row, lambda: _print(str(row["id"]), given.footage, clock))
    return 0


def _seconds(clock: CameraClock) -> str | None:
    ahead = clock.ahead
    return None if ahead is None else f"{ahead.total_seconds():.3f}"


def _print(clock_id: str, footage: str, clock: CameraClock) -> None:
    shown = clock.shown_at(clock.seconds)
    text = clock.shows if shown is None else clock_text(shown)
    print(
        _("{id}: footage {footage}, the clock in frame {index} shows {time} ({zone}).").format(
            id=clock_id, footage=footage, index=clock.index, time=text, zone=clock.zone
        )
    )
    if clock.ahead is not None:
        behind = clock.ahead.total_seconds() < 0
        template = _("It is {span} behind the true time.") if behind else _("It is {span} ahead of the true time.")
        print(template.format(span=span_text(clock.ahead)))
