"""The examiner's key on the command line: which file, and its passphrase from a file or typed. Never an argument."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facet.cli.printing import Printer
from facet.core.errors import InputError
from facet.core.i18n import _
from facet.workbench import CaseSession, Workbench
from facet.workbench.passphrases import read_passphrase

if TYPE_CHECKING:
    from facet.seal import SealKey

VARIABLE = "FACET_PASSPHRASE_FILE"


def key_options() -> argparse.ArgumentParser:
    """A parent parser for commands that use the examiner's key."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--key", type=Path, metavar="FILE", help=_("the examiner's key: .pem of facet key, or .p12"))
    parser.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help=_("the key's passphrase, on the first line")
    )
    return parser


def sealing_options() -> argparse.ArgumentParser:
    """A parent parser for commands that seal."""
    parser = argparse.ArgumentParser(add_help=False, parents=[key_options()])
    parser.add_argument("--time-stamp", metavar="URL", help=_("a time-stamping authority (RFC 3161); «» for none"))
    return parser


def key_file(given: argparse.Namespace, bench: Workbench) -> Path:
    """The file of the key: the one named, else that of the settings, else where ``facet key new`` puts it."""
    from facet.seal import KEY_FILE

    named: Path | None = given.key
    return named or (Path(bench.settings.seal_key) if bench.settings.seal_key else bench.home / KEY_FILE)


def opened_key(given: argparse.Namespace, bench: Workbench) -> SealKey:
    """The key, opened. Raises ``InputError``."""
    from facet.seal import open_key

    path = key_file(given, bench)
    return open_key(path, key_passphrase(given, path))


def report_key(given: argparse.Namespace, bench: Workbench, session: CaseSession, printer: Printer) -> SealKey | None:
    """The key that seals a case at its report: the one named, else that of the settings; None without either, and for
    a case of an older format, which is then said unless a key was named. Raises ``InputError``."""
    if not given.key and not bench.settings.seal_key:
        return None
    if not given.key and not session.case.keeps_seals:
        printer.say(_("Not sealed: the case has an older format. Copy it into the present one with facet migrate."))
        return None
    return opened_key(given, bench)


def told_seal(seal: Mapping[str, Any] | None) -> str:
    """One line on a seal as its JSON has it, or on its lack."""
    if seal is None:
        return _("Not sealed.")
    said = _("{id}: sealed up to entry {seq} with the key {fingerprint}.").format(
        id=seal["id"], seq=seal["head"]["seq"], fingerprint=seal["fingerprint"]
    )
    if seal["time_stamp"] is None:
        return f"{said} {_('No time stamp. {reason}').format(reason=seal['no_time_stamp'])}"
    return f"{said} {_('Time stamp by {authority}.').format(authority=seal['time_stamp']['authority'])}"


def key_passphrase(given: argparse.Namespace, path: Path, *, twice: bool = False) -> str:
    """The passphrase of the key at ``path``, where it is typed ``twice`` for a new one. Raises ``InputError``."""
    named = given.passphrase_file or os.environ.get(VARIABLE)
    if named:
        return read_passphrase(Path(named))
    if not sys.stdin.isatty():
        raise InputError(
            "The key {name} needs its passphrase: give it at the terminal, with --passphrase-file, or through "
            "FACET_PASSPHRASE_FILE.",
            name=path.name,
        )
    typed = getpass.getpass(_("Passphrase of the key {name}: ").format(name=path.name))
    if twice and getpass.getpass(_("The same passphrase again: ")) != typed:
        raise InputError("The two passphrases differ. Type the same one twice.")
    return typed
