"""Pages, search and migration from the command line."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from case.evidence import make_case
from facet.cli.main import main

OLD = Path(__file__).parent.parent / "case" / "fixtures" / "format-1.1.facet.gz"


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FACET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FACET_LANG", "en")
    return make_case(tmp_path)


def test_lists_come_in_pages(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(case), "--list", "outputs", "--count", "3", "--after", "3", "--json"]) == 0
    page = json.loads(capsys.readouterr().out)
    assert [row["id"] for row in page["rows"]] == ["1/F412/C2/E2", "1/F413/C1/E1", "1/F413/C1/E2"]
    assert (page["list"], page["total"], page["after"]) == ("outputs", 8, 6)
    assert main(["show", str(case), "--list", "crops", "--of", "1/F413"]) == 0
    shown = capsys.readouterr().out
    assert "1/F413/C2" in shown
    assert shown.endswith("2 in all.\n")
    assert main(["show", str(case), "--list", "journal", "--count", "2"]) == 0
    assert capsys.readouterr().out.endswith("19 in all. More: --after 2\n")


def test_what_is_looked_for_is_found_and_told(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["find", str(case), "door"]) == 0
    assert capsys.readouterr().out == "1/F412  note: The man at the door.\n1 in all.\n"
    assert main(["find", str(case), "note:door", "F412", "--json"]) == 0
    (hit,) = json.loads(capsys.readouterr().out)["hits"]
    assert (hit["exhibit"], hit["row"]["id"]) == ("1/F412", "1/F412")
    assert {match["field"] for match in hit["matches"]} == {"note", "exhibit"}
    assert main(["find", str(case), "nobody"]) == 1
    assert capsys.readouterr().out == "Nothing was found.\n"


def test_an_old_case_is_copied_into_the_present_format(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = case.with_name("old.facet"), case.with_name("new.facet")
    old.write_bytes(gzip.decompress(OLD.read_bytes()))
    before = old.read_bytes()
    assert main(["migrate", str(old), "--out", str(new), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert (made["from"], made["case"]) == ("1.1", str(new))
    assert old.read_bytes() == before
    assert main(["tag", str(new), "1/F412", "--tag", "hood"]) == 0
    assert main(["verify", str(new), "--quick", "--against", f"{made['head']['seq']}:{made['head']['sha256']}"]) == 0
    said = capsys.readouterr()
    assert "Pixels not compared" in said.out
    assert main(["migrate", str(new), "--out", str(case.with_name("newer.facet"))]) == 2
    assert "There is nothing to migrate" in capsys.readouterr().err
