"""``facet relink`` and ``facet reproduce`` as another laboratory uses them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from facet.cli.main import main
from sampling import make_sampled, use_sampler


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FACET_HOME", str(tmp_path / "home"))
    use_sampler(monkeypatch)
    (tmp_path / "case").mkdir()
    return make_sampled(tmp_path / "case", samples=2)


def test_reproduce_says_equal_within_or_different_by_its_words_and_its_exit_code(
    case: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for drift, code, verdict, word in (
        ("", 0, "equal", "equal"),
        ("sample-1:2", 0, "within tolerance", "within tolerance"),
        ("sample-1:90", 1, "different", "DIFFERS"),
    ):
        monkeypatch.setenv("FACET_TEST_DRIFTS", drift)
        assert main(["reproduce", str(case), "--json"]) == code
        told = json.loads(capsys.readouterr().out)
        assert (told["verdict"], told["equal"]) == (verdict, verdict == "equal")
        assert [row["enhancement"] for row in told["rows"]] == ["1/F412/C1/E1"]
        assert main(["reproduce", str(case), "--enhancement", "1/F412/C1/E1"]) == code
        assert word in capsys.readouterr().out
    assert main(["reproduce", str(case), "--enhancement", "1/F412/C1/E7"]) == 2
    assert "1/F412/C1/E7" in capsys.readouterr().err


def test_footage_that_is_not_there_is_named_relinked_and_then_found(
    case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    usb = tmp_path / "usb"
    usb.mkdir()
    film = shutil.move(case.with_name("corridor.mp4"), usb / "copy of evidence.bin")
    assert main(["reproduce", str(case), "--decode", "--json"]) == 3
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert [(one["kind"], one["id"]) for one in row["lacking"]] == [("footage", "1")]
    assert row["equal"] is True
    assert main(["relink", str(case), "1", str(case), "--examiner", "Kim"]) == 2
    assert row["lacking"][0]["sha256"] in capsys.readouterr().err
    assert main(["relink", str(case), "1", str(usb), "--examiner", "Kim", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"footage": "1", "path": "../usb/copy of evidence.bin", "sha256": row["lacking"][0]["sha256"]}
    assert main(["verify", str(case), "--json"]) == 0
    assert "has the digest it was ingested with" in capsys.readouterr().out
    film.unlink()
    assert main(["relink", str(case), "1", str(film), "--examiner", "Kim"]) == 2
    assert "nothing at" in capsys.readouterr().err
