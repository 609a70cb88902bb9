"""Weights that travel with Facet: beside their card, always there, never changed unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from facet.core.errors import EnvironmentLacksError, InputError
from facet.weights import Shipped, Store, cards, catalog, shelf
from facet.weights.card import CARD, read_card, write_card

SHIPPED = sorted(name for name, card in cards().items() if isinstance(card.origin, Shipped))


@pytest.mark.parametrize("name", SHIPPED)
def test_they_are_installed_from_the_start_and_are_those_of_their_card(name: str, tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert store.installed(name)
    assert store.path(name).parent.name == name
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_their_card_tells_how_they_were_trained_and_what_was_measured(name: str) -> None:
    card = cards()[name]
    assert isinstance(card.origin, Shipped)
    assert card.origin.steps > 0
    assert card.origin.data in card.descriptor.training_data
    assert "PSNR-Y" in card.descriptor.validation
    assert "FFHQ" in card.descriptor.training_ancestry
    assert "non-commercial" in card.descriptor.licence_limits


def test_a_card_of_theirs_is_written_and_read_the_same(tmp_path: Path) -> None:
    card = cards()["edsr-x4"]
    assert isinstance(card.origin, Shipped)
    (tmp_path / "edsr-x4").mkdir()
    path = tmp_path / "edsr-x4" / CARD
    path.write_text(write_card(card.descriptor, card.origin), "utf-8")
    assert read_card(path) == card


def test_altered_or_missing_ones_are_not_used_and_not_to_be_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "shipped", lambda _folder: tmp_path / "models")
    store = Store(tmp_path)
    assert not store.installed("edsr-x4")
    path = tmp_path / "models" / "edsr-x4" / "weights.safetensors"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"other weights")
    with pytest.raises(EnvironmentLacksError, match="Install Facet again"):
        store.path("edsr-x4")
    assert not next(row for row in store.verify() if row["id"] == "edsr-x4")["ok"]
    with pytest.raises(InputError, match="nothing to install"):
        store.install(["edsr-x4"])
    assert "edsr-x4" in catalog.cards()
