"""Names that are meant to act: put into a case by somebody who made every digest fit."""

from __future__ import annotations

import random
from pathlib import Path

from case.attacks.forging import Forgery
from case.attacks.on_journal import read_entries, write_entries
from case.tampering import unguarded

SLY = "\x1b[2J\x9b31m\u202egpj.exe <b onclick=x>&amp;\"'\u200f😀 한글\ufeff"
"""A terminal's commands, a turned line, markup, quotes, a mark that can't be seen, an emoji, Korean."""

_NAMED = {
    "case_facts": ("number", "title", "agency", "examiner"),
    "footage": ("name", "examiner"),
    "remarks": ("text", "examiner"),
    "indexes": ("examiner",),
}


def give_names(path: Path, text: str) -> None:
    """Let everything in a case that is a name or words say ``text``."""
    with unguarded(path) as connection:
        forgery = Forgery(connection, random.Random(0))
        for table, fields in _NAMED.items():
            for row_id in forgery.ids(table):
                forgery.put(table, row_id, {**forgery.record(table, row_id), **dict.fromkeys(fields, text)})
        entries = read_entries(connection)
        forgery.fit(entries)
        for entry in entries:
            if any(row["table"] in _NAMED for row in entry["rows"]):
                entry["examiner"] = text
        write_entries(connection, entries, rechained_from=1)
