"""``facet activity``: where something happens in long footage."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.printing import Printer, table
from facet.core.i18n import _
from facet.workbench import Workbench, survey_activity


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add this command to the command line."""
    activity = commands.add_parser(
        "activity", parents=[common], help=_("where something happens in long footage, and its scene changes")
    )
    activity.add_argument("footage", type=Path)
    activity.add_argument(
        "--thorough", action="store_true", help=_("compare every picture, also of long footage (else its keyframes)")
    )
    activity.set_defaults(run=run_activity)


def run_activity(given: argparse.Namespace, printer: Printer) -> int:
    """``facet activity``."""
    with Workbench() as bench, bench.open_footage(given.footage, printer.progress(_("Reading"))) as reader:
        found = survey_activity(reader, printer.progress(""), thorough=True if given.thorough else None)

    def text() -> None:
        rows = [
            (
                f"{fields['begins']} – {fields['ends']} s",
                _("frames {first} to {last}").format(first=one.first, last=one.last),
                _("motion up to {motion} ‰").format(motion=fields["motion_per_mille"]),
            )
            for one, fields in found.stretches
        ]
        for line in table(rows):
            print(line)
        if not rows:
            print(_("Nothing moves and no scene changes."))
        for index, time in found.cuts:
            print(_("Scene change at {time} s, frame {index}").format(time=time, index=index))
        print(
            _(
                "Compared {looked_at} of {frames} pictures ({length} s) at 64 × 36 points. Something happens where the "
                "1/64 of the points that differ most from 0.4 s before differ by {least} ‰ or more. What stands still "
                "is not told."
            ).format(looked_at=found.looked_at, frames=found.frames, length=found.length, least=f"{found.least:.1f}")
        )
        if not found.thorough:
            print(_("Only keyframes were compared: what came and went between two is not seen (see --thorough)."))

    printer.result(found.to_json(), text)
    return 0
