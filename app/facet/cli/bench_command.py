"""``facet bench run``: backends measured on pictures whose truth is known."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from facet.cli.arguments import natural, parameters
from facet.cli.printing import Printer, table
from facet.core.benchmark import DEGRADATIONS, PREPARATIONS
from facet.core.errors import InputError
from facet.core.i18n import _
from facet.core.receipt import EngineWish
from facet.workbench import Workbench
from facet.workbench.benchmarking import MEASURE, benchmark

REASONS = 3
"""Kinds of failure that are told for each backend."""


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add this command to the command line."""
    bench = commands.add_parser("bench", help=_("measure backends on pictures whose truth is known"))
    verbs = bench.add_subparsers(dest="verb", metavar="VERB", required=True)
    run = verbs.add_parser("run", parents=[common], help=_("reduce pictures, enlarge them again, and compare"))
    run.add_argument("--data", required=True, metavar="KIND:PATH", help=_("folder:PATH, pictures of one face each"))
    run.add_argument(
        "--prepare", choices=PREPARATIONS, default="resize", help=_("the whole of each picture, or its middle 72 %%")
    )
    run.add_argument("--crop", type=natural, default=128, metavar="PIXELS", help=_("side of the truth (128)"))
    run.add_argument("--scale", type=natural, default=4, metavar="N", help=_("how many times smaller (4)"))
    run.add_argument("--degradation", choices=DEGRADATIONS, default="bicubic", help=_("how it is made smaller"))
    run.add_argument("--backends", required=True, metavar="ID,ID", help=_("bicubic is always measured beside them"))
    run.add_argument("--param", action="append", default=[], metavar="ID:K=V", help=_("a parameter of one backend"))
    run.add_argument("--seed", type=natural, help=_("for backends with a random component"))
    run.add_argument("--first", type=natural, metavar="N", help=_("only the first N pictures, by name"))
    run.add_argument("--save", type=Path, metavar="DIR", help=_("keep every picture: DIR/ID/NAME.png, unmarked"))
    run.add_argument("--sheet", type=Path, metavar="PNG", help=_("a contact sheet: input, backends, truth"))
    run.add_argument("--faces", type=natural, default=12, metavar="N", help=_("how many faces on the sheet (12)"))
    run.add_argument("--device", help=_("auto, cpu, cuda, cuda:1 or mps"))
    run.add_argument("--precision", choices=("float32", "bfloat16", "float16"), help=_("below float32 is a preview"))
    run.set_defaults(run=run_bench)


def run_bench(given: argparse.Namespace, printer: Printer) -> int:
    """``facet bench run``."""
    backends = [name for name in given.backends.split(",") if name]
    if not backends:
        raise InputError("Which backends? Name one or more: --backends bicubic,srresnet-x4. See: facet backends.")
    with Workbench() as bench:
        settings = bench.settings
        result = benchmark(
            bench.store,
            settings,
            data=given.data,
            preparation=given.prepare,
            crop=given.crop,
            scale=given.scale,
            degradation=given.degradation,
            backends=backends,
            parameters=_by_backend(given.param),
            seed=given.seed,
            first=given.first,
            save=given.save,
            sheet=given.sheet,
            faces=given.faces,
            wish=EngineWish(
                device=given.device or settings.device,
                precision=given.precision or settings.precision,
                threads=settings.threads,
            ),
            progress=printer.progress(""),
        )
    printer.result(result, lambda: _print(result))
    return 0


def _by_backend(pairs: list[str]) -> dict[str, dict[str, str]]:
    """``ID:K=V`` by id. Raises ``InputError``."""
    found: dict[str, dict[str, str]] = {}
    for pair in pairs:
        backend, colon, rest = pair.partition(":")
        if not colon or not backend:
            raise InputError("«{pair}» is not ID:NAME=VALUE.", pair=pair)
        found.setdefault(backend, {}).update(parameters([rest]))
    return found


def _print(result: dict[str, Any]) -> None:
    rows = [("ID", "PSNR-Y", "SSIM-Y", "PSNR-RGB", _("IDENTITY"), _("CONSISTENCY"), _("PICTURES"))]
    for row in result["rows"]:
        figures = ((row["psnr_y"], 2), (row["ssim_y"], 4), (row["psnr_rgb"], 2), (row["identity"], 3),
                   (row["consistency"], 2))  # fmt: skip
        rows.append((row["backend"], *(_figure(*figure) for figure in figures), str(row["pictures"])))
    print("\n".join(table(rows)))
    for row in result["rows"]:
        if row["spread"] is not None:
            _print_spread(row)
        _print_faults(row, result["each"])
    print()
    for name in ("pictures", "fidelity", "identity", "consistency", "spread"):
        if result["protocol"][name] is not None:
            print(f"{name}: {result['protocol'][name]}")
    if result["protocol"]["identity"] is None:
        print(_("Identity was not measured. Install its network with: facet models install {id}").format(id=MEASURE))


def _print_spread(row: dict[str, Any]) -> None:
    told, single = row["spread"], row["samples"]
    line = _(
        "{id}: the truth lies within one deviation of its {samples} samples at {within_1:.1%} of the pixels "
        "(calibrated: {expected_1:.1%}), within two at {within_2:.1%} ({expected_2:.1%})."
    )
    print(line.format(id=row["backend"], **told))
    line = _(
        "{id}: its single samples have PSNR-Y {psnr}, SSIM-Y {ssim}, identity {identity}, consistency {agreement}."
    )
    print(
        line.format(
            id=row["backend"],
            psnr=_figure(single["psnr_y"], 2),
            ssim=_figure(single["ssim_y"], 4),
            identity=_figure(single["identity"], 3),
            agreement=_figure(single["consistency"], 2),
        )
    )


def _print_faults(row: dict[str, Any], each: list[dict[str, Any]]) -> None:
    reasons = Counter(one["fault"] for one in each if one["backend"] == row["backend"] and "fault" in one)
    for reason, count in reasons.most_common(REASONS):
        print(
            _("! {id}: nothing made of {count} pictures: {reason}").format(
                id=row["backend"], count=count, reason=reason
            )
        )


def _figure(value: float | None, decimals: int) -> str:
    return "–" if value is None else f"{value:.{decimals}f}"
