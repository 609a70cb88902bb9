"""Attacks by somebody who knows the format: digests computed anew, and in the end the whole chain."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from case.attacks.attacked_case import STRANGERS_KEY, Attacked
from case.attacks.forging import FORGERIES, Forgery
from case.attacks.on_journal import read_entries, write_entries
from case.tampering import unguarded
from facet.case import Case
from facet.case.seals import seal_facts
from facet.core.canonical import canonical_json
from facet.core.digest import sha256_bytes
from facet.core.seal import SealStatement

Entries = list[dict[str, Any]]


def digests_fitted(path: Path, chance: random.Random, _of: Attacked) -> str:
    """A record, picture, receipt, card or index with every digest in its row and in rows about it; not the journal."""
    with unguarded(path) as connection:
        forge = chance.choice(FORGERIES)
        return f"{forge.__name__} {forge(Forgery(connection, chance))}"


def entry_fitted(path: Path, chance: random.Random, _of: Attacked) -> str:
    """The same, with the journal entry that names the row and its own digest; not the entries after it."""
    with unguarded(path) as connection:
        forgery, forge = Forgery(connection, chance), chance.choice(FORGERIES)
        what = forge(forgery)
        entries = read_entries(connection)
        forgery.fit(entries)
        write_entries(connection, entries, rechained_from=None)
    return f"{forge.__name__} {what}"


def chain_recomputed(path: Path, chance: random.Random, _of: Attacked) -> str:
    """The same, with every entry after it; the seals are left, taken away, or made anew with the forger's own key."""
    with unguarded(path) as connection:
        forgery, forge = Forgery(connection, chance), chance.choice(FORGERIES)
        what = forge(forgery)
        entries = read_entries(connection)
        forgery.fit(entries)
        seals = _write_chain(forgery, entries)
    return f"{forge.__name__} {what}, seals {seals}"


def recast_chain(path: Path, chance: random.Random, _of: Attacked) -> str:
    """The case's story told otherwise from the first entry on: somebody else's name, another day, an export that never
    was, a last remark or withdrawal that is gone."""
    retell = chance.choice((_another_name, _another_day, _an_export_more, _an_entry_less))
    with unguarded(path) as connection:
        forgery, entries = Forgery(connection, chance), read_entries(connection)
        what = retell(forgery, entries)
        forgery.fit(entries)
        seals = _write_chain(forgery, entries)
    return f"{retell.__name__.strip('_')} {what}, seals {seals}"


def added_by_a_stranger(path: Path, chance: random.Random, _of: Attacked) -> str:
    """Somebody opens the case with the program and adds to it under the examiner's name."""
    with Case.open(path, examiner="Kim Min-ji") as case:
        if chance.random() < 0.5:
            return case.withdraw("1/F3/C1/E1", "Not needed.")
        return case.finding("It is certainly him.", "1/F3/C1/E1")


def older_copy(path: Path, chance: random.Random, of: Attacked) -> str:
    """The case as it was, which is whole in itself."""
    older = chance.choice(of.older)
    shutil.copyfile(older, path)
    return older.name


def last_entries_and_their_rows(path: Path, chance: random.Random, _of: Attacked) -> str:
    """The last entries are gone with all that they recorded."""
    count = chance.randrange(1, 5)
    with unguarded(path) as connection:
        for entry in read_entries(connection)[-count:]:
            for row in entry["rows"]:
                connection.execute(f"DELETE FROM {row['table']} WHERE id = ?", (row["id"],))
            connection.execute("DELETE FROM journal WHERE seq = ?", (entry["seq"],))
    return f"the last {count}"


def seals_of_a_stranger(path: Path, chance: random.Random, _of: Attacked) -> str:
    """Nothing but the seals is others: taken away, or made with another key."""
    with unguarded(path) as connection:
        return (
            f"seals {_write_chain(Forgery(connection, chance), read_entries(connection), ('taken away', 'made anew'))}"
        )


def _write_chain(
    forgery: Forgery, entries: Entries, how: tuple[str, ...] = ("left", "taken away", "taken away", "made anew")
) -> str:
    """Number and link ``entries`` anew; what became of the seals."""
    identity = forgery.record("case_facts", "case")["identity"]

    def refit(entry: dict[str, Any], seq: int, previous: str | None) -> None:
        if entry["action"] == "seal":
            _seal_anew(forgery, entry, SealStatement(
                identity=identity, head_seq=seq - 1, head_sha256=str(previous), at=entry["at"],
                examiner=entry["examiner"], purpose="moment",
            ))  # fmt: skip

    chosen = forgery.chance.choice(how)
    if chosen == "taken away":
        forgery.connection.execute("DELETE FROM seals")
        entries = [entry for entry in entries if entry["action"] != "seal"]
    if chosen == "made anew":
        write_entries(forgery.connection, entries, rechained_from=1, refit=refit)
    else:
        write_entries(forgery.connection, entries, rechained_from=1)
    return chosen


def _seal_anew(forgery: Forgery, entry: dict[str, Any], statement: SealStatement) -> None:
    """Make the seal that ``entry`` names a seal of the forger's over ``statement``."""
    (row,) = entry["rows"]
    signature = STRANGERS_KEY.sign(statement.canonical())
    record = {**forgery.record("seals", row["id"]), **seal_facts(statement, signature, None)}
    forgery.put("seals", row["id"], record)
    row["digests"] = {**row["digests"], "record": sha256_bytes(canonical_json(record))}


def _another_name(forgery: Forgery, entries: Entries) -> str:
    _everywhere(forgery, entries, "examiner", lambda _name: "Lee Ha-eun")
    return "Lee Ha-eun"


def _another_day(forgery: Forgery, entries: Entries) -> str:
    _everywhere(forgery, entries, "at", lambda at: "2024" + at[4:])
    return "2024"


def _everywhere(forgery: Forgery, entries: Entries, field: str, change: Callable[[str], str]) -> None:
    tables = ("case_facts", "footage", "frames", "crops", "outputs", "remarks", "indexes", "companions", "seals")
    for table in tables:
        for row_id in forgery.ids(table):
            record = forgery.record(table, row_id)
            forgery.put(table, row_id, {**record, field: change(record[field])})
    for entry in entries:
        entry[field] = change(entry[field])
        if field == "at":
            entry["local"] = change(entry["local"])


def _an_export_more(forgery: Forgery, entries: Entries) -> str:
    place = forgery.chance.randrange(1, len(entries))
    entries.insert(
        place, {**entries[place], "action": "export", "exhibit": None, "rows": [], "details": {"to": "press"}}
    )
    return str(place + 1)


def _an_entry_less(forgery: Forgery, entries: Entries) -> str:
    """Take out the last remark there is, or an entry without rows."""
    tables = ([], ["remarks"])
    place = max(n for n, entry in enumerate(entries) if [row["table"] for row in entry["rows"]] in tables)
    for row in entries[place]["rows"]:
        forgery.connection.execute("DELETE FROM remarks WHERE id = ?", (row["id"],))
    return json.dumps(entries.pop(place)["action"])
