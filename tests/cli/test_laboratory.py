"""Encrypted cases, tags, own numbers and profiles from the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from clips import make_clip
from facet.cli.main import main
from facet.core.geometry import Box
from facet.workbench import Workbench

Run = Callable[..., dict]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    monkeypatch.setenv("FACET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FACET_LANG", "en")
    monkeypatch.setattr("facet.case.encryption.ITERATIONS", 1000)

    def command(*arguments: object, code: int = 0) -> dict:
        assert main([*map(str, arguments), "--json"]) == code
        told = capsys.readouterr()
        return json.loads(told.out) if code == 0 else {"error": told.err}

    return command


def cut(case: Path) -> None:
    """Cut a crop from frame 4, as the window does."""
    with Workbench() as bench, bench.open_case(case) as session, session.open_footage("1") as reader:
        session.record_crop("1", reader.frame(4), Box(x=2, y=2, w=24, h=20))


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase.txt"
    file.write_text("열려라 참깨 now\nnot this line\n", "utf-8")
    return file


def test_an_encrypted_case_is_made_written_and_verified_with_its_passphrase_from_a_file(
    run: Run, tmp_path: Path, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sqlcipher3")
    case, clip = tmp_path / "case.facet", make_clip(tmp_path / "door.mp4", frames=20)
    option = ("--case-passphrase-file", secret)
    run("new", case, "--number", "17", "--examiner", "Kim", "--encrypted", *option)
    run("ingest", case, clip, *option)
    assert b"door.mp4" not in case.read_bytes()
    assert "is encrypted" in run("show", case, code=2)["error"]
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("abracadabra")
    assert "passphrase of case.facet is wrong" in run("verify", case, "--case-passphrase-file", wrong, code=2)["error"]
    assert "can't be read" in run("show", case, "--case-passphrase-file", tmp_path / "none", code=2)["error"]
    monkeypatch.setenv("FACET_CASE_PASSPHRASE_FILE", str(secret))
    run("note", case, "1", "a man at the door")
    assert run("show", case)["footage"][0]["name"] == "door.mp4"
    assert run("verify", case)["ok"]
    assert run("find", case, "door")["total"] == 1


def test_a_typed_passphrase_is_asked_for_once_and_for_a_new_case_twice(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sqlcipher3")
    case, typed = tmp_path / "case.facet", ["correct horse", "correct hoarse"]
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("getpass.getpass", lambda _: typed.pop(0))
    new = ("new", case, "--number", "17", "--examiner", "Kim", "--encrypted")
    assert "differ" in run(*new, code=2)["error"]
    assert not case.exists()
    typed += ["correct horse"] * 2
    run(*new)
    typed += ["correct horse"]
    run("note", case, "seen")
    assert typed == []


def test_a_case_is_tagged_found_by_its_tag_and_the_tag_withdrawn(run: Run, tmp_path: Path) -> None:
    case, clip = tmp_path / "case.facet", make_clip(tmp_path / "door.mp4", frames=20)
    run("new", case, "--number", "17", "--examiner", "Kim")
    run("ingest", case, clip)
    tagged = run("tag", case, "1", "--tag", "<b>급함</b> 🚪")
    assert (tagged["exhibit"], tagged["tag"]) == ("1", "<b>급함</b> 🚪")
    assert run("find", case, "급함")["hits"][0]["exhibit"] == "1"
    assert "already tagged" in run("tag", case, "1", "--tag", "<b>급함</b> 🚪", code=2)["error"]
    run("withdraw", case, tagged["id"], "--reason", "not so")
    assert "no exhibit 9" in run("tag", case, "9", "--tag", "x", code=2)["error"]


def test_exhibits_get_the_agencys_numbers_as_they_are_recorded(run: Run, tmp_path: Path) -> None:
    case, clip = tmp_path / "case.facet", make_clip(tmp_path / "door.mp4", frames=20)
    run("profile", "save", "day", "--examiner", "Kim Min-ji", "--agency", "Lab 3")
    scheme = "{agency}-{number}-{footage:03d}-{frame}"
    assert run("profile", "save", "day", "--exhibit-names", scheme)["profiles"][0]["agency"] == "Lab 3"
    assert run("profile", "use", "day")["profiles"][0]["in_use"]
    run("new", case, "--number", "17")
    run("ingest", case, clip)
    cut(case)
    held = run("show", case)
    assert held["case"]["agency"] == "Lab 3"
    assert {row["id"]: row["aliases"] for row in (*held["footage"], *held["frames"], *held["crops"])} == {
        "1": ["Lab 3-17-001"], "1/F4": ["Lab 3-17-001-4"], "1/F4/C1": [],
    }  # fmt: skip
    assert run("alias", case, "--scheme", "{number}.{footage}.{frame}.{crop}")["named"] == [
        {"exhibit": "1/F4/C1", "name": "17.1.4.1"}
    ]
    run("alias", case, "1/F4/C1", "the hood")
    assert "already called" in run("alias", case, "1", "the hood", code=2)["error"]
    assert "Give an exhibit" in run("alias", case, "1", code=2)["error"]
    assert "Which profile" in run("profile", "use", code=2)["error"]
    assert run("verify", case)["ok"]


def test_footage_that_was_seen_before_is_told(run: Run, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "door.mp4", frames=20)
    for name in ("a", "b"):
        run("new", tmp_path / f"{name}.facet", "--number", name.upper(), "--examiner", "Kim")
    (row,) = run("ingest", tmp_path / "a.facet", clip)["footage"]
    assert (row["known"], row["elsewhere"]) == (False, [])
    assert run("ingest", tmp_path / "a.facet", clip)["footage"][0]["known"]
    (row,) = run("ingest", tmp_path / "b.facet", clip)["footage"]
    assert [(seen["number"], seen["footage"]) for seen in row["elsewhere"]] == [("A", "1")]
    run("settings", "remember_footage=off")
    run("new", tmp_path / "c.facet", "--number", "C", "--examiner", "Kim")
    (row,) = run("ingest", tmp_path / "c.facet", clip)["footage"]
    assert row["elsewhere"] == []


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX")
def test_whatever_a_command_writes_is_its_owners_alone(run: Run, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "door.mp4", frames=20)
    mask = os.umask(0)
    try:
        case, out = tmp_path / "case.facet", tmp_path / "out"
        run("new", case, "--number", "17", "--examiner", "Kim")
        run("ingest", case, clip)
        cut(case)
        run("export", case, "--what", "png", "--out", out)
        run("export", case, "--what", "case-uco", "--out", tmp_path / "case.jsonld")
    finally:
        os.umask(mask)
    written = [case, tmp_path / "case.jsonld", *out.iterdir(), *(tmp_path / "home").glob("*.json")]
    assert len(written) > 3
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in written} == {p.name: "0o600" for p in written}
