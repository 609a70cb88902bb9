"""``facet probe | frames``: footage without a case."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.interpreting import interpretation_of, interpretation_options, overrides_told
from facet.cli.printing import Printer, printable, size_text
from facet.core.i18n import _
from facet.workbench import Workbench


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    said = interpretation_options()
    probe = commands.add_parser("probe", parents=[common, said], help=_("what a footage file holds"))
    probe.add_argument("footage", type=Path)
    probe.set_defaults(run=run_probe)

    frames = commands.add_parser("frames", parents=[common], help=_("every frame of a footage file"))
    frames.add_argument("footage", type=Path)
    frames.add_argument("--digests", action="store_true", required=True, help=_("with the digest of every picture"))
    frames.set_defaults(run=run_frames)


def run_probe(given: argparse.Namespace, printer: Printer) -> int:
    """``facet probe``."""
    with Workbench() as bench, bench.open_footage(given.footage, printer.progress(_("Reading"))) as reader:
        probe: dict[str, Any] = dict(reader.probe.to_json())
        first = reader.frame(0, interpretation=interpretation_of(given)).decoding
        probe["decoding"] = first.to_json()
        digests = {"sha256": reader.sha256, "md5": reader.md5}
        document = {"path": str(given.footage), **digests, "size_bytes": reader.size, **probe}

        def text() -> None:
            print(f"{given.footage.name}  ({size_text(reader.size)})")
            for name, value in {**digests, **probe}.items():
                if name not in ("streams", "warnings", "size_bytes", "remarks", "index_reasons", "decoding"):
                    print(f"  {name:<15} {_words(value)}")
            print(f"  {'frame 0':<15} {_words(probe['decoding'])}")
            for stream in probe.get("streams") or []:
                facts = {name: value for name, value in stream.items() if name != "index"}
                print(f"  {'stream ' + str(stream['index']):<15} {_words(facts)}")
            for remark in reader.probe.remarks:
                print(f"  ! {remark.localised(_)}")
            for sentence in overrides_told(probe["decoding"]):
                print(f"  ! {sentence}")

        printer.result(document, text)
    return 0


def run_frames(given: argparse.Namespace, printer: Printer) -> int:
    """``facet frames --digests``."""
    with Workbench() as bench, bench.open_footage(given.footage, printer.progress(_("Reading"))) as reader:
        if printer.json_wanted:
            rows = list(reader.digests(printer.progress(_("Decoding"))))
            printer.result({"footage_sha256": reader.sha256, "frames": rows})
            return 0
        for row in reader.digests(printer.progress(_("Decoding"))):
            pts = "–" if row["pts"] is None else row["pts"]
            printer.line(f"{row['index']}\t{pts}\t{row['time']}\t{'K' if row['key'] else '-'}\t{row['sha256']}")
    return 0


def _words(value: object) -> str:
    if isinstance(value, dict):
        said = ", ".join(f"{name} {_words(item)}" for name, item in value.items() if item not in (None, {}, []))
    elif isinstance(value, list):
        said = ", ".join(
            "–".join(map(str, dict.fromkeys(item))) if isinstance(item, list) else str(item) for item in value
        )
    else:
        said = "" if value is None else str(value)
    return printable(said) or "–"
