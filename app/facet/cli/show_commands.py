"""``facet show | find``: what a case holds, whole or in pages, and where in it something is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.case import PAGED, ExhibitRow, Hit, Page, row_json
from facet.cli.arguments import natural
from facet.cli.printing import Printer, printable, struck, table
from facet.core.canonical import Json
from facet.core.i18n import _
from facet.workbench import Workbench, outline


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    show = commands.add_parser("show", parents=[common], help=_("what a case holds"))
    show.add_argument("case", type=Path)
    show.add_argument("--list", choices=PAGED, help=_("a page of one list instead of everything"))
    show.add_argument("--of", metavar="ID", help=_("only what was taken from this exhibit, or is said of it"))
    _add_paging(show)
    show.set_defaults(run=run_show)

    find = commands.add_parser("find", parents=[common], help=_("exhibits by id, footage, backend, note, alias or tag"))
    find.add_argument("case", type=Path)
    find.add_argument(
        "words", nargs="+", metavar="TEXT", help=_("all of them must belong to it; tag:TEXT looks among tags alone")
    )
    _add_paging(find)
    find.set_defaults(run=run_find)


def run_show(given: argparse.Namespace, printer: Printer) -> int:
    """``facet show``."""
    with Workbench() as bench, bench.open_case(given.case, writable=False) as session:
        if given.list is None:
            held = session.show()
            printer.result(held, lambda: print("\n".join(outline(held, struck))))
            return 0
        page = session.page(given.list, after=given.after, count=given.count, of=given.of)
    rows: list[Json] = [row_json(row) for row in page.rows]
    printer.result(
        {"list": given.list, "rows": rows, **_counts(page)},
        lambda: print("\n".join([*outline({str(n): row for n, row in enumerate(rows, 1)}, struck), _more(page)])),
    )
    return 0


def run_find(given: argparse.Namespace, printer: Printer) -> int:
    """``facet find``: exit 1 where nothing is found."""
    with Workbench() as bench, bench.open_case(given.case, writable=False) as session:
        page = session.find(given.words, after=given.after, count=given.count)
    lines = table([(_named(hit.row), _why(hit)) for hit in page.rows])
    printer.result(
        {"hits": [_hit_json(hit) for hit in page.rows], **_counts(page)},
        lambda: print("\n".join([*lines, _more(page)]) if page.total else _("Nothing was found.")),
    )
    return 0 if page.total else 1


def _add_paging(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--after", type=natural, default=0, metavar="N", help=_("what comes after this number"))
    parser.add_argument("--count", type=natural, default=100, metavar="N", help=_("how many (default: 100)"))


def _counts(page: Page[Any]) -> dict[str, Json]:
    return {"total": page.total, "after": page.after}


def _more(page: Page[Any]) -> str:
    if page.after is None:
        return _("{count} in all.").format(count=page.total)
    return _("{count} in all. More: --after {after}").format(count=page.total, after=page.after)


def _hit_json(hit: Hit) -> dict[str, Json]:
    matches: list[Json] = [{"field": match.field, "text": match.text} for match in hit.matches]
    row = None if hit.row is None else row_json(hit.row)
    return {"exhibit": None if hit.row is None else hit.row.id, "matches": matches, "row": row}


def _named(row: ExhibitRow | None) -> str:
    if row is None:
        return _("case")
    return f"{row.id} ({_('withdrawn')})" if row.withdrawal else row.id


def _why(hit: Hit) -> str:
    words = {
        "exhibit": _("id"),
        "alias": _("alias"),
        "footage": _("footage"),
        "backend": _("backend"),
        "note": _("note"),
        "tag": _("tag"),
    }
    return "; ".join(f"{words[match.field]}: {printable(' '.join(match.text.split()))[:80]}" for match in hit.matches)
