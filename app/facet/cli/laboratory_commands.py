"""``facet tag | alias | profile``: what a laboratory adds of its own."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from facet.cli.arguments import writer_options
from facet.cli.printing import Printer
from facet.core.canonical import Json
from facet.core.errors import InputError
from facet.core.i18n import _
from facet.workbench import Workbench, delete_profile, in_use, name_all, profiles, save_profile, use_profile
from facet.workbench.profiles import FIELDS


def add(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add these commands to the command line."""
    writer = writer_options()
    tag = commands.add_parser("tag", parents=[common, writer], help=_("a word to find an exhibit or the case by"))
    tag.add_argument("case", type=Path)
    tag.add_argument("exhibit", metavar="ID", nargs="?", help=_("the exhibit (else the case)"))
    tag.add_argument("--tag", required=True, metavar="WORD", help=_("facet withdraw takes a tag by its id"))
    tag.set_defaults(run=run_tag)

    alias = commands.add_parser("alias", parents=[common, writer], help=_("the agency's own number of an exhibit"))
    alias.add_argument("case", type=Path)
    alias.add_argument("exhibit", metavar="ID", nargs="?")
    alias.add_argument("name", metavar="NUMBER", nargs="?")
    alias.add_argument(
        "--scheme", metavar="TEMPLATE", help=_("name whatever has no name yet, as in {number}-{footage:03d}-{frame}")
    )
    alias.set_defaults(run=run_alias)

    profile = commands.add_parser("profile", parents=[common], help=_("who examines, for whom, with which key"))
    profile.add_argument("what", nargs="?", choices=("list", "save", "use", "delete"), default="list")
    profile.add_argument("name", nargs="?", metavar="NAME")
    said = profile.add_argument_group(_("what to save, else what the settings say"))
    said.add_argument("--examiner", metavar="NAME")
    said.add_argument("--agency", metavar="NAME")
    said.add_argument("--exhibit-names", metavar="TEMPLATE", help=_("scheme for the agency's own numbers"))
    said.add_argument("--language", metavar="en|ko")
    said.add_argument("--seal-key", metavar="FILE", help=_("the key that seals a case at each report"))
    said.add_argument("--time-stamp", metavar="URL", help=_("a time-stamping authority"))
    profile.set_defaults(run=run_profile)


def run_tag(given: argparse.Namespace, printer: Printer) -> int:
    """``facet tag``."""
    with Workbench() as bench, bench.open_case(given.case, examiner=given.examiner or None) as session:
        tag = session.case.tag(given.tag, given.exhibit)
        row = next(each for each in session.case.tags() if each.id == tag)
        printer.result(
            {"id": row.id, "exhibit": row.exhibit, "tag": row.text, "head": session.case.head()},
            lambda: print(
                _("{id}: {exhibit} is tagged «{tag}».").format(
                    id=row.id, exhibit=row.exhibit or _("the case"), tag=row.text
                )
            ),
        )
    return 0


def run_alias(given: argparse.Namespace, printer: Printer) -> int:
    """``facet alias``."""
    if (given.scheme is None) == (given.name is None) or (given.scheme is not None and given.exhibit is not None):
        raise InputError("Give an exhibit and its number, or a scheme for all (--scheme TEMPLATE).")
    with Workbench() as bench, bench.open_case(given.case, examiner=given.examiner or None) as session:
        if given.scheme is None:
            session.case.alias(given.exhibit, given.name)
            named = {given.exhibit: given.name}
        else:
            named = name_all(session.case, given.scheme)
        rows: list[Json] = [{"exhibit": exhibit, "name": name} for exhibit, name in named.items()]
        printer.result({"named": rows, "head": session.case.head()})
        for exhibit, name in named.items():
            printer.line(_("{exhibit} is called «{name}».").format(exhibit=exhibit, name=name))
        if not named:
            printer.line(_("Every exhibit that the scheme can name has a name."))
    return 0


def run_profile(given: argparse.Namespace, printer: Printer) -> int:
    """``facet profile``."""
    if given.what != "list" and given.name is None:
        raise InputError("Which profile? Give its name, as in facet profile use NAME.")
    with Workbench() as bench:
        if given.what == "save":
            changes = {field: getattr(given, field) for field in FIELDS if getattr(given, field) is not None}
            save_profile(bench.home, given.name, bench.settings, changes)
        elif given.what == "use":
            bench.settings = use_profile(bench.home, given.name, bench.settings)
        elif given.what == "delete":
            delete_profile(bench.home, given.name)
        rows: list[Json] = []
        for name, profile in profiles(bench.home).items():
            used = in_use(profile, bench.settings)
            rows.append({"name": name, "in_use": used, **profile})
            told = ", ".join(f"{field} {text}" for field, text in profile.items() if text)
            printer.line(f"{'*' if used else ' '} {name}: {told or '–'}")
        if not rows:
            printer.line(_("There are no profiles. Make one with facet profile save NAME."))
        printer.result({"profiles": rows})
    return 0
