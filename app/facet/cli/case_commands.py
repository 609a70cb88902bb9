"""``facet new | ingest | enhance | compare | note | withdraw``: what writes to a case."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.arguments import box, natural, parameters
from facet.cli.printing import Printer
from facet.core.canonical import Json
from facet.core.errors import InputError
from facet.core.i18n import _
from facet.core.receipt import EngineWish
from facet.workbench import CaseSession, Workbench, holds


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    writer = argparse.ArgumentParser(add_help=False)
    writer.add_argument("--examiner", default="", metavar="NAME", help=_("who does this (else the settings' examiner)"))

    new = commands.add_parser("new", parents=[common], help=_("a new case file"))
    new.add_argument("case", type=Path)
    new.add_argument("--number", required=True, help=_("the agency's case number"))
    new.add_argument("--examiner", default="", metavar="NAME", help=_("who opens the case"))
    new.add_argument("--agency", default="")
    new.add_argument("--title", default="")
    new.set_defaults(run=run_new)

    ingest = commands.add_parser("ingest", parents=[common, writer], help=_("record footage by its digest"))
    ingest.add_argument("case", type=Path)
    ingest.add_argument("footage", type=Path, nargs="+")
    ingest.set_defaults(run=run_ingest)

    runs = argparse.ArgumentParser(add_help=False)
    runs.add_argument("--seed", type=natural, help=_("for backends with a random component; recorded"))
    runs.add_argument("--reason", metavar="TEXT", help=_("why a generative run is needed; recorded"))
    runs.add_argument("--device", help=_("auto, cpu, cuda, cuda:1 or mps"))
    runs.add_argument("--precision", choices=("float32", "bfloat16", "float16"), help=_("below float32 is a preview"))

    enhance = commands.add_parser("enhance", parents=[common, writer, runs], help=_("run one backend on one crop"))
    enhance.add_argument("case", type=Path)
    enhance.add_argument("--footage", metavar="ID", help=_("exhibit id of the footage"))
    enhance.add_argument("--frame", type=natural, metavar="N")
    enhance.add_argument("--box", type=box, metavar="X,Y,W,H", help=_("in source pixels"))
    enhance.add_argument("--crop", metavar="ID", help=_("a crop that is in the case already"))
    enhance.add_argument("--backend", required=True, metavar="ID")
    enhance.add_argument("--param", action="append", default=[], metavar="K=V")
    enhance.add_argument("--out", type=Path, metavar="PNG", help=_("also write the output, with its banner"))
    enhance.set_defaults(run=run_enhance)

    compare = commands.add_parser("compare", parents=[common, writer, runs], help=_("run several backends on one crop"))
    compare.add_argument("case", type=Path)
    compare.add_argument("--crop", required=True, metavar="ID")
    compare.add_argument("--backend", required=True, nargs="+", action="extend", metavar="ID")
    compare.set_defaults(run=run_compare)

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
    with (
        Workbench() as bench,
        bench.create_case(
            given.case, number=given.number, examiner=given.examiner, agency=given.agency, title=given.title
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
                exhibit = session.ingest(reader)
                warnings: list[Json] = list(reader.probe.warnings)
                rows.append(
                    {
                        "id": exhibit,
                        "path": str(path),
                        "sha256": reader.sha256,
                        "frames": reader.count,
                        "warnings": warnings,
                    }
                )
                printer.line(f"{exhibit}  {path.name}  {reader.count} frames  sha256 {reader.sha256}")
                for remark in reader.probe.remarks:
                    printer.line(f"   ! {remark.localised(_)}")
    printer.result({"footage": rows})
    return 0


def run_enhance(given: argparse.Namespace, printer: Printer) -> int:
    """``facet enhance``. An ``--out`` that can't be is refused before anything is recorded."""
    if given.out is not None and given.out.exists():
        raise InputError("{out} exists already. Choose another name; Facet overwrites no export.", out=str(given.out))
    with Workbench() as bench, _writer(bench, given) as session:
        crop = _crop(given, session, printer)
        output = session.enhance(
            crop,
            given.backend,
            parameters=parameters(given.param),
            seed=given.seed,
            reason=given.reason,
            wish=_wish(given, session),
            progress=printer.progress(given.backend),
        )
        row = _output_row(session, crop, output)
        if given.out is not None:
            row["out"] = session.export_png(output, given.out)
        printer.result(row, lambda: _print_output(row))
    return 0


def run_compare(given: argparse.Namespace, printer: Printer) -> int:
    """``facet compare``: nothing runs unless every backend may."""
    with Workbench() as bench, _writer(bench, given) as session:
        wish = _wish(given, session)
        runs = [
            session.prepare_run(given.crop, backend, seed=given.seed, reason=given.reason, wish=wish)
            for backend in dict.fromkeys(given.backend)
        ]
        rows = []
        for run in runs:
            enhanced = run.execute(bench.inference, printer.progress(run.descriptor.id))
            rows.append(_output_row(session, given.crop, session.record(run, enhanced)))
            if not printer.json_wanted:
                printer.end_progress()
                _print_output(rows[-1])
        printer.result({"crop": given.crop, "outputs": rows})
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


def _wish(given: argparse.Namespace, session: CaseSession) -> EngineWish:
    settings = session.settings
    return EngineWish(
        device=given.device or settings.device,
        precision=given.precision or settings.precision,
        threads=settings.threads,
    )


def _crop(given: argparse.Namespace, session: CaseSession, printer: Printer) -> str:
    named = (given.footage, given.frame, given.box)
    if given.crop is not None:
        if any(part is not None for part in named):
            raise InputError("Give either --crop, or --footage with --frame and --box; not both.")
        crop: str = given.crop
        return crop
    if any(part is None for part in named):
        raise InputError("What is to be enhanced? Give --crop ID, or --footage ID with --frame N and --box X,Y,W,H.")
    session.check_backend(given.backend, box=given.box, reason=given.reason, parameters=parameters(given.param))
    with session.open_footage(given.footage, printer.progress(_("Reading"))) as reader:
        return session.record_crop(given.footage, reader.frame(given.frame), given.box)


def _output_row(session: CaseSession, crop: str, output: str) -> dict[str, Any]:
    receipt = session.case.receipt(output)
    return {
        "id": output,
        "crop": crop,
        "backend": receipt.backend["id"],
        "family": receipt.backend["family"],
        "seed": receipt.seed,
        "device": receipt.engine["device"],
        "precision": receipt.engine["precision"],
        "preview": receipt.engine["preview"],
        "output": receipt.output,
        "consistency": receipt.consistency,
        "receipt_sha256": receipt.sha256,
        "started": receipt.started,
        "ended": receipt.ended,
    }


def _print_output(row: dict[str, Any]) -> None:
    made, agrees = row["output"], row["consistency"]
    protocol = str(agrees["protocol"]).partition(":")[0]
    preview = f"{_('preview only')} ({row['precision']})  " if row["preview"] else ""
    print(
        f"{row['id']}  {row['backend']} ({row['family']})  {made['width']}×{made['height']}  {preview}"
        f"consistency {agrees['psnr_db']} dB (MSE {agrees['mse']}, {protocol})  {made['picture_sha256']}"
    )
