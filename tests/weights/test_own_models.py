from __future__ import annotations

from pathlib import Path

import pytest

from facet.core.canonical import Json
from facet.core.descriptor import Family
from facet.core.digest import sha256_file
from facet.core.errors import InputError
from facet.weights import Store, own
from pinned import FIRST, SECOND

FACTS: dict[str, Json] = {"architecture": "spandrel/ESRGAN", "scale": 2, "input_channels": 3, "output_channels": 3}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.pth"
    path.write_bytes(bytes(range(256)) * 40)
    return path


@pytest.mark.parametrize("suffix", [".pth", ".safetensors", ".PTH"])
def test_the_users_own_model_is_copied_under_its_digest_with_a_card(suffix: str, file: Path, store: Store) -> None:
    file = file.rename(file.with_suffix(suffix))
    card = store.add(file, "mine-x2", FACTS)
    digest = sha256_file(file)
    assert card.descriptor.weights_sha256 == digest
    assert store.path("mine-x2") == store.folder / "mine-x2" / f"{digest}{suffix.lower()}"
    assert store.path("mine-x2").read_bytes() == file.read_bytes()
    assert store.installed("mine-x2")
    assert store.cards()["mine-x2"] == card
    row = next(row for row in store.list() if row["id"] == "mine-x2")
    assert (row["own"], row["installable"], row["installed"]) == (True, False, True)


def test_an_own_model_is_generative_until_the_user_states_otherwise(file: Path, store: Store) -> None:
    assert store.add(file, "mine", FACTS).descriptor.family is Family.GENERATIVE
    stated = store.add(file, "mine-too", FACTS, "regression").descriptor
    assert stated.family is Family.REGRESSION
    assert "stated by the user, not checked" in stated.limitations[0]


def test_its_card_claims_nothing_that_is_not_known(file: Path, store: Store) -> None:
    stated = store.add(file, "mine", FACTS).descriptor
    assert stated.uses_training_set_information
    assert stated.scales == (2,)
    assert stated.architecture == "spandrel"
    assert stated.title == "mine (the user’s own model, ESRGAN ×2)"
    assert "user" in stated.licence
    assert "Unknown" in stated.training_data
    assert "not validated" in stated.validation
    assert stated.tile is not None


def test_a_network_that_can_not_be_tiled_is_not(file: Path, store: Store) -> None:
    stated = store.add(file, "mine", {**FACTS, "tiling": "internal"}).descriptor
    assert (stated.tile, stated.tile_overlap) == (None, None)


@pytest.mark.parametrize("name", ["net.pt", "net.ckpt", "net.onnx", "net.bin", "net", "net.pth.zip"])
def test_files_that_could_run_code_are_refused(name: str, file: Path, store: Store) -> None:
    with pytest.raises(InputError, match=r"only \.pth and \.safetensors"):
        store.add(file.rename(file.with_name(name)), "mine", FACTS)
    assert not store.folder.exists()


@pytest.mark.parametrize("identifier", ["", "..", "a/b", "Ä", "UPPER", "-a", "a-", "a b", "con", "x" * 65])
def test_an_id_that_is_no_name_is_refused(identifier: str, file: Path, store: Store) -> None:
    with pytest.raises(InputError, match="can't be an id"):
        store.add(file, identifier, FACTS)
    assert not store.folder.exists()


@pytest.mark.parametrize("identifier", [FIRST, "plain", "mine"])
def test_an_id_that_is_taken_is_refused(identifier: str, file: Path, store: Store) -> None:
    store.add(file, "mine", FACTS)
    with pytest.raises(InputError, match="already"):
        store.add(file, identifier, FACTS)


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"architecture": None}, "architecture is not known"),
        ({"scale": 0}, "enlarges 0 times"),
        ({"scale": 64}, "enlarges 64 times"),
        ({"scale": None}, "enlarges None times"),
        ({"input_channels": 1}, "three channels"),
        ({"output_channels": 4}, "three channels"),
        ({"weights_sha256": "0" * 64}, "changed while it was read"),
    ],
)
def test_a_network_facet_can_not_use_is_refused(facts: dict[str, Json], told: str, file: Path, store: Store) -> None:
    with pytest.raises(InputError, match=told):
        store.add(file, "mine", {**FACTS, **facts})
    assert [path.name for path in store.folder.iterdir()] == [".lock"]


@pytest.mark.parametrize("family", ["interpolation", "fusion", "magic"])
def test_a_network_can_not_be_called_harmless(family: str, file: Path, store: Store) -> None:
    with pytest.raises(InputError, match="«regression» or «generative»"):
        store.add(file, "mine", FACTS, family)


def test_files_too_small_too_large_or_absent_are_refused(
    file: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "LARGEST", 1000)
    with pytest.raises(InputError, match="10240 bytes are too many"):
        store.add(file, "mine", FACTS)
    file.write_bytes(b"short")
    with pytest.raises(InputError, match="5 bytes can't hold a network"):
        store.add(file, "mine", FACTS)
    file.unlink()
    with pytest.raises(InputError, match="no such file"):
        store.add(file, "mine", FACTS)


def test_an_own_model_that_was_altered_is_not_given_out(file: Path, store: Store) -> None:
    store.add(file, "mine", FACTS)
    store.path("mine").write_bytes(b"something else" * 10)
    with pytest.raises(InputError, match="not the file on the card of mine"):
        store.path("mine")
    assert [row["ok"] for row in store.verify()] == [False]


def test_an_own_model_that_is_gone_is_told(file: Path, store: Store) -> None:
    store.add(file, "mine", FACTS)
    store.path("mine").unlink()
    assert not store.installed("mine")
    (row,) = store.verify()
    assert (row["ok"], row["message"]) == (False, "Its file is gone.")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('family = "generative"', 'family = "interpolation"'),
        ("uses_training_set_information = true", "uses_training_set_information = false"),
        ('architecture = "spandrel"', 'architecture = "interpolation/bicubic"'),
        ("scales = [2]", "scales = 2]"),
    ],
)
def test_a_card_edited_into_something_harmless_is_not_believed(old: str, new: str, file: Path, store: Store) -> None:
    store.add(file, "mine", FACTS)
    card = store.folder / "mine" / "card.toml"
    text = card.read_text("utf-8")
    assert old in text
    card.write_text(text.replace(old, new), "utf-8")
    assert "mine" not in store.cards()
    (row,) = store.verify()
    assert row["ok"] is False
    assert "Its card is not used" in str(row["message"])


def test_an_own_card_can_not_take_the_place_of_a_shipped_one(file: Path, store: Store) -> None:
    store.add(file, "mine", FACTS)
    text = (store.folder / "mine" / "card.toml").read_text("utf-8")
    (store.folder / "plain").mkdir()
    (store.folder / "plain" / "card.toml").write_text(text.replace('id = "mine"', 'id = "plain"'), "utf-8")
    assert store.card("plain").descriptor.family is Family.INTERPOLATION
    assert {row["id"]: row["ok"] for row in store.verify()} == {"plain": False, "mine": True}


def test_own_models_stay_out_of_an_export(file: Path, stocked: Store, tmp_path: Path) -> None:
    stocked.add(file, "mine", FACTS)
    assert stocked.export(tmp_path / "models.zip") == [FIRST, SECOND]
