"""``facet key | seal``: an examiner's key, and putting it to a case."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.arguments import writer_options
from facet.cli.key_arguments import key_file, key_options, key_passphrase, opened_key, sealing_options, told_seal
from facet.cli.printing import Printer
from facet.core.i18n import _
from facet.workbench import Workbench


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    key = commands.add_parser("key", help=_("the examiner's key, which seals cases"))
    kinds = key.add_subparsers(dest="what", metavar="WHAT", required=True)
    options = key_options()
    new = kinds.add_parser("new", parents=[common, options], help=_("make an Ed25519 key, closed by a passphrase"))
    new.set_defaults(run=run_new)
    show = kinds.add_parser("show", parents=[common, options], help=_("its fingerprint, and where it lies"))
    show.set_defaults(run=run_show)
    public = kinds.add_parser("export-public", parents=[common, options], help=_("its public half, for others"))
    public.add_argument("--out", type=Path, required=True, metavar="PEM")
    public.set_defaults(run=run_export_public)

    seal = commands.add_parser(
        "seal", parents=[common, writer_options(), sealing_options()], help=_("sign everything recorded so far")
    )
    seal.add_argument("case", type=Path)
    seal.add_argument("--out", type=Path, metavar="JSON", help=_("the seal as a file, to be kept elsewhere"))
    seal.set_defaults(run=run_seal)


def run_new(given: argparse.Namespace, printer: Printer) -> int:
    """``facet key new``."""
    from facet.seal import KEY_FILE, make_key

    with Workbench() as bench:
        path = given.key or bench.home / KEY_FILE
    made = make_key(path, key_passphrase(given, path, twice=True))
    document = {"key": str(path), "algorithm": made.algorithm, "fingerprint": made.fingerprint}
    words = _("{key}: a new {algorithm} key. Give others its fingerprint, {fingerprint}, by another way than the case.")
    printer.result(document, lambda: print(words.format(**document)))
    return 0


def run_show(given: argparse.Namespace, printer: Printer) -> int:
    """``facet key show``: without a passphrase where the public half lies beside the key."""
    with Workbench() as bench:
        path = key_file(given, bench)
        fingerprint = _public(given, bench, path)[1]
    document = {"key": str(path), "fingerprint": fingerprint}
    printer.result(document, lambda: print(f"{path}  {fingerprint}"))
    return 0


def run_export_public(given: argparse.Namespace, printer: Printer) -> int:
    """``facet key export-public``."""
    from facet.report.writing import write_whole

    with Workbench() as bench:
        content, fingerprint = _public(given, bench, key_file(given, bench))
    write_whole(given.out, content)
    document = {"out": str(given.out), "fingerprint": fingerprint}
    printer.result(document, lambda: print(f"{given.out}  {fingerprint}"))
    return 0


def run_seal(given: argparse.Namespace, printer: Printer) -> int:
    """``facet seal``."""
    with Workbench() as bench:
        key = opened_key(given, bench)
        with bench.open_case(given.case, examiner=given.examiner or None) as session:
            sealed = session.seal(key, authority=given.time_stamp, out=given.out)
    document = sealed.to_json()
    printer.result(document, lambda: print(told_seal(document)))
    return 0


def _public(given: argparse.Namespace, bench: Workbench, path: Path) -> tuple[bytes, str]:
    """The public half in PEM, and its fingerprint."""
    from facet.seal import KnownKey, public_path, public_pem

    if public_path(path).is_file():
        return public_pem(path), KnownKey.read(str(public_path(path))).digits
    key = opened_key(given, bench)
    return key.public_pem(), key.fingerprint
