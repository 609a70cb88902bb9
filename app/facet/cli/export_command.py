"""``facet export``: pictures, packages and CASE/UCO that leave a case."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facet.cli.key_arguments import opened_key, sealing_options
from facet.cli.printing import Printer, size_text
from facet.core.errors import InputError
from facet.core.i18n import LANGUAGES, _
from facet.workbench import CaseSession, Workbench

if TYPE_CHECKING:
    from facet.seal import SealKey

KINDS = ("png", "package", "case-uco")


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add this command to the command line."""
    export = commands.add_parser(
        "export",
        parents=[common, sealing_options()],
        help=_("pictures with their banners, a package for others, or CASE/UCO"),
    )
    export.add_argument("case", type=Path)
    export.add_argument("--what", choices=KINDS, required=True)
    export.add_argument("--out", type=Path, required=True, metavar="DIR|FILE")
    export.add_argument("--exhibit", action="append", metavar="ID", help=_("png: only these (default: crops, outputs)"))
    export.add_argument("--with-footage", action="store_true", help=_("package: the footage as well"))
    export.add_argument("--with-weights", action="store_true", help=_("package: the weights that were used as well"))
    export.add_argument("--lang", choices=LANGUAGES, help=_("the language of banners and report"))
    export.add_argument("--examiner", default="", metavar="NAME")
    export.set_defaults(run=run_export)


def run_export(given: argparse.Namespace, printer: Printer) -> int:
    """``facet export``."""
    _refuse_strange(given)
    with Workbench() as bench, bench.open_case(given.case, examiner=given.examiner or None) as session:
        if given.what == "png":
            _png(session, given, printer)
        elif given.what == "package":
            _package(
                session, given, printer, opened_key(given, bench) if given.key or bench.settings.seal_key else None
            )
        else:
            _case_uco(session, given, printer)
    return 0


def _refuse_strange(given: argparse.Namespace) -> None:
    """Raise ``InputError`` for an option that this kind of export knows nothing of."""
    for option, kind in (
        ("exhibit", "png"), ("with_footage", "package"), ("with_weights", "package"), ("key", "package"),
    ):  # fmt: skip
        if getattr(given, option) and given.what != kind:
            raise InputError(
                "--{option} is for --what {kind}. Leave it away.", option=option.replace("_", "-"), kind=kind
            )


def _png(session: CaseSession, given: argparse.Namespace, printer: Printer) -> None:
    progress = printer.progress(_("Exporting"))
    rows: list[dict[str, Any]] = session.export_pictures(given.out, given.exhibit, progress, language=given.lang)
    files = [{**row, **one} for row in rows for one in (row, *row.get("companions", ()))]
    printer.result(
        {"files": rows},
        lambda: print("\n".join(f"{one['out']}  {one['mark']}  sha256 {one['file_sha256']}" for one in files)),
    )


def _package(session: CaseSession, given: argparse.Namespace, printer: Printer, key: SealKey | None) -> None:
    made: dict[str, Any] = session.export_package(
        given.out,
        with_footage=given.with_footage,
        with_weights=given.with_weights,
        language=given.lang,
        key=key,
        authority=given.time_stamp,
        progress=printer.progress(_("Packing")),
    )

    def text() -> None:
        told = _(
            "{out}: {files} files, {size}. Its manifest has the SHA-256 {digest}; the case in it ends with {head}."
        )
        head = f"{made['head']['seq']}:{made['head']['sha256']}"
        size = size_text(made["bytes"])
        print(told.format(out=made["out"], files=made["files"], size=size, digest=made["manifest_sha256"], head=head))
        if session.case.encrypted:
            print(_("The case in it stays encrypted. Its pictures, receipts and report beside it are not."))

    printer.result(made, text)


def _case_uco(session: CaseSession, given: argparse.Namespace, printer: Printer) -> None:
    made: dict[str, Any] = session.export_case_uco(given.out, progress=printer.progress(_("Exporting")))
    printer.result(made, lambda: print(_("{out}: {objects} objects, sha256 {file_sha256}").format(**made)))
