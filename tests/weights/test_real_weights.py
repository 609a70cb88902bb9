"""The networks as they are installed on this machine."""

from __future__ import annotations

from pathlib import Path

import pytest
from safetensors import safe_open

from facet.weights import Archive, Store, cards

PINNED = [name for name, card in cards().items() if isinstance(card.origin, Archive)]
LAST = {"rrdbnet": "conv_last.bias", "srresnet": "tail.bias", "dat": "conv_after_body.4.bias"}


@pytest.mark.weights
def test_every_installed_weight_has_the_digest_of_its_card(store_home: Path) -> None:
    rows = {row["id"]: row["ok"] for row in Store(store_home).verify()}
    there = [name for name in PINNED if Store(store_home).installed(name)]
    assert {name: rows.get(name) for name in there} == dict.fromkeys(there, True)


@pytest.mark.weights
@pytest.mark.parametrize("name", [name for name in PINNED if cards()[name].descriptor.architecture in LAST])
def test_a_weight_says_what_it_is_and_where_it_came_from(name: str, store_home: Path) -> None:
    store = Store(store_home)
    with safe_open(store.path(name), "np") as file:
        metadata = file.metadata()
        outputs = file.get_slice(LAST[metadata["architecture"]]).get_shape()
    assert metadata["id"] == name
    assert metadata["architecture"] == store.card(name).descriptor.architecture
    assert metadata["source"] == store.card(name).origin.requirement  # type: ignore[union-attr]
    assert outputs == [60 if name.startswith("dat") else 3]
