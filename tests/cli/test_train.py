"""``facet train``: another process, its words passed on."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from facet.cli import train_command
from facet.cli.main import main


def test_a_recipe_that_is_not_there_is_told_with_those_that_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "absent"]) == 2
    told = capsys.readouterr().err
    assert "«absent»" in told
    assert "edsr-x4" in told


@pytest.mark.parametrize("code", [0, 3, 130])
def test_every_word_and_the_exit_code_pass_through(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    class Child:
        def __init__(self, command: list[str], **_: Any) -> None:
            commands.append(command)

        def wait(self, *_: Any) -> int:
            return code

    monkeypatch.setattr(subprocess, "Popen", Child)
    words = ["train", "edsr-x4", "--work", str(tmp_path), "--until", "7", "--export", "out", "--figures", "a.json"]
    assert main([*words, "--json"]) == code
    command = " ".join(commands[0])
    assert "-m facet.train" in command
    assert "edsr-x4.toml" in command
    assert command.endswith("--until 7 --export out --figures a.json --json")
    assert "--home" in command


def test_a_stop_waits_for_the_child_which_keeps_its_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    class Child:
        waited = 0

        def __init__(self, *_: Any, **__: Any) -> None:
            pass

        def wait(self, *_: Any) -> int:
            Child.waited += 1
            if Child.waited == 1:
                raise KeyboardInterrupt
            return 130

    monkeypatch.setattr(train_command.subprocess, "Popen", Child)
    assert main(["train", "edsr-x4"]) == 130
    assert Child.waited == 2
