"""Make the folder that carries Facet to machines without a network. Run with the .venv's Python on a connected one.

    .venv/bin/python packaging/make_offline_folder.py --out DIR [--with-tests] [--torch-index URL]

The connected machine must be like the others: same system, processor and Python (3.11 or 3.12), its C library not
newer. DIR then holds every wheel (source archives built), the pretrained weights, the demo's clip, bootstrap.py with
its parts, and digests of all of it; ``python3 bootstrap.py demo`` inside a copy needs nothing else but the system
packages it names. The folder appears under its name only when it is complete.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path

from ground import offline
from ground.install import BUILDERS, FROM_SOURCE
from ground.programs import call, environment, say, stop
from ground.stamp import digest

from facet import __version__

ROOT = Path(__file__).resolve().parent.parent
SUMS = "SHA256SUMS"
PROGRAM = ("bootstrap.py", "LICENSE", "packaging/ground/*.py", "packaging/sample_clip.py")
"""What of the source tree goes along besides Facet's own wheel."""


def collect_wheels(folder: Path, *, tests: bool, torch_index: str | None) -> None:
    """Every wheel that Facet needs here, and those that build it from a source tree on the other side."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wheels = folder / offline.WHEELS
    pip = [sys.executable, "-m", "pip"]
    chosen: list[str] = []
    if torch_index:
        torch = [text for text in project["project"]["dependencies"] if text.startswith("torch")]
        run([*pip, "download", "--dest", str(wheels), "--index-url", torch_index, *torch], folder, "pip")
        pins = folder / "tmp" / "torch.txt"
        names = [path.name.split("-") for path in wheels.glob("torch*.whl")]
        pins.write_text("".join(f"{name}=={version}\n" for name, version, *_ in names), "utf-8")
        chosen = ["--constraint", str(pins), "--find-links", str(wheels)]
    itself = f"{ROOT}{'[dev]' if tests else ''}"
    run(
        [*pip, "wheel", "--wheel-dir", str(wheels), *chosen, *FROM_SOURCE, itself, *BUILDERS],
        folder,
        "pip",
    )


def collect_store(folder: Path) -> None:
    """The pretrained weights and the demo's clip, fetched into a store that is thrown away."""
    home = folder / "tmp" / "home"
    facet = [sys.executable, "-P", "-m", "facet.cli", "models"]
    run([*facet, "install", "--all"], folder, "facet models install", home)
    (folder / "weights").mkdir()
    run([*facet, "export", str(folder / "weights" / "facet-weights.zip")], folder, "facet models export", home)
    run([sys.executable, str(ROOT / "packaging" / "sample_clip.py")], folder, "Fetching the demo's clip", home)
    shutil.copytree(home / "samples", folder / "samples")


def collect_program(folder: Path) -> None:
    """What is needed to set up: bootstrap.py, its parts, and how to use them."""
    for pattern in PROGRAM:
        for source in sorted(ROOT.glob(pattern)):
            copy = folder / source.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, copy)
    shutil.copyfile(ROOT / "docs" / "air-gapped.md", folder / "README.md")
    shutil.copyfile(ROOT / "docs" / "install.md", folder / "install.md")


def run(command: list[str], folder: Path, name: str, home: Path | None = None) -> None:
    """Run a program, its scratch files on the disk that is to hold the result; stop where it fails."""
    scratch = folder / "tmp"
    scratch.mkdir(exist_ok=True)
    additions = {"TMPDIR": str(scratch)} | ({"FACET_HOME": str(home)} if home else {})
    if call(command, env=environment(**additions), stdout=sys.stderr, cwd=str(ROOT)):
        stop(f"{name} failed; its own words are above. The folder was not made.")


def role_of(path: str) -> str:
    """The role of a file by where it lies."""
    return {"wheels": "wheel", "weights": "weights", "samples": "sample"}.get(path.split("/", 1)[0], "program")


def seal(folder: Path) -> str:
    """Write the manifest and the sums (which ``sha256sum --check`` reads); the manifest's digest."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    files = [
        {"path": path, "role": role_of(path), "size": (folder / path).stat().st_size, "sha256": digest(folder / path)}
        for path in paths
    ]
    manifest = {
        "format": offline.FORMAT,
        "facet": __version__,
        "python": list(sys.version_info[:2]),
        "platform": offline.this_platform(),
        "made": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "files": files,
    }
    (folder / offline.MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    sealed = digest(folder / offline.MANIFEST)
    rows = [*((entry["sha256"], entry["path"]) for entry in files), (sealed, offline.MANIFEST)]
    (folder / SUMS).write_text("".join(f"{sha256}  {path}\n" for sha256, path in rows), "utf-8")
    return sealed


def main() -> int:
    """The exit code of the whole."""
    words = argparse.ArgumentParser(description="Make the folder that carries Facet to machines without a network.")
    words.add_argument("--out", required=True, type=Path, metavar="DIR", help="the folder to make")
    words.add_argument("--with-tests", action="store_true", help="also what bootstrap.py test needs")
    words.add_argument("--torch-index", metavar="URL", help="package index for another build of torch")
    asked = words.parse_args()
    out: Path = asked.out.resolve()
    if out.exists():
        stop(f"{out} exists already. Name a new folder, or remove that one.", 2)
    half = out.with_name(f"{out.name}.half")
    shutil.rmtree(half, ignore_errors=True)
    try:
        half.mkdir(parents=True)
        say("Collecting the wheels: up to 3 GB, nearly all of it torch (2 to 30 minutes) …")
        collect_wheels(half, tests=asked.with_tests, torch_index=asked.torch_index)
        say("Fetching the pretrained weights and the demo's clip …")
        collect_store(half)
        collect_program(half)
        shutil.rmtree(half / "tmp")
        say("Taking the digests …")
        sealed = seal(half)
        os.replace(half, out)  # noqa: PTH105  # a folder
    except OSError as error:
        stop(f"The folder can't be made: {error.filename or out}: {error.strerror}.")
    gigabytes = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e9
    say(f"{out} is complete: {gigabytes:.1f} GB for Python {sys.version_info[0]}.{sys.version_info[1]}.")
    say(f"Write down the digest of its {offline.MANIFEST} and compare it on the other side: {sealed}")
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except KeyboardInterrupt:
        say("Interrupted. The folder was not made; run the same command again.")
        raise SystemExit(130) from None
