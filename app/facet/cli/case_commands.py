"""``facet new | ingest | note | withdraw``: what writes to a case."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.arguments import writer_options
from facet.cli.passphrase import new_passphrase
from facet.cli.printing import Printer
from facet.core.canonical import Json
from facet.core.errors import InputError
from facet.core.i18n import _
from facet.workbench import CaseSession, Workbench, holds


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    writer = writer_options()
    new = commands.add_parser("new", parents=[common], help=_("a new case file"))
    new.add_argument("case", type=Path)
    new.add_argument("--number", required=True, help=_("the agency's case number"))
    new.add_argument("--examiner", default="", metavar="NAME", help=_("who opens the case"))
    new.add_argument("--agency", default="")
    new.add_argument("--title", default="")
    new.add_argument("--encrypted", action="store_true", help=_("closed by a passphrase, which nothing replaces"))
    new.set_defaults(run=run_new)

    ingest = commands.add_parser("ingest", parents=[common, writer], help=_("record footage by its digest"))
    ingest.add_argument("case", type=Path)
    ingest.add_argument("footage", type=Path, nargs="+")
    ingest.set_defaults(run=run_ingest)

    note = commands.add_parser("note", parents=[common, writer], help=_("a note or a finding"))
    note.add_argument("case", type=Path)
    note.add_argument("words", nargs="+", metavar="[ID] TEXT")
    note.add_argument("--finding", action="store_true", help=_("a finding: what the examiner concludes"))
    note.set_defaults(run=run_note)

    withdraw = commands.add_parser(
        "withdraw", parents=[common, writer], help=_("withdraw an exhibit (it stays recorded)")
    )
    withdraw.add_argument("case", type=Path)
    withdraw.add_argument("exhibit", metavar="ID")
    withdraw.add_argument("--reason", required=True, metavar="TEXT")
    withdraw.set_defaults(run=run_withdraw)


def run_new(given: argparse.Namespace, printer: Printer) -> int:
    """``facet new``."""
    passphrase = new_passphrase(given) if given.encrypted else None
    with (
        Workbench() as bench,
        bench.create_case(
            given.case,
            number=given.number,
            examiner=given.examiner,
            agency=given.agency,
            title=given.title,
            passphrase=passphrase,
        ) as session,
    ):
        meta, head = session.case.meta, session.case.head()
        printer.result(
            {"case": str(given.case), "number": meta.number, "examiner": meta.examiner, "head": head},
            lambda: print(f"{given.case}: case {meta.number}, examiner {meta.examiner}. Journal head {head['sha256']}"),
        )
    return 0


def run_ingest(given: argparse.Namespace, printer: Printer) -> int:
    """``facet ingest``."""
    rows: list[dict[str, Json]] = []
    with Workbench() as bench, _writer(bench, given) as session:
        for path in given.footage:
            with bench.open_footage(path, printer.progress(_("Reading {name}").format(name=path.name))) as reader:
                before = session.known_footage(reader.sha256)
                exhibit = session.ingest(reader)
                warnings: list[Json] = list(reader.probe.warnings)
                rows.append(
                    {
                        "id": exhibit,
                        "path": str(path),
                        "sha256": reader.sha256,
                        "frames": reader.count,
                        "warnings": warnings,
                        "known": before.here is not None,
                        "elsewhere": [seen.to_json() for seen in before.elsewhere],
                    }
                )
                printer.line(f"{exhibit}  {path.name}  {reader.count} frames  sha256 {reader.sha256}")
                if before.here is not None:
                    printer.line("   ! " + _("This case has had the same file since before."))
                for seen in before.elsewhere:
                    words = _("The same file is footage {footage} of case {number} ({case}), ingested {at}.")
                    printer.line("   ! " + words.format(**seen.to_json()))
                for remark in reader.probe.remarks:
                    printer.line(f"   ! {remark.localised(_)}")
    printer.result({"footage": rows})
    return 0


def run_note(given: argparse.Namespace, printer: Printer) -> int:
    """``facet note``: the first word is an exhibit id if the case has it."""
    with Workbench() as bench, _writer(bench, given) as session:
        words = list(given.words)
        exhibit = words.pop(0) if len(words) > 1 and holds(session.case, words[0]) else None
        text = " ".join(words).strip()
        if not text:
            raise InputError("The note is empty. Write something.")
        if given.finding:
            session.case.finding(text, exhibit)
        else:
            session.case.note(text, exhibit)
        head = session.case.head()
        kind = "finding" if given.finding else "note"
        printer.result(
            {"kind": kind, "exhibit": exhibit, "text": text, "head": head},
            lambda: print(_("Recorded as journal entry {seq}.").format(seq=head["seq"])),
        )
    return 0


def run_withdraw(given: argparse.Namespace, printer: Printer) -> int:
    """``facet withdraw``."""
    with Workbench() as bench, _writer(bench, given) as session:
        session.case.withdraw(given.exhibit, given.reason)
        head = session.case.head()
        printer.result(
            {"exhibit": given.exhibit, "withdrawn": True, "reason": given.reason, "head": head},
            lambda: print(
                _("{id} is withdrawn, and stays recorded (entry {seq}).").format(id=given.exhibit, seq=head["seq"])
            ),
        )
    return 0


def _writer(bench: Workbench, given: argparse.Namespace) -> CaseSession:
    return bench.open_case(given.case, examiner=given.examiner or None)
