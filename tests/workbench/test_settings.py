"""Settings and policy: who may run what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from facet.core.errors import EnvironmentLacksError, InputError
from facet.weights import Store
from facet.workbench import settings
from facet.workbench.settings import Policy, Settings, home_folder, refusal


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    changed = Settings().changed("examiner", "김민서").changed("generative_enabled", "off").changed("threads", "3")
    changed.save(tmp_path)
    assert Settings.load(tmp_path) == changed
    assert Settings.load(tmp_path / "nowhere") == Settings()


def test_the_memory_for_pictures_is_set_in_megabytes_and_automatic_by_default() -> None:
    assert Settings().picture_memory == 0
    assert Settings().changed("footage_memory", "512").picture_memory == 512 << 20


@pytest.mark.parametrize("content", ["", "[]", "{", '{"threads": "two"}', '{"ai_enabled": 1}', "\udcff"])
def test_a_damaged_file_is_told_and_not_guessed_at(tmp_path: Path, content: str) -> None:
    (tmp_path / "settings.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match="damaged"):
        Settings.load(tmp_path)


def test_what_a_later_version_adds_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"device": "cpu", "from_the_future": [1, 2]}))
    assert Settings.load(tmp_path).device == "cpu"


def test_settings_that_can_not_be_saved_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EnvironmentLacksError, match="can't be saved"):
        Settings().save(tmp_path / "file" / "home")


def test_the_home_is_the_environments_when_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FACET_HOME", str(tmp_path / "here"))
    assert home_folder() == tmp_path / "here"
    monkeypatch.delenv("FACET_HOME")
    assert home_folder().name == "facet"


@pytest.mark.parametrize(
    ("content", "ai", "generative"),
    [
        ("{}", True, True),
        ('{"generative": false}', True, False),
        ('{"ai": false}', False, True),
        ('{"ai": "no"}', False, False),
        ('{"ai": 1}', False, False),
        ('{"generativ": false}', False, False),
        ("[]", False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_a_named_policy_that_is_not_understood_allows_nothing_learned(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None, ai: bool, generative: bool
) -> None:
    path = tmp_path / "policy.json"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("FACET_POLICY", str(path))
    assert Policy.load() == Policy(ai=ai, generative=generative)


def test_no_variable_lifts_what_the_machine_forbids(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    machine, named = tmp_path / "machine.json", tmp_path / "named.json"
    machine.write_text('{"generative": false}')
    named.write_text('{"ai": true, "generative": true}')
    monkeypatch.setattr(settings, "machine_policy", lambda: machine)
    monkeypatch.setenv("FACET_POLICY", str(named))
    assert Policy.load() == Policy(ai=True, generative=False)
    monkeypatch.setenv("FACET_POLICY", "")
    assert Policy.load() == Policy(ai=True, generative=False)


@pytest.mark.parametrize(
    ("chosen", "policy", "allowed"),
    [
        (Settings(), Policy(), {"bicubic", "srresnet-x4", "srgan-x4"}),
        (Settings(generative_enabled=False), Policy(), {"bicubic", "srresnet-x4"}),
        (Settings(ai_enabled=False), Policy(), {"bicubic"}),
        (Settings(), Policy(generative=False), {"bicubic", "srresnet-x4"}),
        (Settings(), Policy(ai=False), {"bicubic"}),
        (Settings(ai_enabled=False), Policy(ai=True, generative=True), {"bicubic"}),
    ],
)
def test_settings_only_narrow_what_the_policy_allows(
    tmp_path: Path, chosen: Settings, policy: Policy, allowed: set[str]
) -> None:
    cards = Store(tmp_path).cards()
    ids = ("bicubic", "srresnet-x4", "srgan-x4")
    assert {name for name in ids if refusal(cards[name].descriptor, chosen, policy) is None} == allowed
