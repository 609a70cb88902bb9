"""``facet migrate``: an older case in the present format."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.arguments import writer_options
from facet.cli.printing import Printer
from facet.core.i18n import _
from facet.workbench import Workbench


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add this command to the command line."""
    migrate = commands.add_parser(
        "migrate", parents=[common, writer_options()], help=_("copy an older case into the present format")
    )
    migrate.add_argument("case", type=Path)
    migrate.add_argument(
        "--out", type=Path, required=True, metavar="NEW", help=_("the new case file; the old one stays")
    )
    migrate.set_defaults(run=run_migrate)


def run_migrate(given: argparse.Namespace, printer: Printer) -> int:
    """``facet migrate``: exit 1 where the old case is not what was recorded."""
    with Workbench() as bench:
        made: dict[str, Any] = bench.migrate(
            given.case, given.out, examiner=given.examiner, progress=printer.progress(_("Copying the case"))
        )
    told = _("{case}: a copy in format {to} (was {from}). The old file is as it was. Journal head {head}")
    head = f"{made['head']['seq']}:{made['head']['sha256']}"
    printer.result(made, lambda: print(told.format_map({**made, "head": head})))
    return 0
