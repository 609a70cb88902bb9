"""A receipt is the same bytes for the same run, today and in ten years."""

from __future__ import annotations

import dataclasses
import hashlib
import json

import pytest

from facet.core.canonical import canonical_json
from facet.core.receipt import SCHEMA, EngineWish, Receipt

RECEIPT = Receipt(
    exhibit="1/F412/C1/E3",
    backend={"id": "bicubic", "card_sha256": "00" * 32, "weights_sha256": None, "family": "interpolation"},
    inputs=[{"exhibit": "1/F412/C1", "picture_sha256": "11" * 32}],
    preparation=[],
    params={"scale": 4},
    seed=None,
    engine={"device": "cpu", "precision": "float32"},
    software={"facet": "0.1.0", "cuda": None},
    consistency={"protocol": "none", "mse": "0.25"},
    started="2026-01-31T12:00:00.000000Z",
    ended="2026-01-31T12:00:01.000000Z",
    output={"width": 96, "height": 80, "picture_sha256": "22" * 32},
)


def test_the_published_digest_of_a_receipt():
    """Part of the case format: ``facet.receipt/1`` can't change."""
    assert SCHEMA == "facet.receipt/1"
    assert RECEIPT.sha256 == "fa418150cd66e8da237faeac0fd4b0d3455209235e9b34b59713abdbfdd54674"


def test_the_digest_is_that_of_the_stored_bytes():
    assert hashlib.sha256(RECEIPT.canonical()).hexdigest() == RECEIPT.sha256


def test_a_receipt_reads_back_as_it_was():
    again = Receipt.from_json(json.loads(RECEIPT.canonical()))
    assert again == RECEIPT
    assert again.canonical() == RECEIPT.canonical()


def test_unknown_is_null_and_never_left_out():
    told = json.loads(RECEIPT.canonical())
    assert set(told) == {field.name for field in dataclasses.fields(Receipt)}
    assert told["seed"] is None
    assert told["reason"] is None
    assert told["software"]["cuda"] is None


def test_missing_and_unknown_fields_are_refused():
    fields = RECEIPT.to_json()
    with pytest.raises(TypeError):
        Receipt.from_json({**fields, "remark": "x"})
    del fields["exhibit"]
    with pytest.raises(TypeError):
        Receipt.from_json(fields)


def test_a_number_that_is_not_whole_can_not_be_hidden_in_a_receipt():
    with pytest.raises(TypeError):
        dataclasses.replace(RECEIPT, consistency={"mse": 0.25}).canonical()  # type: ignore[dict-item]


def test_what_is_asked_of_the_engine_is_canonical():
    assert canonical_json(EngineWish().to_json()) == (
        b'{"convolutions":"fastest","device":"auto","overlap":null,"precision":"float32","threads":0,"tile":null}'
    )
