"""The command ``facet``: parse, run, and turn every outcome into one plain line and an exit code."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import traceback
from collections.abc import Sequence

from facet import __version__
from facet.cli.printing import Printer
from facet.core.errors import Cancelled, EnvironmentLacksError, FacetError, InternalError
from facet.core.i18n import _, current_language, preferred_language, set_language, translator


class _Parser(argparse.ArgumentParser):
    """Tells a usage error in one line."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"{self.prog}: {message}. See «{self.prog} --help».\n")


def build_parser() -> argparse.ArgumentParser:
    """The whole command line. Its parts are imported here, where ``main`` tells even a stop during that in one line."""
    from facet.cli import (
        bench_command,
        case_commands,
        evidence_commands,
        export_command,
        faces_command,
        footage_commands,
        laboratory_commands,
        mark_commands,
        migrate_command,
        model_commands,
        passphrase,
        program_commands,
        repetition_commands,
        run_commands,
        seal_commands,
        show_commands,
        still_command,
        survey_commands,
        train_command,
    )

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help=_("print one JSON document on standard output"))
    common.add_argument("--debug", action="store_true", help=_("show where an error comes from"))
    parser = _Parser(
        prog="facet",
        description="Forensic face super-resolution: exact frames, honest outputs, a case file that can be checked. "
        "An instrument, not a face revealer.",
    )
    parser.add_argument("--version", action="version", version=f"facet {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=_Parser)
    for module in (
        program_commands,
        footage_commands,
        faces_command,
        mark_commands,
        laboratory_commands,
        still_command,
        survey_commands,
        case_commands,
        run_commands,
        show_commands,
        migrate_command,
        evidence_commands,
        seal_commands,
        export_command,
        repetition_commands,
        model_commands,
        bench_command,
        train_command,
    ):
        module.add(commands, common)
    passphrase.add_option(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code (0 done, 1 the answer is no, 2 input, 3 environment, 70 our bug, 130 stopped)."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    printer, debug = Printer(json_wanted=False), False
    try:
        set_language(_language())
        given = build_parser().parse_args(arguments)
        printer, debug = Printer(json_wanted=given.json), given.debug
        from facet.cli.passphrase import asking

        with asking(given):
            code: int = given.run(given, printer)
        sys.stdout.flush()
    except BrokenPipeError:
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except BaseException as error:  # noqa: BLE001  # the outermost net: a bug is told in one line too
        return _tell(printer, as_told(error), debug=debug, cause=error)
    return code


def _language() -> str:
    """FACET_LANG, else the settings', else the system's. Damaged settings are told by whatever needs them."""
    if not os.environ.get("FACET_LANG"):
        from facet.workbench.settings import Settings, home_folder

        with contextlib.suppress(FacetError):
            if chosen := Settings.load(home_folder()).language:
                return chosen
    return preferred_language()


def as_told(error: BaseException) -> FacetError:
    """The one plain line for whatever came out of a command. Lets the interpreter's own exits pass."""
    match error:
        case FacetError():
            return error
        case KeyboardInterrupt():
            return Cancelled()
        case MemoryError():
            return EnvironmentLacksError("Not enough memory. Close other programs or choose a smaller job.")
        case OSError():
            named = f"{error.filename}: " if error.filename else ""
            return EnvironmentLacksError("{reason}.", reason=f"{named}{error.strerror or error}")
        case Exception():
            return InternalError(
                "A fault in Facet itself: {reason}. Nothing recorded is lost. Run it again with --debug and report it.",
                reason=f"{type(error).__name__}: {error}",
            )
    raise error


def _tell(printer: Printer, error: FacetError, *, debug: bool, cause: BaseException) -> int:
    printer.end_progress()
    line = " ".join(error.localised(translator(current_language())).split())
    print(f"facet: {line}", file=sys.stderr)
    if debug:
        traceback.print_exception(cause)
    return error.exit_code
