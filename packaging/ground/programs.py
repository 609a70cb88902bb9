"""What is said to the user, and how other programs are run."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from typing import Any, NoReturn, Sequence

PATIENCE = 10.0
"""Seconds a program that was interrupted has to end by itself."""


def say(text: str) -> None:
    """Tell the user. Standard error, so that what a command answers stays alone on standard output."""
    print(text, file=sys.stderr, flush=True)


def stop(text: str, code: int = 3) -> NoReturn:
    """End with one plain line. Code 3: the machine lacks something."""
    say(text)
    raise SystemExit(code)


def as_root(command: str) -> str:
    """The command as this user has to type it."""
    geteuid = getattr(os, "geteuid", None)
    return command if geteuid is not None and geteuid() == 0 else f"sudo {command}"


def environment(**additions: str) -> dict[str, str]:
    """The variables of this process without those that would lead another Python astray."""
    astray = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__")
    return {**{name: value for name, value in os.environ.items() if name not in astray}, **additions}


def call(command: Sequence[object], **options: Any) -> int:
    """Run a program to its end and return its exit code.

    Ctrl-C reaches the program from the terminal; where it didn't, it is passed on, and what doesn't end is killed.
    """
    process = subprocess.Popen([str(part) for part in command], **options)
    try:
        return process.wait()
    except KeyboardInterrupt:
        _end(process)
        raise


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
        process.wait(PATIENCE / 2)
        return
    with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt, OSError, ValueError):
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
        return
    process.kill()


def last_line(output: bytes, otherwise: str) -> str:
    """The last line a failed program printed, which is where Python says why."""
    lines = output.decode("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else otherwise
