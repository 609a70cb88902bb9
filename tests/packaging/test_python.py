"""The right Python is used, found, or named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ground.python import find_python, fits, insist_on_python, version_of

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
posix_only = pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts")


def stand_in(folder: Path, name: str, script: str) -> None:
    """A program called ``name``."""
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("version", "answer"), [((3, 11, 0), True), ((3, 12, 9), True), ((3, 13, 0), False), ((3, 10), False)]
)
def test_3_11_and_3_12_fit_and_no_other(version: tuple[int, ...], answer: bool) -> None:
    assert fits(version) is answer


def test_a_running_python_tells_its_version() -> None:
    assert version_of([sys.executable]) == sys.version_info[:2]


@posix_only
def test_the_newest_fitting_python_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "python3.11", "echo 3 11")
    stand_in(tmp_path, "python3.12", "echo 3 12")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_python() == ["python3.12"]


@posix_only
def test_a_name_that_does_not_run_is_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "python3.12", "echo command not found >&2; exit 127")
    stand_in(tmp_path, "python3.11", "echo 3 11")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_python() == ["python3.11"]


@posix_only
def test_a_plain_python3_of_the_right_version_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, "python3", "echo 3 11")
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_python() == ["python3"]


def test_no_fitting_python_is_one_line_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit) as ended:
        insist_on_python([(2, 9)], "bootstrap.py", [])

    told = capsys.readouterr().err
    assert ended.value.code == 3
    assert told.count("\n") == 1
    assert "needs Python 2.9" in told
    assert "apt-get install python2.9 python2.9-venv" in told


def test_the_python_that_fits_goes_on_itself(capsys: pytest.CaptureFixture[str]) -> None:
    insist_on_python([sys.version_info[:2]], "bootstrap.py", [])

    assert capsys.readouterr().err == ""


@posix_only
def test_another_python_takes_over_with_the_same_arguments(tmp_path: Path) -> None:
    stand_in(tmp_path, "python2.9", 'if [ "$1" = -c ]; then echo 2 9; else echo took over: "$@"; fi')
    asked = "from ground.python import insist_on_python; insist_on_python([(2, 9)], 'b.py', ['demo', '--out', 'x'])"

    done = subprocess.run(
        [sys.executable, "-c", asked],
        capture_output=True, text=True, check=True, cwd=PACKAGING, env={**os.environ, "PATH": str(tmp_path)},
    )  # fmt: skip

    assert done.stdout == "took over: b.py demo --out x\n"
    assert "going on with python2.9" in done.stderr
