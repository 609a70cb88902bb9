"""The wheel carries all that travels with Facet, and an installation without the source tree finds it."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from ground.place import Place
from ground.venv import make_venv

ROOT = Path(__file__).resolve().parents[2]
BUILD = "import sys, hatchling.build; print(hatchling.build.build_wheel(sys.argv[1]))"
FIND = """
from pathlib import Path
import sys, facet
from facet.core.locate import shipped
for folder in ("models", "resources"):
    place = shipped(folder)
    assert place.is_relative_to(sys.prefix), place
    for path in sorted(place.rglob("*")):
        if path.is_file():
            print(folder, path.relative_to(place).as_posix(), sep="/")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source tree."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return folder / built.stdout.strip()


def tracked(*folders: str) -> set[str]:
    """The files under version control; all files where there is none."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        command = ["git", "ls-files", *folders]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        if listed:
            return {name for name in listed.splitlines() if (ROOT / name).is_file()}
    files = {path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    return {path.as_posix() for path in files if not any(part.startswith((".", "__pycache__")) for part in path.parts)}


@pytest.mark.slow
def test_the_wheel_holds_the_program_the_models_and_the_resources_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {f"facet/{name}" for name in tracked("models", "resources")} <= names
    assert {name.removeprefix("app/") for name in tracked("app")} <= names
    assert {name.split("/", 1)[0] for name in names if ".dist-info" not in name} == {"facet"}


@pytest.mark.slow
def test_an_installation_without_the_source_tree_finds_models_and_resources(wheel: Path, tmp_path: Path) -> None:
    place = Place(tmp_path)
    make_venv(place)
    pip = [str(place.python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run(pip, check=True, cwd=tmp_path)

    found = subprocess.run(
        [str(place.python), "-I", "-c", FIND], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert tracked("models", "resources") <= set(found.stdout.splitlines())
