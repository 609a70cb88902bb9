from __future__ import annotations

from pathlib import Path

import pytest

from facet.core.canonical import Json
from facet.core.descriptor import Family
from facet.core.errors import InputError
from facet.weights import Store
from facet.weights.completion import STATED, still_open
from pinned import FIRST

FACTS: dict[str, Json] = {"architecture": "spandrel/ESRGAN", "scale": 2, "input_channels": 3, "output_channels": 3}
RESTORER: dict[str, Json] = {**FACTS, "architecture": "spandrel/GFPGAN", "scale": 1, "purpose": "FaceSR"}


@pytest.fixture
def own(store: Store, tmp_path: Path) -> Store:
    (tmp_path / "My Net_v1.pth").write_bytes(bytes(range(256)) * 40)
    store.add(tmp_path / "My Net_v1.pth", "mine", FACTS)
    return store


def test_a_fresh_card_says_what_is_still_to_be_stated(own: Store) -> None:
    fields = still_open(own.card("mine").descriptor)
    assert fields == ["licence", "licence_limits", "training_data", "training_ancestry", "paper", "validation"]


def test_what_the_user_states_stands_on_the_card_and_is_read_again(own: Store) -> None:
    before = own.card("mine").descriptor
    changes = [(name, f"Stated: {name}.") for name in still_open(before)]
    changes += [("minimum_side", "24"), ("tile", "none"), ("has_random_component", "yes")]
    changes += [("limitation", "Blurs glasses."), ("limitation", "Small crops only.")]
    stated = own.complete("mine", changes).descriptor
    assert still_open(stated) == []
    assert stated.training_data == "Stated: training_data."
    assert (stated.minimum_side, stated.tile, stated.has_random_component) == (24, None, True)
    assert stated.limitations == (*before.limitations, "Blurs glasses.", "Small crops only.")
    assert stated.card_sha256 != before.card_sha256
    assert stated.weights_sha256 == before.weights_sha256
    assert Store(own.folder.parent).card("mine").descriptor == stated
    assert own.path("mine").is_file()


def test_who_knows_better_states_the_family_and_its_limitation_follows(own: Store) -> None:
    stated = own.complete("mine", [("family", "regression")]).descriptor
    assert stated.family is Family.REGRESSION
    assert stated.limitations[0] == "Its kind, regression: stated by the user, not checked."
    back = own.complete("mine", [("family", "generative")]).descriptor
    assert back.limitations[0] == "Its kind, generative: generative detail must be assumed."
    assert len(back.limitations) == len(stated.limitations)


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("id", "other", "nothing that can be stated"),
        ("weights_sha256", "0" * 64, "nothing that can be stated"),
        ("architecture", "interpolation/bicubic", "nothing that can be stated"),
        ("uses_training_set_information", "no", "nothing that can be stated"),
        ("family", "interpolation", "«regression» or «generative»"),
        ("paper", "  ", "printable characters"),
        ("paper", "bell \a", "printable characters"),
        ("paper", "x" * 5000, "printable characters"),
        ("minimum_side", "none", "number of pixels"),
        ("tile", "-1", "number of pixels"),
        ("tile", "20", "wider than twice its overlap"),
        ("face_only", "maybe", "yes or no"),
    ],
)
def test_what_can_not_be_is_refused_and_the_card_stays(field: str, text: str, told: str, own: Store) -> None:
    before = own.card("mine")
    with pytest.raises(InputError, match=told) as caught:
        own.complete("mine", [("paper", "A paper."), (field, text)])
    assert "\n" not in str(caught.value)
    assert own.card("mine") == before


def test_a_shipped_card_is_not_the_users_to_change(own: Store) -> None:
    with pytest.raises(InputError, match="travels with Facet"):
        own.complete(FIRST, [("paper", "Mine.")])
    assert own.card_file(FIRST).is_file()
    assert still_open(own.card(FIRST).descriptor) == []


def test_the_card_may_be_edited_where_it_lies(own: Store) -> None:
    path = own.card_file("mine")
    text = path.read_text("utf-8")
    path.write_text(text.replace('title = "mine', 'title = "Ours, once mine'), "utf-8")
    assert own.card("mine").descriptor.title.startswith("Ours, once mine")


def test_every_field_that_can_be_stated_exists(own: Store) -> None:
    known = {*own.card("mine").descriptor.to_json(), "limitation"}
    assert set(STATED) <= known


def test_a_face_restorer_gets_the_card_of_one(store: Store, tmp_path: Path) -> None:
    (tmp_path / "net.pth").write_bytes(bytes(range(256)) * 40)
    stated = store.add(tmp_path / "net.pth", "face", RESTORER, "regression").descriptor
    assert stated.family is Family.GENERATIVE
    assert (stated.architecture, stated.face_only, stated.tile) == ("aligned-face", True, None)
    assert stated.scales == (4, 1, 2, 8)
    assert stated.parameters[0].choices == ("1", "2", "4", "8")
    assert any("nobody in the scene" in line for line in stated.limitations)
    assert store.card("face").descriptor == stated
    with pytest.raises(InputError, match="draws a face anew is generative"):
        store.complete("face", [("family", "regression")])
    card = store.card_file("face")
    card.write_text(card.read_text("utf-8").replace('family = "generative"', 'family = "regression"'), "utf-8")
    assert "face" not in store.cards()


@pytest.mark.parametrize(
    ("name", "taken", "given"),
    [
        ("My Net_v1 (x4).pth", set(), "my-net-v1-x4"),
        ("4x-UltraSharp.pth", {"4x-ultrasharp"}, "4x-ultrasharp-2"),
        ("얼굴.pth", set(), "model"),
        ("CON.pth", set(), "own-con"),
        (f"{'x' * 90}.pth", set(), "x" * 56),
    ],
)
def test_an_id_is_made_of_the_files_name(name: str, taken: set[str], given: str) -> None:
    from facet.weights.own import IDENTIFIER, plain_id

    assert plain_id(Path(name).stem, taken) == given
    assert IDENTIFIER.fullmatch(given)
