"""What the system lacks is named at once, with the command that installs it."""

from __future__ import annotations

import sys

import pytest
from ground import libraries
from ground.libraries import ALWAYS, WINDOW, insist_on_packages, loads, missing_packages

from facet.gui.main import MISSING

linux_only = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="only Linux leaves libraries to the system"
)


@linux_only
def test_a_complete_system_lacks_nothing() -> None:
    assert missing_packages(window=True, venv=True, probe=lambda _: True) == []


@linux_only
def test_a_package_of_two_missing_libraries_is_named_once() -> None:
    missing = missing_packages(
        window=False, venv=False, probe=lambda name: "glib" not in name and "gthread" not in name
    )

    assert missing == ["libglib2.0-0"]


@linux_only
def test_the_window_asks_for_more_than_the_command_line() -> None:
    plain = missing_packages(window=False, venv=False, probe=lambda _: False)
    window = missing_packages(window=True, venv=False, probe=lambda _: False)

    assert set(plain) == {library.package for library in ALWAYS}
    assert set(window) - set(plain) == {library.package for library in WINDOW}


@linux_only
def test_one_missing_library_is_enough_to_be_named() -> None:
    assert missing_packages(window=True, venv=False, probe=lambda name: name != "libxcb-cursor.so.0") == [
        "libxcb-cursor0"
    ]


def test_a_python_without_ensurepip_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "makes_environments", lambda: False)

    missing = missing_packages(window=False, venv=True, probe=lambda _: True)

    assert len(missing) == 1
    assert missing[0].startswith("python3")
    assert missing[0].endswith("-venv")


def test_a_finished_environment_needs_no_ensurepip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "makes_environments", lambda: False)

    assert missing_packages(window=False, venv=False, probe=lambda _: True) == []


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_windows_and_macos_are_asked_for_no_debian_package(monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    monkeypatch.setattr(sys, "platform", system)

    assert missing_packages(window=True, venv=False, probe=lambda _: False) == []


def test_the_window_itself_looks_for_the_same_libraries() -> None:
    assert {library.soname: library.package for library in (*ALWAYS, *WINDOW)} == MISSING


@linux_only
def test_the_loader_itself_is_asked() -> None:
    assert loads("libc.so.6")
    assert not loads("libfacet-has-none-such.so.9")


def test_everything_missing_stands_in_one_line_with_its_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("os.geteuid", lambda: 1000, raising=False)

    with pytest.raises(SystemExit) as ended:
        insist_on_packages(["python3-venv", "libgl1"])

    assert ended.value.code == 3
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "sudo apt-get install python3-venv libgl1" in told


def test_root_is_not_told_to_use_sudo(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr("os.geteuid", lambda: 0, raising=False)

    with pytest.raises(SystemExit):
        insist_on_packages(["libgl1"])

    assert "sudo" not in capsys.readouterr().err


def test_a_system_without_apt_is_told_the_names_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)

    with pytest.raises(SystemExit) as ended:
        insist_on_packages(["libgl1"])

    told = capsys.readouterr().err
    assert ended.value.code == 3
    assert "libgl1" in told
    assert "apt-get" not in told


def test_nothing_missing_is_nothing_said(capsys: pytest.CaptureFixture[str]) -> None:
    insist_on_packages([])

    assert capsys.readouterr().err == ""
