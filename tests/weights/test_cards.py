from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facet.core.descriptor import Family, Parameter
from facet.weights import Archive, OwnFile, cards, peak_memory
from facet.weights.card import read_card, write_card
from facet.weights.convert import READERS

INTERPOLATION = ["bicubic", "bilinear", "lanczos", "nearest"]
LEARNED = [name for name, card in cards().items() if card.descriptor.family.learned]
GENERATIVE = [name for name in LEARNED if cards()[name].descriptor.family is Family.GENERATIVE]
PINNED = [name for name, card in cards().items() if isinstance(card.origin, Archive)]


def test_the_shipped_backends_are_listed_interpolation_first_and_generative_last() -> None:
    families = [card.descriptor.family.value for card in cards().values()]
    assert families == sorted(families, key=["interpolation", "fusion", "regression", "generative"].index)
    assert list(cards())[:4] == INTERPOLATION
    assert {"srresnet-x4", "dat-light-x2", "dat-light-x3", "dat-light-x4"} <= set(LEARNED) - set(GENERATIVE)
    assert {"realesrgan-x4plus", "realsr-df2k-x4", "srgan-x4"} <= set(GENERATIVE)


@pytest.mark.parametrize("name", INTERPOLATION)
def test_interpolation_states_that_it_learned_nothing(name: str) -> None:
    card = cards()[name]
    assert card.origin is None
    assert card.descriptor.architecture == f"interpolation/{name}"
    assert not card.descriptor.uses_training_set_information
    (scale,) = card.descriptor.parameters
    assert (scale.name, scale.default) == ("scale", "4")
    assert scale.choices == tuple(str(factor) for factor in card.descriptor.scales)


@pytest.mark.parametrize("name", PINNED)
def test_an_archive_is_pinned_by_its_digest_and_each_file_in_it_too(name: str) -> None:
    origin = cards()[name].origin
    assert isinstance(origin, Archive)
    assert origin.reader in READERS
    assert re.fullmatch(r"[a-z0-9-]+==[0-9.]+", origin.requirement)
    for digest in (origin.sha256, *(member.sha256 for member in origin.members)):
        assert re.fullmatch("[0-9a-f]{64}", digest)


@pytest.mark.parametrize("name", LEARNED)
def test_a_learned_backend_states_where_it_comes_from_and_what_it_does_not_know(name: str) -> None:
    card = cards()[name]
    stated = card.descriptor
    assert card.origin is not None
    assert re.fullmatch("[0-9a-f]{64}", str(stated.weights_sha256))
    assert stated.uses_training_set_information
    if stated.tile is not None:
        assert stated.tile_overlap is not None
        assert stated.tile > 2 * stated.tile_overlap
    assert re.search(r"arXiv:\d{4}\.\d{5}", stated.paper)
    assert "K-FACE" in stated.validation
    assert "CCTV" in stated.validation
    assert any("composition of the people" in limitation for limitation in stated.limitations)


@pytest.mark.parametrize("name", GENERATIVE)
def test_a_generative_backend_says_that_it_invents(name: str) -> None:
    first = cards()[name].descriptor.limitations[0]
    assert "invented" in first
    assert "automated face search" in first


@pytest.mark.parametrize("name", list(cards()))
def test_no_field_of_a_card_is_empty_and_each_has_its_own_digest(name: str) -> None:
    fields = cards()[name].descriptor.to_json()
    assert [key for key, value in fields.items() if value == ""] == []
    assert fields["limitations"]
    assert len({card.descriptor.card_sha256 for card in cards().values()}) == len(cards())


TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


@given(title=TEXT, limitations=st.lists(TEXT, max_size=3), explanation=TEXT, side=st.none() | st.integers(1, 4096))
def test_the_card_of_an_own_model_is_read_as_it_was_written(
    title: str, limitations: list[str], explanation: str, side: int | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    strength = Parameter(name="strength", kind="choice", default="1", choices=("1", "2"), explanation=explanation)
    descriptor = replace(
        cards()["srgan-x4"].descriptor,
        title=title,
        limitations=tuple(limitations),
        maximum_side=side,
        parameters=(strength,),
    )
    path = tmp_path_factory.mktemp("models") / "srgan-x4" / "card.toml"
    path.parent.mkdir()
    file = OwnFile(name="weights.pth")
    path.write_bytes(write_card(descriptor, file).encode("utf-8"))
    card = read_card(path)
    assert card.descriptor == descriptor
    assert card.origin == file
    assert card.descriptor.card_sha256 == descriptor.card_sha256


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('family = "generative"', 'family = "magical"', "magical"),
        ("scales = [4]", "", "scales"),
        ('id = "srgan-x4"', 'id = "another"', "folder of another model"),
        ("weights_sha256", "# weights_sha256", "origin must both be stated"),
        ("[archive]", "[archive", "declaration"),
        ("minimum_side", "unheard_of = 1\nminimum_side", "unheard_of"),
    ],
)
def test_a_card_that_is_wrong_is_refused_by_name(old: str, new: str, reason: str, tmp_path: Path) -> None:
    from facet.core.locate import shipped

    text = (shipped("models") / "srgan-x4" / "card.toml").read_text("utf-8")
    assert old in text
    path = tmp_path / "srgan-x4" / "card.toml"
    path.parent.mkdir()
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(ValueError, match=rf"card\.toml: .*{reason}"):
        read_card(path)


@pytest.mark.parametrize("name", ["../weights.pth", "/etc/passwd", "weights.pt", "a/b.pth", ""])
def test_an_own_model_lies_beside_its_card_or_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / "srgan-x4" / "card.toml"
    path.parent.mkdir()
    path.write_text(write_card(cards()["srgan-x4"].descriptor, OwnFile(name=name)), "utf-8")
    with pytest.raises(ValueError, match="not the name of a model file"):
        read_card(path)


def test_the_memory_of_a_run_is_told_by_the_size_of_the_crop() -> None:
    told = {name: peak_memory(name) for name in cards()}
    assert {"bicubic", "edsr-x4", "dat-light-x4"} <= {name for name, row in told.items() if row}
    for name, row in told.items():
        if row:
            assert list(row) == [32, 64, 128], name
            assert list(row.values()) == sorted(row.values()), name
    assert told["edsr-x8"][128] > told["edsr-x4"][128] > told["bicubic"][128]
    assert peak_memory("somebodys-own") == {}
