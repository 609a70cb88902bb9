"""Which Python runs Facet, and how to go on with it when another one was started."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Sequence

from ground.programs import as_root, call, say, stop

PYTHONS = ((3, 11), (3, 12))


def fits(version: Sequence[object], accepted: Sequence[tuple[int, int]] = PYTHONS) -> bool:
    """Whether a Python of this version (major, minor, …) is an accepted one."""
    return tuple(version[:2]) in accepted


def version_of(command: Sequence[str]) -> tuple[int, int] | None:
    """The version a Python command answers with, or None where it doesn't run."""
    question = "import sys; print(sys.version_info[0], sys.version_info[1])"
    try:
        answer = subprocess.run([*command, "-c", question], capture_output=True, text=True, timeout=30, check=True)
        major, minor = answer.stdout.split()
        return int(major), int(minor)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def find_python(accepted: Sequence[tuple[int, int]] = PYTHONS) -> list[str] | None:
    """A command that starts an accepted Python, found on the PATH or through the Windows launcher."""
    for major, minor in sorted(accepted, reverse=True):
        commands = [[f"python{major}.{minor}"], ["python3"]]
        if os.name == "nt":
            commands += [["py", f"-{major}.{minor}"], ["python"]]
        for command in commands:
            if shutil.which(command[0]) and version_of(command) == (major, minor):
                return command
    return None


def insist_on_python(accepted: Sequence[tuple[int, int]], script: str, arguments: Sequence[str]) -> None:
    """Return when this Python fits; start ``script`` again with one that does; or say which is needed."""
    if fits(sys.version_info, accepted):
        return
    here = ".".join(str(part) for part in sys.version_info[:3])
    names = " or ".join(f"{major}.{minor}" for major, minor in accepted)
    command = find_python(accepted)
    if command is None:
        first = "python{}.{}".format(*accepted[0])
        stop(
            f"Facet needs Python {names}; this is {here} and no other was found on the PATH. Install one "
            f"(Debian, Ubuntu: {as_root(f'apt-get install {first} {first}-venv')}) and run this again."
        )
    say(f"Python {here} can't run Facet (it needs {names}); going on with {' '.join(command)}.")
    again = [*command, script, *arguments]
    if os.name == "nt":  # exec on Windows would give the console back at once
        raise SystemExit(call(again))
    os.execvp(again[0], again)  # noqa: S606  # no shell is the point
