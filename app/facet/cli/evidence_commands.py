"""``facet report | verify``: what prints a case and checks it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.key_arguments import report_key, sealing_options, told_seal
from facet.cli.printing import Printer
from facet.core.i18n import LANGUAGES, _
from facet.workbench import Workbench
from facet.workbench.sealing import Trusted


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    report = commands.add_parser("report", parents=[common, sealing_options()], help=_("the evidence report as PDF"))
    report.add_argument("case", type=Path)
    report.add_argument("--out", type=Path, required=True, metavar="PDF")
    report.add_argument("--lang", choices=LANGUAGES)
    report.add_argument("--examiner", default="", metavar="NAME")
    report.set_defaults(run=run_report)

    verify = commands.add_parser("verify", parents=[common], help=_("is the case whole and untouched?"))
    verify.add_argument("case", type=Path)
    verify.add_argument("--footage", type=Path, metavar="DIR", help=_("where the footage lies now"))
    verify.add_argument(
        "--against",
        metavar="HEAD|REPORT.pdf|SEAL.json",
        help=_("what was kept elsewhere: a journal head, a report, a seal"),
    )
    verify.add_argument(
        "--key",
        action="append",
        default=[],
        metavar="PUBLIC",
        help=_("the public key that seals must be of; may repeat"),
    )
    verify.add_argument(
        "--authority", type=Path, metavar="PEM", help=_("certificates of the time-stamping authorities you trust")
    )
    verify.add_argument(
        "--quick", action="store_true", help=_("compare pictures as files, by their digests, without unpacking them")
    )
    verify.set_defaults(run=run_verify)


def run_report(given: argparse.Namespace, printer: Printer) -> int:
    """``facet report``."""
    with Workbench() as bench, bench.open_case(given.case, examiner=given.examiner or None) as session:
        facts = session.report(
            given.out,
            language=given.lang,
            key=report_key(given, bench, session, printer),
            authority=given.time_stamp,
            progress=printer.progress(_("Writing the report")),
        )
        seal: Any = facts["seal"]

        def text() -> None:
            print(_("{out}: {pages} pages, sha256 {sha256}").format(**facts))
            print(told_seal(seal))

        printer.result(facts, text)
    return 0


def run_verify(given: argparse.Namespace, printer: Printer) -> int:
    """``facet verify``: exit 1 where the case is not what it should be."""
    with Workbench() as bench:
        result = bench.verify(
            given.case,
            footage=given.footage,
            against=given.against,
            trusted=Trusted(keys=tuple(given.key), authorities=given.authority),
            pixels=not given.quick,
            progress=printer.progress(_("Verifying")),
        )
    document = result.to_json()

    def text() -> None:
        first = result.first
        if first is not None and len(result.failed) > 1:
            print(_("First broken place: {message}").format(message=first.message))
        for row in result.failed:
            print(f"{_('NOT OK')}  {row.exhibit or _('case')}  {row.check}: {row.message}")
        for row in result.rows:
            if row.ok and (
                row.check in ("footage", "against", "seal") or (row.check, row.exhibit) == ("picture", None)
            ):
                print(f"{_('ok')}  {row.exhibit or _('case')}  {row.message}")
        verdict = (
            _("{case}: whole and untouched; {count} checks passed.")
            if result.ok
            else _("{case}: NOT as it was recorded; {failed} of {count} checks failed.")
        )
        print(verdict.format(case=given.case, count=len(result.rows), failed=len(result.failed)))
        if result.head:
            print(_("Journal head {head}").format(head=result.head))

    printer.result(document, text)
    return 0 if result.ok else 1
