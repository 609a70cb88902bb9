"""Forgeries that fit: a change of what a case tells, with every digest that depends on it computed anew.

A forgery changes rows through :class:`Forgery`. What journal entries say of these rows is fitted only if :meth:`fit` is
called, and the chain only by whoever writes the entries back.
"""

from __future__ import annotations

import json
import random
import sqlite3
from typing import Any

import numpy as np

from case.attacks.leaves import change_a_leaf
from facet.case import decode_png, encode_png
from facet.case.records import columns_of
from facet.core.canonical import canonical_json
from facet.core.digest import picture_digest, sha256_bytes
from facet.core.run import Companion
from facet.core.spread import spread

PICTURED = ("frames", "crops", "outputs", "companions")
Record = dict[str, Any]


class Forgery:
    """The rows of an unguarded case as a forger writes them. ``touched`` are those that were rewritten: table, the id
    before, the id since."""

    def __init__(self, connection: sqlite3.Connection, chance: random.Random) -> None:
        self.connection = connection
        self.chance = chance
        self.touched: list[tuple[str, str, str]] = []

    def ids(self, table: str) -> list[str]:
        """The ids of a table's rows in order."""
        return [row[0] for row in self.connection.execute(f"SELECT id FROM {table} ORDER BY seq")]

    def record(self, table: str, row_id: str) -> Record:
        """A row's record."""
        query = f"SELECT record FROM {table} WHERE id = ?"
        return dict(json.loads(self.connection.execute(query, (row_id,)).fetchone()[0]))

    def blob(self, table: str, row_id: str, column: str) -> bytes:
        """A row's picture, receipt or content."""
        return bytes(self.connection.execute(f"SELECT {column} FROM {table} WHERE id = ?", (row_id,)).fetchone()[0])

    def put(self, table: str, row_id: str, record: Record, **blobs: bytes) -> None:
        """Write a record with its digest, the columns that follow from it, and blobs."""
        content = canonical_json(record)
        digest = sha256_bytes(content)
        derived = {"id": digest} if table == "cards" else columns_of(table, record)
        values = {"record": content, "record_sha256": digest, **derived, **blobs}
        assignments = ", ".join(f"{name} = ?" for name in values)
        self.connection.execute(f"UPDATE {table} SET {assignments} WHERE id = ?", (*values.values(), row_id))
        self.touched.append((table, row_id, str(derived["id"])))

    def fit(self, entries: list[Record]) -> None:
        """Make ``entries`` tell of the rows as they are now."""
        for table, before, since in self.touched:
            query = f"SELECT record, record_sha256 FROM {table} WHERE id = ?"
            content, digest = self.connection.execute(query, (since,)).fetchone()
            record = {} if table == "cards" else json.loads(content)
            names = [name for name in ("png", "receipt", "picture", "content") if f"{name}_sha256" in record]
            digests = {"record": digest, **{name: record[f"{name}_sha256"] for name in names}}
            for row in (row for entry in entries for row in entry["rows"]):
                if (row["table"], row["id"]) == (table, before):
                    row.update(id=since, digests=digests)


def text(forgery: Forgery) -> str:
    """What somebody said, or what it is about."""
    remark = forgery.chance.choice(forgery.ids("remarks"))
    record = forgery.record("remarks", remark)
    if record["kind"] in ("mark", "camera-clock"):
        change_a_leaf(record, forgery.chance, spare=("schema", "id", "kind", "exhibit", "at", "examiner"))
    else:
        record["text"] = forgery.chance.choice(("It is certainly him.", record["text"] + " not", "지움"))
    forgery.put("remarks", remark, record)
    return remark


def facts(forgery: Forgery) -> str:
    """What is told of the case, of footage, or of how a frame was decoded."""
    table = forgery.chance.choice(("case_facts", "footage", "frames"))
    row_id = forgery.chance.choice(forgery.ids(table))
    record = forgery.record(table, row_id)
    spare = ("schema", "id", "at", "examiner", "name", "footage", "version", "width", "height", "sha256")
    pictured = ("picture_sha256", "png_sha256", "png_bytes")
    what = change_a_leaf(record, forgery.chance, spare=(*spare, *pictured))
    forgery.put(table, row_id, record)
    return f"{row_id} {what}"


def picture(forgery: Forgery) -> str:
    """The pixels of an exhibit, with the receipt of an output and the spread of its samples."""
    table = forgery.chance.choice(PICTURED)
    row_id = forgery.chance.choice(forgery.ids(table))
    _repaint(forgery, table, row_id, _painted(forgery, table, row_id))
    if table == "companions" and not row_id.endswith("/spread"):
        _draw_spread(forgery, row_id.rpartition("/")[0])
    if table in ("outputs", "companions"):
        _tell(forgery, row_id if table == "outputs" else row_id.rpartition("/")[0])
    return row_id


def pictures_from_above(forgery: Forgery) -> str:
    """A frame, every crop cut anew from it, and the receipts of what was made of them."""
    frame = forgery.chance.choice(forgery.ids("frames"))
    painted = _painted(forgery, "frames", frame)
    _repaint(forgery, "frames", frame, painted)
    for crop in forgery.ids("crops"):
        record = forgery.record("crops", crop)
        if record["frame"] == frame:
            box = record["box"]
            cut = painted[box["y"] : box["y"] + box["h"], box["x"] : box["x"] + box["w"]]
            _repaint(forgery, "crops", crop, np.ascontiguousarray(cut))
            for output in forgery.ids("outputs"):
                if output.startswith(f"{crop}/"):
                    _tell(forgery, output)
    return frame


def receipt(forgery: Forgery) -> str:
    """How an output came about."""
    output = forgery.chance.choice(forgery.ids("outputs"))
    told = json.loads(forgery.blob("outputs", output, "receipt"))
    what = change_a_leaf(told, forgery.chance, spare=("schema", "exhibit", "inputs", "output", "backend"))
    content = canonical_json(told)
    record = {**forgery.record("outputs", output), "receipt_sha256": sha256_bytes(content)}
    forgery.put("outputs", output, record, receipt=content)
    return f"{output} {what}"


def card(forgery: Forgery) -> str:
    """What is known of a backend, with every output and receipt that names its card."""
    before = forgery.chance.choice(forgery.ids("cards"))
    record = forgery.record("cards", before)
    record["training_data"] = "faces of the accused"
    forgery.put("cards", before, record)
    since = sha256_bytes(canonical_json(record))
    for output in forgery.ids("outputs"):
        of_output = forgery.record("outputs", output)
        if of_output["card_sha256"] == before:
            told = json.loads(forgery.blob("outputs", output, "receipt"))
            told["backend"]["card_sha256"] = since
            content = canonical_json(told)
            changed = {**of_output, "card_sha256": since, "receipt_sha256": sha256_bytes(content)}
            forgery.put("outputs", output, changed, receipt=content)
    return str(record["id"])


def stored_index(forgery: Forgery) -> str:
    """Where in the footage frames are found."""
    row_id = forgery.chance.choice(forgery.ids("indexes"))
    content = bytearray(forgery.blob("indexes", row_id, "content"))
    content[forgery.chance.randrange(len(content))] ^= 1 << forgery.chance.randrange(8)
    digest = sha256_bytes(bytes(content))
    forgery.put(
        "indexes", row_id, {**forgery.record("indexes", row_id), "content_sha256": digest}, content=bytes(content)
    )
    return row_id


FORGERIES = (text, facts, picture, pictures_from_above, receipt, card, stored_index)


def _painted(forgery: Forgery, table: str, row_id: str) -> np.ndarray:
    """Its picture, of which one pixel, some or all are others."""
    held = decode_png(forgery.blob(table, row_id, "png")).copy()
    how = forgery.chance.random()
    if how < 0.3:
        held[forgery.chance.randrange(held.shape[0]), forgery.chance.randrange(held.shape[1]), 0] ^= 1
    elif how < 0.6:
        held[::2] ^= 0x40
    else:
        held = np.ascontiguousarray(held[::-1])
    return held


def _repaint(forgery: Forgery, table: str, row_id: str, painted: np.ndarray) -> None:
    png = encode_png(painted)
    digests = {"picture_sha256": picture_digest(painted), "png_sha256": sha256_bytes(png), "png_bytes": len(png)}
    forgery.put(table, row_id, {**forgery.record(table, row_id), **digests}, png=png)


def _draw_spread(forgery: Forgery, output: str) -> None:
    """The map of the spread that the samples of ``output`` make now."""
    held = []
    for row_id in forgery.ids("companions"):
        record = forgery.record("companions", row_id)
        if record["output"] == output and record["role"] != "spread":
            pixels = decode_png(forgery.blob("companions", row_id, "png"))
            held.append(Companion(role=record["role"], number=record["number"], picture=pixels, facts=record["facts"]))
    drawn = spread(held)
    row_id = f"{output}/spread"
    _repaint(forgery, "companions", row_id, drawn.picture)
    forgery.put("companions", row_id, {**forgery.record("companions", row_id), "facts": drawn.facts})


def _tell(forgery: Forgery, output: str) -> None:
    """The receipt of ``output`` as its pictures are now."""
    told = json.loads(forgery.blob("outputs", output, "receipt"))
    record = forgery.record("outputs", output)
    told["output"]["picture_sha256"] = record["picture_sha256"]
    for each in told["inputs"]:
        each["picture_sha256"] = forgery.record("crops", each["exhibit"])["picture_sha256"]
    for each in told["output"].get("companions", []):
        name = "spread" if each["role"] == "spread" else f"{each['role']}-{each['number']}"
        of = forgery.record("companions", f"{output}/{name}")
        each.update(picture_sha256=of["picture_sha256"], facts=of["facts"])
    content = canonical_json(told)
    forgery.put("outputs", output, {**record, "receipt_sha256": sha256_bytes(content)}, receipt=content)
