"""The environment in .venv: made, recognised as broken, made anew."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Sequence

from ground.place import Place
from ground.programs import environment, last_line, say, stop
from ground.python import PYTHONS, fits

MARK = "made-by-facet"
"""A file in .venv from its first moment: what bears it may be removed when it is found half made."""


def healthy(place: Place, accepted: Sequence[tuple[int, int]] = PYTHONS, *, pip: bool = False) -> bool:
    """Whether .venv holds a Python that starts, fits, lives where it was made and, if asked, has pip."""
    question = "import sys; print(*sys.version_info[:2]); print(sys.prefix)"
    command = [str(place.python), "-I", "-c", f"import pip; {question}" if pip else question]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True, env=environment())
        version, prefix = answer.stdout.splitlines()
        return (
            fits([int(part) for part in version.split()], accepted) and Path(prefix).resolve() == place.venv.resolve()
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return False


def make_venv(place: Place, accepted: Sequence[tuple[int, int]] = PYTHONS) -> bool:
    """Make .venv with this Python unless there is a good one; whether it was made.

    A broken or half-made one is remade; a folder of that name that is something else is left alone.
    """
    folder = place.venv
    if folder.exists() and not folder.is_dir():
        stop(f"{folder} is in the way: Facet's environment goes there. Move it and try again.", 2)
    if folder.is_dir() and any(folder.iterdir()):
        if healthy(place, accepted, pip=True):
            return False
        if not (folder / MARK).exists() and not (folder / "pyvenv.cfg").exists():
            stop(f"The folder {folder} is no Python environment. Move it and try again.", 2)
        say("The environment in .venv is broken, half made or of another Python; it is made anew.")
        shutil.rmtree(folder, ignore_errors=True)
    say("Making the environment in .venv (some seconds) …")
    try:
        folder.mkdir(exist_ok=True)
        (folder / MARK).touch()
    except OSError as error:
        stop(f"{folder} can't be made: {error.strerror}. Put Facet into a folder that you may write to.")
    command = [sys.executable, "-m", "venv", str(folder)]
    made = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment())
    if made.returncode in (-signal.SIGINT, 128 + signal.SIGINT):
        raise KeyboardInterrupt
    if made.returncode or not healthy(place, accepted, pip=True):
        reason = last_line(made.stdout, "it gives no reason")
        stop(f"Python can't make an environment in {folder}: {reason}")
    return True
