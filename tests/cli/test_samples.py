"""What the command line says and writes of an output of several samples."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from facet.cli.main import main
from sampling import BACKEND, REASON, make_sampled, use_sampler

RUN = ("--crop", "1/F412/C1", "--backend", BACKEND, "--reason", REASON, "--param", "samples=2")


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FACET_HOME", str(tmp_path / "home"))
    use_sampler(monkeypatch)
    return make_sampled(tmp_path, samples=0)


def said(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert main([str(each) for each in arguments]) == 0
    return capsys.readouterr().out


def test_samples_and_spread_are_told_and_written_beside_the_output(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out" / "face.png"
    row = json.loads(said(capsys, "enhance", case, *RUN, "--out", out, "--json"))
    assert [one["name"] for one in row["companions"]] == ["spread", "sample-1", "sample-2"]
    assert row["companions"][0]["facts"]["count"] == 2
    assert row["companions"][1]["id"] == "1/F412/C1/E1/sample-1"
    assert sorted(path.name for path in out.parent.iterdir()) == [
        "face.png", "face.sample-1.png", "face.sample-2.png", "face.spread.png",
    ]  # fmt: skip
    assert [one["name"] for one in row["out"]["companions"]] == [one["name"] for one in row["companions"]]
    # a second run is refused where only a sample of the first is left
    for path in out.parent.iterdir():
        if path.name != "face.sample-2.png":
            path.unlink()
    assert main(["enhance", str(case), *RUN, "--out", str(out)]) == 2
    assert "face.sample-2.png exists already" in capsys.readouterr().err
    lines = said(capsys, "enhance", case, *RUN, "--out", tmp_path)
    assert "1/F412/C1/E2/spread  Spread of 2 samples: mean " in lines
    assert "1/F412/C1/E2/sample-2  Sample 2  " in lines
    assert (tmp_path / "1-F412-C1-E2.spread.png").is_file()
    held = json.loads(said(capsys, "show", case, "--json"))
    assert [one["id"] for one in held["outputs"][1]["companions"]][:2] == [
        "1/F412/C1/E2/spread", "1/F412/C1/E2/sample-1",
    ]  # fmt: skip
    assert "1/F412/C1/E2/spread" in said(capsys, "show", case)
    assert "1-F412-C1-E1.spread.png  generative  sha256" in said(
        capsys, "export", case, "--what", "png", "--out", tmp_path / "all"
    )
    assert json.loads(said(capsys, "reproduce", case, "--json"))["equal"] is True
    assert json.loads(said(capsys, "verify", case, "--json"))["ok"] is True
