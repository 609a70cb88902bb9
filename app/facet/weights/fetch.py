"""The pinned archive, fetched with the user's own pip configuration: index, mirror, or a folder of wheels.

pip checks the digest before it opens the file, only wheels are taken (a source archive would be run to learn its
name), and dependencies are left alone: nothing of the archive is installed or executed.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from facet.core.digest import sha256_file
from facet.core.errors import EnvironmentLacksError, FacetError, InputError
from facet.core.i18n import N_, _
from facet.core.progress import SILENT, Progress
from facet.weights.card import Archive

POLL = 0.1
"""Seconds between two looks at how far pip is and whether the user wants to stop."""
TAIL = 1 << 20
"""Bytes at the end of each of pip's two files in which the reason of a failure is looked for."""
PRINTED, DETAILS = "printed.txt", "details.txt"
"""What pip prints, and what it only logs."""


def fetch(archive: Archive, folder: Path, progress: Progress = SILENT) -> Path:
    """The archive as a file under ``folder``, its SHA-256 checked. ``progress`` counts bytes.

    Raises ``EnvironmentLacksError`` or ``InputError`` in one plain line (what pip said is a note of the exception),
    ``OSError`` for the folder, and what ``progress`` raises once pip is stopped.
    """
    wheels, scratch, pin = folder / "wheels", folder / "scratch", folder / "pin.txt"
    for place in (wheels, scratch):
        place.mkdir(parents=True)
    pin.write_text(f"{archive.requirement} --hash=sha256:{archive.sha256}\n", "utf-8")
    code = _run_pip(archive, pin, folder, progress)
    if code != 0:
        raise _reason(archive, _said(folder))
    found = sorted(wheels.glob("*.whl"))
    if len(found) != 1 or sha256_file(found[0]) != archive.sha256:
        raise _differs(archive)
    return found[0]


def _run_pip(archive: Archive, pin: Path, folder: Path, progress: Progress) -> int:
    wheels, scratch = folder / "wheels", folder / "scratch"
    command = [sys.executable, "-P", "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    command += ["--progress-bar=off", "--no-input", "--no-color", "--disable-pip-version-check"]
    command += ["--requirement", str(pin), "--dest", str(wheels), "--log", str(folder / DETAILS)]
    # pip's own temporary files stay on the disk that is to hold the result, and are swept away with it
    environment = {**os.environ, **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(scratch)), "PYTHONUTF8": "1"}
    options: dict[str, Any] = {"creationflags": 0x08000000} if sys.platform == "win32" else {"process_group": 0}
    label = _("Fetching {name}").format(name=archive.requirement)
    with (folder / PRINTED).open("wb") as log:
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=folder,
                **options,
            )
        except OSError as error:
            raise EnvironmentLacksError("pip can't be started: {reason}.", reason=error.strerror) from error
        try:
            while True:
                progress(min(_bytes_in(wheels) + _bytes_in(scratch), archive.size), archive.size, label)
                try:
                    return process.wait(POLL)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End pip and whatever it started, at once. Nothing happens if it has ended."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _bytes_in(folder: Path) -> int:
    total = 0
    for place, _folders, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(place) / name).stat().st_size
            except OSError:  # pip has moved it in the meantime
                continue
    return total


def _said(folder: Path) -> str:
    """What pip printed, after the addresses that it could not reach and passed over in silence."""
    silent = [line for line in _tail(folder / DETAILS).splitlines() if "Could not fetch URL" in line]
    return "\n".join([*silent, _tail(folder / PRINTED)])


def _tail(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - TAIL))
        return file.read().decode("utf-8", "replace")


def _differs(archive: Archive) -> InputError:
    return InputError(
        "{name}: the archive that pip found is not the pinned one (SHA-256 differs): half a download, damaged, or "
        "altered. Nothing of it was installed. Mend the mirror or the folder of wheels and try again.",
        name=archive.requirement,
    )


def _reason(archive: Archive, printed: str) -> FacetError:
    """The plain line for what pip printed, which becomes a note of the exception."""
    error = _recognised(archive, printed)
    error.add_note(printed)
    return error


def _recognised(archive: Archive, printed: str) -> FacetError:
    name = archive.requirement
    if re.search(r"DO NOT MATCH THE HASHES|HashMismatch", printed):
        return _differs(archive)
    for pattern, template in _REASONS:
        if re.search(pattern, printed, re.IGNORECASE):
            return EnvironmentLacksError(template, name=name)
    said = re.findall(r"^ERROR: (.+)$", printed, re.MULTILINE)
    last = said[-1].strip() if said else (printed.strip().splitlines() or ["–"])[-1]
    return EnvironmentLacksError("{name} could not be fetched; pip said: {reason}", name=name, reason=last)


_REASONS: tuple[tuple[str, str], ...] = (
    (
        "No space left on device|Disk quota exceeded|not enough space on the disk",
        N_("{name} could not be fetched: the disk is full. Free some space and try again."),
    ),
    (
        "No module named .?pip",
        N_("{name} could not be fetched: this Python has no pip. Install it with: python -m ensurepip"),
    ),
    (
        "CERTIFICATE_VERIFY_FAILED|SSLError",
        N_(
            "{name} could not be fetched: the server's certificate was not accepted. "
            "Check the computer's clock and pip's settings (pip config list)."
        ),
    ),
    (
        "IncompleteRead|IncompleteDownload|incomplete.download|Connection broken|Connection.?reset|ended prematurely",
        N_("{name} could not be fetched: the download broke off. Try again."),
    ),
    (
        "Failed to establish|NameResolution|Temporary failure in|connection error|timed out|ProxyError|Max retries",
        N_(
            "{name} could not be fetched: no network, or the package index does not answer. "
            "Connect, or point pip to a mirror or a folder of wheels (pip config set global.find-links FOLDER)."
        ),
    ),
    (
        "No matching distribution|Could not find a version",
        N_(
            "{name} is nowhere where pip is set to look. "
            "Point pip to an index, a mirror, or a folder of wheels that has it."
        ),
    ),
)
"""What pip prints, and what it means. The order matters: the cause stands before what follows from it."""
