"""``facet enhance | compare``: backends run on a crop, and what they make recorded."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from facet.cli.arguments import box, natural, parameters, writer_options
from facet.cli.interpreting import interpretation_of, interpretation_options, overrides_told
from facet.cli.printing import Printer
from facet.core.errors import InputError
from facet.core.i18n import _
from facet.core.interpretation import AS_DECLARED
from facet.core.receipt import EngineWish
from facet.report import extremes, titled
from facet.workbench import CaseSession, Workbench, exported_name, refuse_overwriting


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    runs = argparse.ArgumentParser(add_help=False)
    runs.add_argument("--footage", metavar="ID", help=_("exhibit id of the footage"))
    runs.add_argument("--frame", type=natural, metavar="N")
    runs.add_argument(
        "--box", type=box, metavar="X,Y,W,H", help=_("in source pixels, of the field where one is chosen")
    )
    runs.add_argument("--crop", metavar="ID", help=_("a crop that is in the case already"))
    runs.add_argument("--seed", type=natural, help=_("for backends with a random component; recorded"))
    runs.add_argument("--reason", metavar="TEXT", help=_("why a generative run is needed; recorded"))
    runs.add_argument("--device", help=_("auto, cpu, cuda, cuda:1 or mps"))
    runs.add_argument("--precision", choices=("float32", "bfloat16", "float16"), help=_("below float32 is a preview"))
    parents = [common, writer_options(), runs, interpretation_options()]

    enhance = commands.add_parser("enhance", parents=parents, help=_("run one backend on one crop"))
    enhance.add_argument("case", type=Path)
    enhance.add_argument("--backend", required=True, metavar="ID")
    enhance.add_argument("--param", action="append", default=[], metavar="K=V")
    enhance.add_argument(
        "--out",
        type=Path,
        metavar="PNG|DIR",
        help=_("also write the output, its samples and their spread, with their banner"),
    )
    enhance.set_defaults(run=run_enhance)

    compare = commands.add_parser("compare", parents=parents, help=_("run several backends on one crop"))
    compare.add_argument("case", type=Path)
    compare.add_argument("--backend", required=True, nargs="+", action="extend", metavar="ID")
    compare.set_defaults(run=run_compare)


def run_enhance(given: argparse.Namespace, printer: Printer) -> int:
    """``facet enhance``. An ``--out`` that can't be is refused before anything is recorded."""
    if given.out is not None and not given.out.is_dir():
        refuse_overwriting(given.out)
    with Workbench() as bench, bench.open_case(given.case, examiner=given.examiner or None) as session:
        crop = _crop(given, session, printer, {given.backend: parameters(given.param)})
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
            row["out"] = session.export_png(output, _file_of(given.out, output))
        printer.result(row, lambda: _print_output(row))
    return 0


def run_compare(given: argparse.Namespace, printer: Printer) -> int:
    """``facet compare``: nothing runs unless every backend may."""
    with Workbench() as bench, bench.open_case(given.case, examiner=given.examiner or None) as session:
        wish = _wish(given, session)
        crop = _crop(given, session, printer, {backend: {} for backend in given.backend})
        runs = [
            session.prepare_run(crop, backend, seed=given.seed, reason=given.reason, wish=wish)
            for backend in dict.fromkeys(given.backend)
        ]
        rows = []
        for run in runs:
            enhanced = run.execute(bench.inference, printer.progress(run.descriptor.id))
            rows.append(_output_row(session, crop, session.record(run, enhanced)))
            if not printer.json_wanted:
                printer.end_progress()
                _print_output(rows[-1])
        printer.result({"crop": crop, "outputs": rows})
    return 0


def _file_of(out: Path, output: str) -> Path:
    """``out``, or in a folder a file named after the output."""
    return out / exported_name(output) if out.is_dir() else out


def _wish(given: argparse.Namespace, session: CaseSession) -> EngineWish:
    settings = session.settings
    return EngineWish(
        device=given.device or settings.device,
        precision=given.precision or settings.precision,
        threads=settings.threads,
    )


def _crop(
    given: argparse.Namespace, session: CaseSession, printer: Printer, backends: dict[str, dict[str, str]]
) -> str:
    """The crop to run on, recorded now where it is given by its box: not before every backend may run on it."""
    named, said = (given.footage, given.frame, given.box), interpretation_of(given)
    if given.crop is not None:
        if any(part is not None for part in named):
            raise InputError("Give either --crop, or --footage with --frame and --box; not both.")
        if said != AS_DECLARED:
            raise InputError(
                "The crop {crop} was recorded as its frame was understood then. To understand it otherwise give "
                "--footage, --frame and --box.",
                crop=given.crop,
            )
        crop: str = given.crop
        return crop
    if any(part is None for part in named):
        raise InputError("What is to be enhanced? Give --crop ID, or --footage ID with --frame N and --box X,Y,W,H.")
    for backend, chosen in backends.items():
        session.check_backend(backend, box=given.box, reason=given.reason, parameters=chosen)
    with session.open_footage(given.footage, printer.progress(_("Reading"))) as reader:
        return session.record_crop(given.footage, reader.frame(given.frame, interpretation=said), given.box)


def _output_row(session: CaseSession, crop: str, output: str) -> dict[str, Any]:
    receipt = session.case.receipt(output)
    return {
        "id": output,
        "crop": crop,
        "decoding": session.decoding_of(crop),
        "backend": receipt.backend["id"],
        "family": receipt.backend["family"],
        "seed": receipt.seed,
        "device": receipt.engine["device"],
        "precision": receipt.engine["precision"],
        "preview": receipt.engine["preview"],
        "output": {name: value for name, value in receipt.output.items() if name != "companions"},
        "companions": _companions(session, output),
        "consistency": receipt.consistency,
        "receipt_sha256": receipt.sha256,
        "started": receipt.started,
        "ended": receipt.ended,
    }


def _companions(session: CaseSession, output: str) -> list[dict[str, Any]]:
    rows = next(row.companions for row in session.case.outputs() if row.id == output)
    return [{"id": row.id, "name": row.name, **row.told()} for row in rows]


def companion_lines(companions: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What is printed of an output's companions: the spread with its figures, and which samples it is of."""
    for one in companions:
        title = titled(one["role"], one["number"], one["facts"], _)
        figures = f": {extremes(one['facts'], _)}" if one["role"] == "spread" else ""
        yield f"{one['id']}  {title}{figures}  {one['picture_sha256']}"


def _print_output(row: dict[str, Any]) -> None:
    made, agrees = row["output"], row["consistency"]
    protocol = str(agrees["protocol"]).partition(":")[0]
    preview = f"{_('preview only')} ({row['precision']})  " if row["preview"] else ""
    print(
        f"{row['id']}  {row['backend']} ({row['family']})  {made['width']}×{made['height']}  {preview}"
        f"consistency {agrees['psnr_db']} dB (MSE {agrees['mse']}, {protocol})  {made['picture_sha256']}"
    )
    for line in companion_lines(row.get("companions", ())):
        print(f"  {line}")
    for sentence in overrides_told(row["decoding"]):
        print(f"  ! {sentence}")
