"""What a case holds, as one JSON object: the same for the same case, wherever it lies and whenever it is asked."""

from __future__ import annotations

import json
from dataclasses import fields
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection

from facet.case.companions import CompanionRow
from facet.case.contents import Contents
from facet.case.journal import Entry
from facet.case.reading import read_bytes, read_one
from facet.case.remark_rows import Remark
from facet.core.canonical import Json
from facet.core.geometry import Box


def contents_json(connection: Connection) -> dict[str, Json]:
    """Everything but the pixels: facts, journal head, exhibits, remarks, cards, receipts and journal."""
    contents = Contents(connection)
    head = contents.journal[-1]
    cards = sorted({output.card_sha256 for output in contents.outputs})
    outputs: list[Json] = [
        {**row_json(row), "receipt": json.loads(read_bytes(connection, "outputs", row.id, "receipt"))}
        for row in contents.outputs
    ]
    return {
        "case": row_json(contents.facts),
        "head": {"seq": head.seq, "sha256": head.sha256},
        "footage": [row_json(row) for row in contents.footage],
        "frames": [row_json(row) for row in contents.frames],
        "crops": [row_json(row) for row in contents.crops],
        "outputs": outputs,
        "remarks": [row_json(remark) for remark in contents.remarks],
        "marks": [row_json(mark) for mark in contents.marks],
        "tags": [row_json(tag) for tag in contents.tags],
        "camera_clocks": [row_json(clock) for clock in contents.clocks],
        "indexes": [row_json(index) for index in contents.indexes],
        "seals": [seal.to_json() for seal in contents.seals],
        "cards": {sha256: read_one(connection, "cards", sha256) for sha256 in cards},
        "journal": [entry.to_json() for entry in contents.journal],
    }


def row_json(row: object) -> dict[str, Json]:
    """A row of evidence, a remark or a journal entry, every field by name."""
    if isinstance(row, Entry):
        return row.to_json()
    return {each.name: _value(getattr(row, each.name)) for each in fields(row)}  # type: ignore[arg-type]


def _value(value: Any) -> Json:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Box):
        return value.to_json()
    if isinstance(value, (Remark, CompanionRow)):
        return row_json(value)
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    return value  # type: ignore[no-any-return]
