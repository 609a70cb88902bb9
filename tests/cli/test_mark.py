"""Marks and the camera's clock from the command line: recorded, shown, withdrawn, and refused in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clips import make_clip
from facet.cli.main import main


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    monkeypatch.setenv("FACET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FACET_LANG", "en")
    path, clip = tmp_path / "case.facet", make_clip(tmp_path / "door.mp4", frames=50)
    assert main(["new", str(path), "--number", "2026-17", "--examiner", "Kim"]) == 0
    assert main(["ingest", str(path), str(clip)]) == 0
    capsys.readouterr()
    return path


def test_marks_and_clocks_are_recorded_shown_and_withdrawn(case: Path, capsys: pytest.CaptureFixture[str]):
    def run(*arguments: str) -> dict:
        assert main([*arguments, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    one = run("mark", str(case), "1", "--frame", "10", "--note", "he turns")
    assert (one["id"], one["first"], one["last"], one["text"]) == ("R1", 10, None, "he turns")
    assert run("mark", str(case), "1", "--frame", "10", "--to", "20")["last"] == 20
    (case.parent / "door.mp4").unlink()  # the case knows the times of its frames
    clock = run(
        "clock", str(case), "1", "--frame", "25", "--shows", "2026-11-02 14:03:12", "--zone", "Asia/Seoul",
        "--true", "2026-11-02 14:07:24", "--source", "NTP, Kim",
    )  # fmt: skip
    assert (clock["seconds"], clock["true"], clock["ahead_seconds"]) == ("1/1", "2026-11-02T14:07:24+09:00", "-252.000")
    run("withdraw", str(case), "R2", "--reason", "another door")
    shown = run("show", str(case))
    assert [(mark["id"], mark["withdrawn"]) for mark in shown["marks"]] == [("R1", None), ("R2", "another door")]
    assert [(each["id"], each["source"]) for each in shown["camera_clocks"]] == [("R3", "NTP, Kim")]
    assert run("verify", str(case))["ok"]


def test_they_are_told_in_plain_words(case: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["mark", str(case), "1", "--frame", "3", "--to", "9"]) == 0
    assert capsys.readouterr().out == "R1: footage 1, frames 3 to 9 are marked.\n"
    time = ["--shows", "2026-11-02 14:03:12", "--zone", "+09:00", "--true", "2026-11-02T05:03:02Z"]
    assert main(["clock", str(case), "1", "--frame", "0", *time]) == 0
    assert capsys.readouterr().out == (
        "R2: footage 1, the clock in frame 0 shows 2026-11-02 14:03:12 +09:00 (+09:00).\n"
        "It is 0:00:10 ahead of the true time.\n"
    )
    assert main(["show", str(case)]) == 0
    shown = capsys.readouterr().out
    assert "14:03:12" in shown


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["mark", "1", "--frame", "50"], "no frame 50"),
        (["mark", "1", "--frame", "9", "--to", "3"], "before it begins"),
        (["mark", "7", "--frame", "0"], "7"),
        (["clock", "1", "--frame", "50", "--shows", "2026-11-02 14:03:12", "--zone", "UTC"], "no frame 50"),
        (["clock", "1", "--frame", "0", "--shows", "14:03", "--zone", "UTC"], "not what a clock"),
        (["clock", "1", "--frame", "0", "--shows", "2026-11-02 14:03:12", "--zone", "Seoul"], "not a time zone"),
        (["clock", "1", "--frame", "0", "--shows", "2026-03-29 02:30:00", "--zone", "Europe/Berlin"], "never was"),
        (["clock", "1", "--frame", "0", "--shows", "2026-10-25 02:30:00", "--zone", "Europe/Berlin"], "was twice"),
        (
            ["clock", "1", "--frame", "0", "--shows", "2026-11-02 14:03:12", "--zone", "UTC", "--true", "noon"],
            "not a date and time",
        ),
    ],
)
def test_what_can_not_be_is_one_line_and_recorded_nowhere(
    case: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
):
    before = case.read_bytes()
    assert main([arguments[0], str(case), *arguments[1:]]) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
    assert case.read_bytes() == before
