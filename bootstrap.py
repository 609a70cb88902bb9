#!/usr/bin/env python3
"""Sets Facet up in an environment of its own (.venv beside this file) and runs it. Needs no root.

    python3 bootstrap.py demo     set up, then do the main job on real footage and say where case and report are
    python3 bootstrap.py test     set up, then run every check and test
    python3 bootstrap.py run      set up, then open the window
    python3 bootstrap.py setup    only set up

Every step can be interrupted and the command run again. Exit codes: 0 done, 1 a check failed, 2 wrong use, 3 the
machine lacks something (said in one line), 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Sequence

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "packaging"))

from ground import offline  # noqa: E402
from ground.install import set_up  # noqa: E402
from ground.libraries import insist_on_packages, missing_packages  # noqa: E402
from ground.place import Place  # noqa: E402
from ground.programs import call, environment, say, stop  # noqa: E402
from ground.python import PYTHONS, insist_on_python  # noqa: E402
from ground.stamp import Wish  # noqa: E402
from ground.venv import healthy  # noqa: E402

PLACE = Place(ROOT)
COMMANDS = {
    "demo": "do the main job on real footage; all else is passed to «facet demo» (--headless, --out DIR)",
    "test": "run every check and test; all else is passed to pytest",
    "run": "open the window; all else is passed to «facet gui» (a case file)",
    "setup": "only set up",
    "libraries": "print the Debian packages that are missing, and do nothing",
}


def parser() -> argparse.ArgumentParser:
    """The command line."""
    words = argparse.ArgumentParser(prog="bootstrap.py", description="Sets Facet up and runs it.", allow_abbrev=False)
    commands = words.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text, allow_abbrev=False)
        if name == "libraries":
            command.add_argument("--window", action="store_true", help="those of the window as well")
        else:
            command.add_argument("--torch-index", metavar="URL", help="package index for another build of torch")
            command.add_argument("--wheels", metavar="DIR", type=Path, help="offline folder to install from")
    return words


def has_screen() -> bool:
    """Whether a window can be shown at all."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def offline_folder(given: Path | None) -> Path | None:
    """The folder to install from: the one named, or this one where bootstrap.py came in an offline folder."""
    if given is not None:
        return given.resolve()
    return None if PLACE.is_source_tree else ROOT


def demo(rest: Sequence[str]) -> int:
    """The main job on real footage; without a window where there is no screen or Qt can't reach it."""
    windowless = [] if has_screen() and not missing_packages(window=True, venv=False) else ["--headless"]
    return call(PLACE.facet("demo", *rest, *(word for word in windowless if word not in rest)), env=environment())


def test(rest: Sequence[str]) -> int:
    """Every check and test, with a weights store of their own."""
    checks = [PLACE.python, ROOT / "packaging" / "run_checks.py", *rest]
    return call(checks, cwd=str(ROOT), env=environment(FACET_HOME=str(PLACE.tests_home)))


def work(arguments: Sequence[str]) -> int:
    """Read the command line and do it; the exit code."""
    words = parser()
    asked, rest = words.parse_known_args(list(arguments))
    venv = not healthy(PLACE)
    if asked.command == "libraries":
        packages = missing_packages(window=asked.window, venv=venv)
        print(*packages)
        return 3 if packages else 0
    if rest and asked.command == "setup":
        words.error(f"setup doesn't know {rest[0]}")
    folder = offline_folder(asked.wheels)
    accepted = [offline.python_of(offline.read_manifest(folder))] if folder else PYTHONS
    insist_on_python(accepted, __file__, arguments)
    if asked.command == "run" and not has_screen():
        stop("There is no screen: neither DISPLAY nor WAYLAND_DISPLAY is set. Start it from a desktop session.")
    if asked.command == "test" and not PLACE.is_source_tree:
        stop("The tests come with the source tree, not with an offline folder.", 2)
    insist_on_packages(missing_packages(window=asked.command == "run", venv=venv))
    testing = asked.command == "test"
    wish = Wish(("dev",) if testing else (), asked.torch_index, folder)
    set_up(PLACE, wish, home=PLACE.tests_home if testing else None)
    if asked.command == "demo":
        return demo(rest)
    if asked.command == "test":
        return test(rest)
    return call(PLACE.facet("gui", *rest), env=environment()) if asked.command == "run" else 0


def main() -> int:
    """The exit code of the whole."""
    try:
        return work(sys.argv[1:])
    except KeyboardInterrupt:
        say("Interrupted. Run the same command again; it goes on from there.")
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
