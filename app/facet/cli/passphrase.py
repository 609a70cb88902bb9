"""The passphrase of an encrypted case on the command line: from a file, or typed and not shown. Never an argument."""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from facet.core.errors import InputError
from facet.core.i18n import _
from facet.workbench.passphrases import VARIABLE, Source, named_file, passphrases_from, read_passphrase

OPTION = "--case-passphrase-file"


def add_option(commands: Any) -> None:
    """Let every command that has a case take the file with its passphrase."""
    for parser in commands.choices.values():
        if any(action.dest == "case" for action in parser._actions):  # noqa: SLF001  # argparse tells it no other way
            parser.add_argument(
                OPTION, type=Path, metavar="FILE", help=_("the passphrase of an encrypted case, on the first line")
            )


def source_of(given: argparse.Namespace) -> Source:
    """Where a command takes passphrases from: its option, the environment's file, or the terminal, asked once."""

    @cache
    def source(case: Path) -> str:
        if (file := getattr(given, "case_passphrase_file", None)) is not None:
            return read_passphrase(file)
        if os.environ.get(VARIABLE) or not sys.stdin.isatty():
            return named_file(case)
        return getpass.getpass(_("Passphrase of {name}: ").format(name=case.name))

    return source


@contextlib.contextmanager
def asking(given: argparse.Namespace) -> Iterator[None]:
    """Open encrypted cases so while the command runs."""
    with passphrases_from(source_of(given)):
        yield


def new_passphrase(given: argparse.Namespace) -> str:
    """The passphrase for a new case, typed twice where it is typed. Raises ``InputError``."""
    typed = source_of(given)(given.case)
    asked = given.case_passphrase_file is None and not os.environ.get(VARIABLE)
    if asked and getpass.getpass(_("The same passphrase again: ")) != typed:
        raise InputError("The two passphrases differ. Type the same one twice.")
    return typed
