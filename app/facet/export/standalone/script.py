"""The program: which checks are made, and what is printed of them."""

from __future__ import annotations

import argparse
import io
import json
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any, Callable

from facet.export.standalone.bagfile import examine_bag
from facet.export.standalone.casefile import CaseFile
from facet.export.standalone.chain import Chain, examine_chain, examine_head
from facet.export.standalone.findings import N_, Findings, Refused
from facet.export.standalone.package import CASE_PATH, examine_contents, shows, told_by
from facet.export.standalone.rows import Rows
from facet.export.standalone.seals import examine_seals, read_key

UNREADABLE_HERE = "encrypted"
"""The check that a case fails which can't be looked into here, and is none the worse for that."""
BEAT = 5.0
"""Seconds between two lines that tell how far the work is."""


def examine_package(folder: Path, findings: Findings, *, key: str = "", against: str = "", pixels: bool = True) -> str:
    """Check a bag, the case in it and that the two agree; the journal's head. Raises :class:`Refused`."""
    digests = examine_bag(folder, findings)
    if CASE_PATH not in digests:
        raise Refused("package", N_("The bag holds no case that is whole."))
    chain, rows = examine_case(folder / CASE_PATH, findings, key=key, against=against, pixels=pixels)
    told = told_by(chain.head, chain.reports, rows.records)
    examine_contents(folder, digests, told, findings, look=shows if pixels else None)
    return chain.head


def examine_case(
    path: Path, findings: Findings, *, key: str = "", against: str = "", pixels: bool = True
) -> tuple[Chain, Rows]:
    """Check a case file by itself. Raises :class:`Refused` for what can't be checked."""
    case = CaseFile(path)
    try:
        chain = examine_chain(case, findings)
        rows = Rows(case, chain, findings, pixels=pixels)
        rows.examine()
    except sqlite3.Error as error:
        raise Refused("file", N_("The case is damaged: {reason}."), reason=error) from None
    finally:
        case.close()
    if against:
        examine_head(chain, against, findings)
    examine_seals(chain, rows, key, findings)
    return chain, rows


def main() -> int:
    """Check what the command line names: exit 0 whole, 1 not, 2 nothing that can be checked."""
    parser = argparse.ArgumentParser(description="Check a package of Facet, or a case file. Nothing is written.")
    parser.add_argument("path", nargs="?", type=Path, default=Path(__file__).resolve().parent,
                        metavar="BAG|CASE.facet", help="default: the folder in which this program lies")  # fmt: skip
    parser.add_argument(
        "--key", default="", metavar="HEX|FILE", help="the public key, or its fingerprint, that seals must be made with"
    )
    parser.add_argument("--against", default="", metavar="HEAD", help="a journal head kept elsewhere: NUMBER:DIGEST")
    parser.add_argument("--without-pixels", action="store_true", help="compare picture files, but don't unpack them")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    given = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    findings, head = Findings(_teller()), ""
    try:
        options: dict[str, Any] = {"key": _key(given.key), "against": given.against, "pixels": not given.without_pixels}
        if given.path.is_dir():
            head = examine_package(given.path, findings, **options)
        else:
            head = examine_case(given.path, findings, **options)[0].head
    except Refused as refused:
        findings.rows.append(refused.finding)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    _print(findings, head, bool(given.against), as_json=given.json)
    if findings.failed and all(row.check == UNREADABLE_HERE for row in findings.failed):
        return 2
    return 1 if findings.failed else 0


def _key(given: str) -> str:
    if not given:
        return ""
    try:
        file = Path(given)
        return read_key(file.read_text(encoding="ascii") if file.is_file() else given)
    except (OSError, ValueError):
        raise Refused("seal", N_("«{key}» is neither an Ed25519 public key nor a file with one."), key=given) from None


def _print(findings: Findings, head: str, compared: bool, *, as_json: bool) -> None:
    failed = findings.failed
    if as_json:
        rows = [{"exhibit": row.place or None, "check": row.check, "ok": row.ok, "message": row.text()}
                for row in findings.rows]  # fmt: skip
        print(json.dumps({"ok": not failed, "head": head or None, "rows": rows}, indent=2))
        return
    for row in findings.rows:
        print(("ok      " if row.ok else "NOT OK  ") + row.text())
    if head:
        print("Journal head " + head)
    if not compared:
        print("Completeness not checked: compare the head with one kept elsewhere, such as a report's (--against).")
    if any(row.check == UNREADABLE_HERE for row in failed):
        print("The case in it was not checked.")
    if any(row.check != UNREADABLE_HERE for row in failed):
        print("NOT as it was recorded.")
    elif not failed:
        print("Whole and untouched, as far as this program can tell.")


def _teller() -> Callable[[int, int, str], None]:
    told = [time.monotonic()]

    def tell(done: int, total: int, what: str) -> None:
        if time.monotonic() - told[0] > BEAT:
            told[0] = time.monotonic()
            print(f"{what} {done / total if total else 0:.0%}".strip(), file=sys.stderr, flush=True)

    return tell
