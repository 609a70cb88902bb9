"""Records: the canonical JSON that is the evidence, beside the pixels.

Every row of a case is a record: bytes that are stored and hashed as they are. What other columns say follows from the
record, by the functions here, both when it is written and when it is verified.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from facet.case.exhibits import Exhibit
from facet.core.canonical import LIMIT, Json, canonical_json
from facet.core.run import companion_name

CASE = "facet.case/1"
FOOTAGE = "facet.footage/1"
FRAME = "facet.frame/1"
CROP = "facet.crop/1"
OUTPUT = "facet.output/1"
REMARK = "facet.remark/1"
INDEX = "facet.index/1"
COMPANION = "facet.companion/1"
SEAL = "facet.seal/1"

SCHEMAS: dict[str, str] = {
    "case_facts": CASE,
    "footage": FOOTAGE,
    "frames": FRAME,
    "crops": CROP,
    "outputs": OUTPUT,
    "remarks": REMARK,
    "indexes": INDEX,
    "companions": COMPANION,
    "seals": SEAL,
}
"""What ``schema`` says in the records of each table. A card is the backend's own and has none."""

CASE_ID = "case"

Columns = dict[str, Any]

BAD_RECORD = (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, ZeroDivisionError)
"""What a record that was meddled with makes of code that reads it."""


def read_record(content: object) -> dict[str, Any]:
    """The object that ``content`` spells. Raises ``ValueError`` unless it is canonical JSON, byte for byte."""
    if not isinstance(content, bytes):
        raise ValueError("no bytes")  # what an altered file has in their place
    try:
        value = _DECODER.decode(content.decode("utf-8"))
        if not isinstance(value, dict):
            raise ValueError("not an object")
        quick = None if _BEYOND.search(content) else _ENCODER.encode(value).encode("utf-8")
        if quick != content and canonical_json(value) != content:
            raise ValueError("not canonical")
    except (RecursionError, TypeError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from None
    return value


def columns_of(table: str, record: Mapping[str, Any]) -> Columns:
    """What the derived columns of ``table`` must say for this record; ``record_sha256`` apart.

    Raises ``KeyError`` or ``TypeError`` for a record that lacks what its table needs.
    """
    return _COLUMNS[table](record)


def identity_of(table: str, record: Mapping[str, Any]) -> str:
    """The id that follows from what the record itself says, where it does; otherwise what it calls itself.

    Raises ``KeyError``, ``TypeError`` or ``ValueError`` for a record that lacks what its table needs.
    """
    if table == "frames":
        name = record["name"]
        return str(
            Exhibit(
                footage=int(record["footage"]), stream=name["stream"], index=name["index"], version=record["version"]
            )
        )
    if table in ("crops", "outputs"):
        parent, letter = (record["frame"], "C") if table == "crops" else (record["crop"], "E")
        return f"{parent}/{letter}{record['number']}"
    if table == "companions":
        return companion_id(record["output"], record["role"], record["number"])
    if table == "case_facts":
        return CASE_ID
    return str(record["id"])


def companion_id(output: str, role: str, number: int) -> str:
    """What a companion of an output is called: ``1/F412/C1/E3/spread``, ``1/F412/C1/E3/sample-2``."""
    return f"{output}/{companion_name(role, number)}"


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} has no place in canonical JSON")


def _whole(text: str) -> int:
    if len(text) > _DIGITS or not -LIMIT < (number := int(text)) < LIMIT:
        raise ValueError(f"{text[:_DIGITS]} is too large for canonical JSON")
    return number


_DIGITS = len(str(-LIMIT))
_DECODER = json.JSONDecoder(parse_float=_refuse, parse_constant=_refuse, parse_int=_whole)
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":"))
_BEYOND = re.compile(b"[\xf0-\xf7]")
"""Characters beyond the first 65,536: only with these is the order of code points, by which the encoder sorts keys,
another than that of UTF-16."""


def _case_facts(record: Mapping[str, Any]) -> Columns:
    return {"id": record["id"]}


def _footage(record: Mapping[str, Any]) -> Columns:
    return {"id": record["id"], "sha256": record["sha256"]}


def _frames(record: Mapping[str, Any]) -> Columns:
    return {
        "id": record["id"],
        "footage": record["footage"],
        "stream": record["name"]["stream"],
        "picture_index": record["name"]["index"],
        "version": record["version"],
        "picture_sha256": record["picture_sha256"],
        "png_sha256": record["png_sha256"],
    }


def _crops(record: Mapping[str, Any]) -> Columns:
    box: dict[str, Json] = record["box"]
    return {
        "id": record["id"],
        "frame": record["frame"],
        **{side: box[side] for side in ("x", "y", "w", "h")},
        "picture_sha256": record["picture_sha256"],
        "png_sha256": record["png_sha256"],
    }


def _outputs(record: Mapping[str, Any]) -> Columns:
    names = ("id", "crop", "card_sha256", "receipt_sha256", "picture_sha256", "png_sha256")
    return {name: record[name] for name in names}


def _remarks(record: Mapping[str, Any]) -> Columns:
    return {"id": record["id"], "kind": record["kind"], "exhibit": record["exhibit"]}


def _indexes(record: Mapping[str, Any]) -> Columns:
    return {name: record[name] for name in ("id", "footage", "content_sha256")}


def _companions(record: Mapping[str, Any]) -> Columns:
    return {name: record[name] for name in ("id", "output", "role", "number", "picture_sha256", "png_sha256")}


def _seals(record: Mapping[str, Any]) -> Columns:
    head: dict[str, Json] = record["head"]
    return {
        "id": record["id"],
        "head_seq": head["seq"],
        "head_sha256": head["sha256"],
        "fingerprint": record["fingerprint"],
    }


_COLUMNS: dict[str, Callable[[Mapping[str, Any]], Columns]] = {
    "case_facts": _case_facts,
    "footage": _footage,
    "frames": _frames,
    "crops": _crops,
    "outputs": _outputs,
    "remarks": _remarks,
    "indexes": _indexes,
    "companions": _companions,
    "seals": _seals,
    "cards": lambda _: {},
}
