"""A card says the same thing wherever it is read."""

from __future__ import annotations

import dataclasses
import json

import pytest

from facet.core.canonical import canonical_json
from facet.core.descriptor import Descriptor, Family, Parameter

CARD = Descriptor(
    id="bicubic", title="Bicubic", family=Family.INTERPOLATION, scales=(2, 4), minimum_side=4, maximum_side=None,
    face_only=False, uses_training_set_information=False, has_random_component=False, licence="Apache-2.0",
    licence_limits="none", source="Facet", weights_sha256=None, training_data="none", training_ancestry="none",
    paper="Keys 1981", limitations=("adds no detail",), validation="none", architecture="interpolation/bicubic",
    method="cubic convolution, a = -0.5",
    parameters=(Parameter(name="scale", kind="choice", default="4", choices=("2", "4"), explanation="times"),),
)  # fmt: skip


def test_the_published_digest_of_a_card():
    """Receipts quote it: the same card must have it for good."""
    assert CARD.card_sha256 == "aa6b37cc0dea1e317fc63fe0da92df0f698e399086ea40526103fdc57ab213c4"


def test_a_card_reads_back_as_it_was():
    again = Descriptor.from_json(json.loads(canonical_json(CARD.to_json())))
    assert again == CARD
    assert again.card_sha256 == CARD.card_sha256


def test_every_field_of_a_card_is_told():
    assert set(CARD.to_json()) == {field.name for field in dataclasses.fields(Descriptor)}
    assert CARD.to_json()["parameters"] == [
        {"name": "scale", "kind": "choice", "default": "4", "choices": ["2", "4"], "explanation": "times"}
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"limitations": ("adds no detail", "rings")}, {"family": Family.REGRESSION}, {"weights_sha256": "00" * 32},
        {"parameters": ()}, {"has_random_component": True}, {"maximum_side": 64}, {"tile": 192},
    ],
)  # fmt: skip
def test_any_change_of_a_card_changes_its_digest(change: dict):
    assert dataclasses.replace(CARD, **change).card_sha256 != CARD.card_sha256


@pytest.mark.parametrize(
    "change", [{"family": "magic"}, {"scales": 4}, {"remark": "x"}, {"parameters": [{"nom": "scale"}]}]
)
def test_a_bad_card_is_refused(change: dict):
    with pytest.raises((KeyError, TypeError, ValueError)):
        Descriptor.from_json({**CARD.to_json(), **change})


@pytest.mark.parametrize("name", ["id", "family", "limitations", "method"])
def test_a_card_that_lacks_a_field_is_refused(name: str):
    fields = CARD.to_json()
    del fields[name]
    with pytest.raises((KeyError, TypeError)):
        Descriptor.from_json(fields)


def test_only_trained_families_are_learned():
    assert {family for family in Family if family.learned} == {Family.REGRESSION, Family.GENERATIVE}
