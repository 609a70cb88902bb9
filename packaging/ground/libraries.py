"""The shared libraries that pip can't bring, and the Debian packages that do. Checked before anything is imported."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path
from typing import Callable, NamedTuple

from ground.programs import as_root, stop


class Library(NamedTuple):
    """What the loader looks for, and the package that holds it."""

    soname: str
    package: str


ALWAYS = (
    Library("libGL.so.1", "libgl1"),
    Library("libEGL.so.1", "libegl1"),
    Library("libfontconfig.so.1", "libfontconfig1"),
    Library("libdbus-1.so.3", "libdbus-1-3"),
    Library("libglib-2.0.so.0", "libglib2.0-0"),
    Library("libgthread-2.0.so.0", "libglib2.0-0"),
    Library("libxkbcommon.so.0", "libxkbcommon0"),
)
"""What PySide6, OpenCV and their plugins need even where nothing is shown."""

WINDOW = (
    Library("libxcb-cursor.so.0", "libxcb-cursor0"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4"),
    Library("libxcb-image.so.0", "libxcb-image0"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    Library("libxcb-render-util.so.0", "libxcb-render-util0"),
    Library("libxcb-xinerama.so.0", "libxcb-xinerama0"),
    Library("libxcb-randr.so.0", "libxcb-randr0"),
    Library("libxcb-shape.so.0", "libxcb-shape0"),
    Library("libxcb-xkb.so.1", "libxcb-xkb1"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
)
"""What Qt needs besides to open a window under X11."""


def loads(soname: str) -> bool:
    """Whether the system's loader finds the library and all that it needs itself."""
    if importlib.util.find_spec("ctypes") is None:  # Debian's python3-minimal
        return False
    import ctypes

    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def makes_environments() -> bool:
    """Whether this Python has what ``-m venv`` needs; Debian and Ubuntu deliver it without."""
    return all(importlib.util.find_spec(name) is not None for name in ("venv", "ensurepip", "ctypes"))


def venv_package() -> str:
    """The Debian package that completes this Python."""
    system = Path("/usr/bin/python3")
    if system.exists() and os.path.realpath(system) == os.path.realpath(sys.executable):
        return "python3-venv"
    return f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"


def missing_packages(*, window: bool, venv: bool, probe: Callable[[str], bool] = loads) -> list[str]:
    """The Debian packages that are absent, each once. ``venv``: an environment has still to be made."""
    packages = [venv_package()] if venv and not makes_environments() else []
    if sys.platform.startswith("linux"):  # elsewhere PySide6 and the system bring them
        packages += [library.package for library in ALWAYS + (WINDOW if window else ()) if not probe(library.soname)]
    return list(dict.fromkeys(packages))


def insist_on_packages(packages: list[str]) -> None:
    """End where something is missing: all of it in one line, with the command that installs it."""
    if not packages:
        return
    names = " ".join(packages)
    if shutil.which("apt-get"):
        stop(f"System packages are missing: {names}. Install them with: {as_root(f'apt-get install {names}')}")
    stop(
        f"System libraries are missing; Debian calls them: {names}. Install what your system calls them and try again."
    )
