"""Packages for tests: made by the program, changed by somebody else."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from case.evidence import add_run, add_samples, ingest, make_footage, make_frame
from facet.case import Case
from facet.core.digest import sha256_file
from facet.core.geometry import Box
from facet.export.packing import Package, PackageParts, write_package
from facet.export.standalone.bagfile import MANIFEST, TAG_MANIFEST
from facet.export.standalone.findings import Findings, Refused
from facet.export.standalone.script import examine_package
from facet.workbench.exports import marked_files


def small_case(folder: Path, *, name: str = "harbour.facet", passphrase: str | None = None) -> Path:
    """A case with one frame, two crops, an output, and another that comes with samples."""
    path, film = folder / name, make_footage(folder)
    with Case.create(
        path, number="2026-17", examiner="Kim Min-ji", agency="Lab 3", title="Harbour", passphrase=passphrase
    ) as case:
        frame = case.add_frame(ingest(case, film), make_frame(film))
        first = case.add_crop(frame, Box(x=4, y=6, w=24, h=20))
        add_run(case, first)
        add_samples(case, case.add_crop(frame, Box(x=9, y=6, w=24, h=20)))
    return path


def pack(path: Path, out: Path, *, footage: bool = True, passphrase: str | None = None) -> Package:
    """The package of a case, with bytes that stand for the report."""
    with Case.open(path, examiner="Lee", passphrase=passphrase) as case:

        def report(place: Path) -> None:
            place.write_bytes(b"%PDF-1.7 stands for a report")
            case.log("report", details={"name": place.name}, digests={"report_sha256": sha256_file(place)})

        parts = PackageParts(
            report=report,
            marked=lambda output: marked_files(case, output, "en")[0],
            footage={row.id: case.locate_footage(row.id) for row in case.footage()} if footage else {},
        )
        return write_package(case, out, parts)


def rebag(folder: Path) -> None:
    """Make the manifests fit whatever lies in the bag: what everybody can do who knows BagIt."""
    payload = [each.stat().st_size for each in (folder / "data").rglob("*") if each.is_file() and not each.is_symlink()]
    info = folder / "bag-info.txt"
    lines = [line for line in info.read_text("utf-8").splitlines() if not line.startswith("Payload-Oxum")]
    told = [*lines, f"Payload-Oxum: {sum(payload)}.{len(payload)}", ""]
    info.write_text("\n".join(told), encoding="utf-8", newline="\n")
    for name, files in (
        (MANIFEST, sorted((folder / "data").rglob("*"))),
        (TAG_MANIFEST, sorted(each for each in folder.iterdir() if each.name != TAG_MANIFEST)),
    ):
        lines = [
            f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.relative_to(folder).as_posix()}\n"
            for each in files
            if each.is_file() and not each.is_symlink()
        ]
        (folder / name).write_text("".join(lines), encoding="utf-8", newline="\n")


def troubles(folder: Path, *, key: str = "", against: str = "", pixels: bool = True) -> list[str]:
    """What is wrong with a package, as the stand-alone program says it."""
    findings = Findings()
    try:
        examine_package(folder, findings, key=key, against=against, pixels=pixels)
    except Refused as refused:
        findings.rows.append(refused.finding)
    return [row.text() for row in findings.failed]


def run_alone(script: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """``verify.py`` as a stranger runs it: nothing installed, nothing of Facet in reach."""
    command = [sys.executable, "-I", "-S", str(script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
