"""``facet relink | reproduce``: footage found again, outputs made again."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.arguments import writer_options
from facet.cli.printing import Printer, table
from facet.core.i18n import _
from facet.workbench import Verdict, Workbench, worst

CODES = {Verdict.EQUAL: 0, Verdict.WITHIN: 0, Verdict.NOT_TRIED: 3, Verdict.DIFFERENT: 1}


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    relink = commands.add_parser(
        "relink", parents=[common, writer_options()], help=_("say where footage lies now; its digest must be the same")
    )
    relink.add_argument("case", type=Path)
    relink.add_argument("footage", metavar="ID", help=_("exhibit id of the footage"))
    relink.add_argument("path", type=Path, metavar="PATH", help=_("the file, or the folder that holds it"))
    relink.set_defaults(run=run_relink)

    reproduce = commands.add_parser("reproduce", parents=[common], help=_("make outputs again and compare them"))
    reproduce.add_argument("case", type=Path)
    reproduce.add_argument("--enhancement", action="append", metavar="ID", help=_("only this output (default: all)"))
    reproduce.add_argument("--decode", action="store_true", help=_("decode each frame from its footage again as well"))
    reproduce.add_argument("--footage", type=Path, metavar="DIR", help=_("where the footage lies now, for --decode"))
    reproduce.set_defaults(run=run_reproduce)


def run_relink(given: argparse.Namespace, printer: Printer) -> int:
    """``facet relink``."""
    with Workbench() as bench, bench.open_case(given.case, examiner=given.examiner or None) as session:
        found = session.relink(given.footage, given.path, printer.progress(_("Comparing")))
        row = next(row for row in session.case.footage() if row.id == given.footage)
        told = _("Footage {id} is {path}.").format(id=row.id, path=found)
        printer.result({"footage": row.id, "path": row.path, "sha256": row.sha256}, lambda: print(told))
    return 0


def run_reproduce(given: argparse.Namespace, printer: Printer) -> int:
    """``facet reproduce``: exit 1 where an output differs by more than is stated, 3 where one could not be made."""
    with Workbench() as bench, bench.open_case(given.case, writable=False) as session:
        rows = session.reproduce(
            given.enhancement,
            printer.progress(_("Reproducing")),
            decode=given.decode or given.footage is not None,
            footage=given.footage,
        )
    words = {
        Verdict.EQUAL: _("equal"),
        Verdict.WITHIN: _("within tolerance"),
        Verdict.NOT_TRIED: _("not tried"),
        Verdict.DIFFERENT: _("DIFFERS"),
    }

    def text() -> None:
        cells = [(row.enhancement, row.backend, words[row.verdict], row.message) for row in rows]
        print("\n".join(table(cells)) or _("The case holds no outputs."))

    verdict = worst(rows)
    document = {
        "equal": all(row.equal for row in rows),
        "verdict": verdict.value,
        "rows": [row.to_json() for row in rows],
    }
    printer.result(document, text)
    return CODES[verdict]
