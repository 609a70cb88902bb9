"""``facet backends`` and ``facet models …``: what can enhance, and the weights it needs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.printing import Printer, size_text, table
from facet.core.errors import InputError
from facet.core.i18n import _
from facet.workbench import Workbench


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    backends = commands.add_parser("backends", parents=[common], help=_("every backend with its card"))
    backends.set_defaults(run=run_backends)

    models = commands.add_parser("models", help=_("the store of weights"))
    verbs = models.add_subparsers(dest="verb", metavar="VERB", required=True)
    verbs.add_parser("list", parents=[common], help=_("what is installed")).set_defaults(run=run_list)

    install = verbs.add_parser("install", parents=[common], help=_("fetch, check and convert weights"))
    install.add_argument("ids", nargs="*", metavar="ID")
    install.add_argument("--all", action="store_true")
    install.set_defaults(run=run_install)

    verbs.add_parser("verify", parents=[common], help=_("check every digest")).set_defaults(run=run_verify)

    export = verbs.add_parser("export", parents=[common], help=_("all installed weights as one file"))
    export.add_argument("file", type=Path)
    export.set_defaults(run=run_export)

    bring = verbs.add_parser("import", parents=[common], help=_("install weights from an exported file"))
    bring.add_argument("file", type=Path)
    bring.set_defaults(run=run_import)

    own = verbs.add_parser("add", parents=[common], help=_("your own model file (.pth or .safetensors)"))
    own.add_argument("file", type=Path)
    own.add_argument("--id", required=True, dest="backend", metavar="ID")
    own.add_argument(
        "--family",
        choices=("regression", "generative"),
        default="generative",
        help=_("what kind of pixels it makes; generative unless you state otherwise"),
    )
    own.set_defaults(run=run_add)


def run_backends(_given: argparse.Namespace, printer: Printer) -> int:
    """``facet backends``."""
    with Workbench() as bench:
        states = bench.backends()

    def text() -> None:
        rows = [("ID", _("FAMILY"), _("SCALES"), _("STATE"), _("TITLE"))]
        for state in states:
            card = state.descriptor
            standing = (
                _("not allowed") if not state.allowed else _("ready") if state.installed else _("weights not installed")
            )
            rows.append(
                (card.id, _(card.family.value), ",".join(f"×{s}" for s in card.scales), standing, _(card.title))
            )
        print("\n".join(table(rows)))

    printer.result({"backends": [state.to_json() for state in states]}, text)
    return 0


def run_list(_given: argparse.Namespace, printer: Printer) -> int:
    """``facet models list``."""
    with Workbench() as bench:
        rows = bench.store.list()

    def text() -> None:
        cells = [("ID", _("STATE"), _("SIZE"), "SHA-256")]
        for row in rows:
            size = size_text(int(str(row["size_bytes"]))) if row.get("size_bytes") else "–"
            cells.append((str(row["id"]), _("installed") if row["installed"] else "–", size, str(row["sha256"])))
        print("\n".join(table(cells)))

    printer.result({"models": rows}, text)
    return 0


def run_install(given: argparse.Namespace, printer: Printer) -> int:
    """``facet models install``."""
    with Workbench() as bench:
        if bool(given.ids) == given.all:
            raise InputError("Which weights? Give ids, or --all. See: facet models list.")
        ids = given.ids or [str(row["id"]) for row in bench.store.list() if row.get("installable", True)]
        new = bench.install(ids, printer.progress(""))
        said = _("Installed: {names}.") if new else _("Installed already: {names}.")
        printer.result({"installed": ids, "new": new}, lambda: print(said.format(names=", ".join(new or ids))))
    return 0


def run_verify(_given: argparse.Namespace, printer: Printer) -> int:
    """``facet models verify``: exit 1 where an installed file is not what its card says."""
    with Workbench() as bench:
        rows = bench.store.verify(printer.progress(_("Verifying")))
    good = all(row["ok"] for row in rows)

    def text() -> None:
        cells = [(str(row["id"]), _("ok") if row["ok"] else _("NOT OK"), str(row["message"])) for row in rows]
        print("\n".join(table(cells)) or _("No weights are installed."))

    printer.result({"ok": good, "rows": rows}, text)
    return 0 if good else 1


def run_export(given: argparse.Namespace, printer: Printer) -> int:
    """``facet models export``."""
    with Workbench() as bench:
        ids = bench.store.export(given.file, printer.progress(_("Exporting")))
    printer.result({"file": str(given.file), "ids": ids}, lambda: print(f"{given.file}: {', '.join(ids)}"))
    return 0


def run_import(given: argparse.Namespace, printer: Printer) -> int:
    """``facet models import``."""
    with Workbench() as bench:
        ids = bench.store.import_(given.file, printer.progress(_("Importing")))
    printer.result({"installed": ids}, lambda: print(_("Installed: {names}.").format(names=", ".join(ids))))
    return 0


def run_add(given: argparse.Namespace, printer: Printer) -> int:
    """``facet models add``."""
    with Workbench() as bench:
        bench.add_model(given.file, given.backend, family=given.family, progress=printer.progress(_("Reading")))
        card = bench.store.cards()[given.backend].descriptor
        printer.result(
            card.to_json(),
            lambda: print(f"{card.id}: {card.architecture}, ×{card.scales[0]}, {card.family.value}. {card.title}"),
        )
    return 0
