"""``facet gui | demo | settings``: the program itself."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path
from typing import Any

from facet.cli.arguments import parameters
from facet.cli.printing import Printer, table
from facet.core.i18n import _
from facet.workbench import Policy, Workbench, run_demo


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    gui = commands.add_parser("gui", parents=[common], help=_("open the window"))
    gui.add_argument("case", type=Path, nargs="?")
    gui.set_defaults(run=run_gui)

    demo = commands.add_parser("demo", parents=[common], help=_("the main job on a sample clip, start to end"))
    demo.add_argument("--headless", action="store_true", help=_("do not open the window afterwards"))
    demo.add_argument("--out", type=Path, default=Path("facet-demo"), metavar="DIR")
    demo.set_defaults(run=run_demo_command)

    settings = commands.add_parser("settings", parents=[common], help=_("show or change settings"))
    settings.add_argument("changes", nargs="*", metavar="NAME=VALUE", help=_("for example generative_enabled=off"))
    settings.set_defaults(run=run_settings)


def run_gui(given: argparse.Namespace, _printer: Printer) -> int:
    """``facet gui``."""
    return open_window(given.case)


def run_demo_command(given: argparse.Namespace, printer: Printer) -> int:
    """``facet demo``: exit 1 where what it made does not verify or can't be made again."""
    with Workbench() as bench:
        done = run_demo(bench, given.out, say=printer.say, progress=printer.progress)
    printer.result(done, lambda: print(_("Case: {case}\nReport: {report}").format(**done)))
    if not given.headless and has_display():
        return open_window(Path(str(done["case"])))
    return 0 if done["verified"] and done["reproduced"] else 1


def run_settings(given: argparse.Namespace, printer: Printer) -> int:
    """``facet settings``."""
    with Workbench() as bench:
        if given.changes:
            bench.change_settings(parameters(given.changes))
        policy = Policy.load()
        document = {
            "settings": bench.settings.to_json(),
            "policy": {"ai": policy.ai, "generative": policy.generative},
            "home": str(bench.home),
        }

    def text() -> None:
        words = {True: "on", False: "off"}
        rows = [(name, words.get(value, str(value)) if isinstance(value, bool) else str(value) or "–")
                for name, value in bench.settings.to_json().items()]  # fmt: skip
        rows += [("policy: ai", words[policy.ai]), ("policy: generative", words[policy.generative])]
        print("\n".join(table([*rows, ("home", str(bench.home))])))

    printer.result(document, text)
    return 0


def open_window(case: Path | None) -> int:
    """Open the window, by name: nothing of Qt is imported for any other command."""
    window = importlib.import_module("facet.gui.main")
    code: int = window.main([] if case is None else [str(case)])
    return code


def has_display() -> bool:
    """Whether a window can be shown here."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
