"""``facet backends`` and ``facet models …``: what can enhance, and the weights it needs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.arguments import assignments
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

    bring = verbs.add_parser(
        "import", parents=[common], help=_("install from a file: exported weights, a pinned archive, or your own model")
    )
    bring.add_argument("file", type=Path)
    bring.add_argument("--id", dest="backend", metavar="ID", help=_("what to call your own model (else as its file)"))
    _family(bring)
    bring.set_defaults(run=run_import)

    card = verbs.add_parser(
        "card", parents=[common], help=_("a backend's card; state what is open on your own model's")
    )
    card.add_argument("backend", metavar="ID")
    card.add_argument("--set", action="append", default=[], metavar="FIELD=TEXT", dest="changes")
    card.set_defaults(run=run_card)

    own = verbs.add_parser("add", parents=[common], help=_("your own model file (.pth or .safetensors)"))
    own.add_argument("file", type=Path)
    own.add_argument("--id", required=True, dest="backend", metavar="ID")
    _family(own)
    own.set_defaults(run=run_add)


def _family(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--family",
        choices=("regression", "generative"),
        default="generative",
        help=_("what kind of pixels it makes; generative unless you state otherwise"),
    )


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
        # what lies at an address is fetched only when it is named: it comes from elsewhere than pip's own index
        ids = given.ids or [str(row["id"]) for row in bench.store.list() if row["requirement"]]
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
        ids = bench.import_models(
            given.file, given.backend, family=given.family, progress=printer.progress(_("Importing"))
        )
        open_fields = {name: bench.open_fields(name) for name in ids}

    def text() -> None:
        print(_("Installed: {names}.").format(names=", ".join(ids)))
        for name, fields in open_fields.items():
            if fields:
                print(_card_is_open(name, fields))

    printer.result({"installed": ids, "to_state": open_fields}, text)
    return 0


def run_card(given: argparse.Namespace, printer: Printer) -> int:
    """``facet models card``: print a card, after writing what is stated into it."""
    with Workbench() as bench:
        if given.changes:
            bench.store.complete(given.backend, assignments(given.changes))
        card = bench.store.card(given.backend)
        path, fields = bench.store.card_file(given.backend), bench.open_fields(given.backend)

    def text() -> None:
        for name, value in card.descriptor.to_json().items():
            if name == "limitations":
                print(*(f"limitation: {line}" for line in card.descriptor.limitations), sep="\n")
            elif value is not None and name != "parameters":
                print(f"{name}: {' '.join(map(str, value)) if isinstance(value, list) else value}")
        print(f"file: {path}")
        if fields:
            print(_card_is_open(given.backend, fields))

    stated = {**card.descriptor.to_json(), "card_sha256": card.descriptor.card_sha256}
    printer.result({"card": stated, "file": str(path), "to_state": fields}, text)
    return 0


def _card_is_open(backend: str, fields: list[str]) -> str:
    return _(
        "Still to be stated on the card of {id}: {fields}. State it: facet models card {id} --set FIELD=TEXT"
    ).format(id=backend, fields=", ".join(fields))


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
