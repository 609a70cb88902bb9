"""The demonstration, as a newcomer runs it: with everything, and away from any network."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from command import done, facet

OFFLINE = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": "/dev/null"}


@pytest.mark.slow
@pytest.mark.weights
def test_it_runs_at_least_six_backends_and_every_one_is_reproduced(home_with_weights: Path, tmp_path: Path) -> None:
    out = tmp_path / "demo"
    told = done("demo", "--headless", "--out", out, FACET_HOME=str(home_with_weights))
    assert len(told["outputs"]) >= 6
    assert told["verified"] is True
    assert told["reproduced"] is True
    assert done("verify", out / "demo.facet")["ok"] is True
    repeated = done("reproduce", out / "demo.facet", FACET_HOME=str(home_with_weights))
    assert [row["equal"] for row in repeated["rows"]] == [True] * len(told["outputs"])
    for report in told["reports"]:
        with pikepdf.open(report) as pdf:
            assert len(pdf.pages) > len(told["outputs"])


@pytest.mark.slow
def test_away_from_the_network_it_says_so_and_still_does_the_main_job(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    ran = facet("demo", "--headless", "--out", out, "--json", **OFFLINE)
    assert ran.code == 0, ran.err
    assert ran.json["real_footage"] is False
    assert len(ran.json["outputs"]) == 7  # four interpolations, and the weights that travel along
    assert ran.json["verified"] is True
    assert "not real footage" in ran.err
    assert "Going on with what is there" in ran.err
    assert "Traceback" not in ran.err

    again = facet("demo", "--headless", "--out", out, "--json", **OFFLINE)
    assert again.code == 0, again.err


def test_it_replaces_no_case_that_is_not_its_own(tmp_path: Path) -> None:
    done("new", tmp_path / "demo.facet", "--number", "2026-1", "--examiner", "Kim")
    content = (tmp_path / "demo.facet").read_bytes()
    ran = facet("demo", "--headless", "--out", tmp_path)
    assert ran.code == 2
    assert ran.complaint
    assert (tmp_path / "demo.facet").read_bytes() == content


def test_it_replaces_no_report_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_text("my own")
    assert facet("demo", "--headless", "--out", tmp_path).code == 2
    assert (tmp_path / "report.pdf").read_text() == "my own"
