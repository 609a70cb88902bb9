"""Facet and its libraries into .venv: by pip from where the user's configuration says, or from an offline folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from ground import offline
from ground.place import Place
from ground.programs import call, environment, last_line, say, stop
from ground.python import PYTHONS
from ground.stamp import Wish, drop_stamp, read_stamp, satisfies, stamp_of, write_stamp
from ground.venv import healthy, make_venv

DISK_GIB = 9
"""What a first installation with a CUDA build of torch takes, caches included."""
BUILDERS = ("hatchling>=1.27", "setuptools>=68", "wheel")
"""What builds Facet and basicsr, installed first: a build environment of basicsr's own would take torch a second
time, and Debian's pip fails at that."""
FROM_SOURCE = ("--use-pep517", "--no-build-isolation")
TRIAL = "import av, cv2, h5py, PySide6.QtWidgets, torch, torchvision, facet.core"


def set_up(place: Place, wish: Wish, *, home: Path | None = None) -> None:
    """Make the environment hold what is wished. Does nothing where it already does.

    ``home`` is the data folder that an offline folder's weights go to, None for the user's own.
    """
    before = read_stamp(place)
    if satisfies(before, stamp_of(place, wish)) and healthy(place):
        return
    manifest = offline.verify(wish.offline) if wish.offline else None
    accepted = [offline.python_of(manifest)] if manifest else PYTHONS
    if make_venv(place, accepted):
        before = {}
    drop_stamp(place)
    free = shutil.disk_usage(str(place.venv)).free >> 30
    if free < DISK_GIB:
        say(f"Only {free} GiB are free here; a first installation may need {DISK_GIB}.")
    if wish.offline and manifest:
        install_offline(place, wish, manifest)
    else:
        install(place, wish, first=not before, torch_again=wish.torch_index != before.get("torch_index"))
    see_that_libraries_start(place)
    if wish.offline and manifest:
        fill_store(place, wish.offline, manifest, home)
    stamp = stamp_of(place, wish)
    stamp["torch_index"] = stamp["torch_index"] or before.get("torch_index")
    write_stamp(place, stamp)
    say("Facet is set up.")


def install(place: Place, wish: Wish, *, first: bool, torch_again: bool) -> None:
    """Install from the package index of the user's pip configuration, the source tree editable."""
    if wish.torch_index and torch_again:
        say(f"Installing torch from {wish.torch_index} (up to 3 GB, 2 to 30 minutes) …")
        pip(place, "--upgrade", "--force-reinstall", "--index-url", wish.torch_index, *torch_requirements(place))
    if first:
        say("Installing Facet and its libraries: up to 3 GB to fetch and 7 GB on disk, nearly all of it torch.")
        say("This takes 2 to 30 minutes; when interrupted, the next start takes from pip's cache what is there …")
    else:
        say("Bringing the environment up to date (seconds, or as long as new libraries take to fetch) …")
    pip(place, *BUILDERS)
    pip(place, *FROM_SOURCE, "-e", f"{place.root}{extras_of(wish)}")


def install_offline(place: Place, wish: Wish, manifest: dict[str, Any]) -> None:
    """Install from an offline folder alone, whatever pip is configured to."""
    assert wish.offline is not None
    say("Installing from the offline folder, without a network (2 to 10 minutes) …")
    source = ["--no-index", "--find-links", str(wish.offline / offline.WHEELS)]
    if place.is_source_tree:
        pip(place, *source, *BUILDERS, configured=False)
        pip(place, *source, *FROM_SOURCE, "-e", f"{place.root}{extras_of(wish)}", configured=False)
    else:
        pip(place, *source, f"facet-forensic{extras_of(wish)}=={manifest['facet']}", configured=False)


def fill_store(place: Place, folder: Path, manifest: dict[str, Any], home: Path | None) -> None:
    """Put the weights and the demo's clip that came with the folder into the data folder."""
    say("Putting weights and sample footage into the store …")
    variables = environment(**({"FACET_HOME": str(home)} if home else {}))
    keep = [str(place.python), str(folder / "packaging" / "sample_clip.py")]
    commands = [place.facet("models", "import", str(path)) for path in offline.of_role(folder, manifest, "weights")]
    commands += [[*keep, str(path)] for path in offline.of_role(folder, manifest, "sample")]
    for command in commands:
        if code := call(command, env=variables, stdout=sys.stderr):
            raise SystemExit(code)


def extras_of(wish: Wish) -> str:
    """``[dev]`` or nothing."""
    return f"[{','.join(wish.extras)}]" if wish.extras else ""


def pip(place: Place, *arguments: str, configured: bool = True) -> None:
    """``pip install`` in .venv, with the user's own configuration or with none."""
    scratch = place.venv / "tmp"  # a /tmp that is kept in memory is too small for what torch brings
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    variables = environment()
    if not configured:
        variables = {name: value for name, value in variables.items() if not name.startswith("PIP_")}
        variables["PIP_CONFIG_FILE"] = os.devnull
    variables.update(PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", TMPDIR=str(scratch))
    command = [str(place.python), "-m", "pip", "install", "--no-input", *arguments]
    code = call(command, env=variables, stdout=sys.stderr, cwd=str(place.root))
    shutil.rmtree(scratch, ignore_errors=True)
    if code:
        stop(
            "pip could not install everything; its own words are above. When network, disk or pip configuration are "
            "mended, run the same command again. For a machine without a network see docs/air-gapped.md."
        )


def torch_requirements(place: Place) -> list[str]:
    """What the project asks of torch and torchvision."""
    import tomllib  # Python 3.11, which by now this is

    wanted: list[str] = tomllib.loads(place.project.read_text("utf-8"))["project"]["dependencies"]
    return [text for text in wanted if text.startswith("torch")]


def see_that_libraries_start(place: Place) -> None:
    """Import the large libraries once, so that a broken one is told here and not in the middle of a case."""
    say("Seeing that the libraries start …")
    trial = subprocess.run(
        [str(place.python), "-I", "-c", TRIAL],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment(),
    )
    if trial.returncode:
        reason = last_line(trial.stdout, f"exit code {trial.returncode}")
        stop(f"The libraries are installed but don't start: {reason}")
