"""An output of several samples goes nowhere without them and the map of their spread."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from case.tampering import sql
from facet.core.digest import picture_digest, sha256_bytes
from facet.core.errors import EnvironmentLacksError, InputError, InternalError
from facet.core.geometry import Box
from facet.report.families import NOTICE
from facet.workbench import CaseSession, Settings, Workbench
from released import released
from sampling import BACKEND, REASON, make_sampled, use_sampler

OUTPUT = "1/F412/C1/E1"
NAMES = ["spread", "sample-1", "sample-2"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        use_sampler(patch)
        return make_sampled(tmp_path_factory.mktemp("sampled"), samples=2)


@pytest.fixture
def session(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CaseSession]:
    use_sampler(monkeypatch)
    shutil.copytree(made.parent, tmp_path / "case")
    with (
        Workbench(tmp_path / "home", Settings(language="en")) as bench,
        bench.open_case(tmp_path / "case" / made.name) as opened,
    ):
        yield opened


def test_a_run_records_them_with_the_output(session: CaseSession) -> None:
    companions = session.case.companions(OUTPUT)
    assert [one.name for one in companions] == NAMES
    assert session.case.receipt(OUTPUT).output["companions"] == [one.told() for one in companions]
    assert session.case.verify().ok
    with pytest.raises(InputError, match="no exhibit"):
        session.case.companions("1/F412/C1/E9")


def test_they_leave_with_it_each_with_its_banner(session: CaseSession, tmp_path: Path) -> None:
    out = tmp_path / "out" / "face.png"
    told = session.export_png(OUTPUT, out)
    assert sorted(path.name for path in out.parent.iterdir()) == [
        "face.png", "face.sample-1.png", "face.sample-2.png", "face.spread.png",
    ]  # fmt: skip
    wanted = {one.name: one for one in session.case.companions(OUTPUT)}
    for row in told["companions"]:
        content = Path(row["out"]).read_bytes()
        assert sha256_bytes(content) == row["file_sha256"]
        with Image.open(io.BytesIO(content)) as image:
            text, shown = image.text, np.asarray(image.convert("RGB"))  # type: ignore[attr-defined]
        assert NOTICE in text["Comment"]
        assert text["Facet-Exhibit"] == f"{OUTPUT}/{row['name']}"
        assert json.loads(text["Facet-Companion-Facts"]) == wanted[row["name"]].facts
        inside = Box.parse(text["Facet-Picture-Box"]).cut(shown)
        assert picture_digest(inside) == picture_digest(wanted[row["name"]].picture)
    entry = session.case.journal()[-1]
    assert entry.digests == {
        "file_sha256": told["file_sha256"],
        **{f"{row['name']}_file_sha256": row["file_sha256"] for row in told["companions"]},
    }


def test_a_spread_that_leaves_has_its_scale_beneath_it(session: CaseSession, tmp_path: Path) -> None:
    session.export_png(OUTPUT, tmp_path / "face.png")
    heights = {}
    for name in ("spread", "sample-1"):
        with Image.open(tmp_path / f"face.{name}.png") as image:
            heights[name] = image.height
    assert heights["spread"] > heights["sample-1"] + 40


def test_they_leave_all_together_or_not_at_all(
    session: CaseSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out" / "face.png"
    out.parent.mkdir()
    taken = out.parent / "face.sample-2.png"
    taken.write_bytes(b"mine")
    with pytest.raises(InputError, match=r"sample-2\.png exists already"):
        session.export_png(OUTPUT, out)
    assert [path.name for path in out.parent.iterdir()] == [taken.name]
    taken.unlink()

    def full(*_: object, **__: object) -> None:
        raise EnvironmentLacksError("No room is left.")

    monkeypatch.setattr(session.case, "log", full)
    with pytest.raises(EnvironmentLacksError):
        session.export_png(OUTPUT, out)
    assert list(out.parent.iterdir()) == []


def test_an_output_whose_spread_was_taken_out_does_not_leave(session: CaseSession, tmp_path: Path) -> None:
    sql(session.case.path, f"DELETE FROM companions WHERE id = '{OUTPUT}/spread'")
    for leave in (lambda: session.export_png(OUTPUT, tmp_path / "face.png"), lambda: session.export_pictures(tmp_path)):
        with pytest.raises(InputError, match="altered"):
            leave()
    assert not list(tmp_path.glob("*.png"))


def test_a_repetition_compares_every_one_of_them(session: CaseSession, monkeypatch: pytest.MonkeyPatch) -> None:
    (row,) = session.reproduce()
    assert (row.equal, row.differing) == (True, ())
    session.inference.close()
    monkeypatch.setenv("FACET_TEST_DRIFTS", "sample-2")
    with (
        Workbench(session.case.path.parent / "other", Settings(language="en")) as bench,
        bench.open_case(session.case.path, writable=False) as again,
    ):
        (row,) = again.reproduce(OUTPUT)
    assert row.equal is False
    assert row.expected == row.got
    assert "sample-2" in row.differing
    assert "It differs in:" in row.message
    assert "sample 2" in row.message
    assert row.to_json()["differing"] == [*row.differing]


@pytest.mark.parametrize("forgotten", ["spread", "spread sample-1 sample-2 sample-3 sample-4", "sample-2"])
def test_an_answer_without_its_spread_reaches_nobody(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    use_sampler(monkeypatch)
    monkeypatch.setenv("FACET_TEST_FORGETS", forgotten)
    shutil.copytree(made.parent, tmp_path / "case")
    with Workbench(tmp_path / "home", Settings()) as bench, bench.open_case(tmp_path / "case" / made.name) as session:
        run = session.prepare_run("1/F412/C1", BACKEND, reason=REASON)
        with pytest.raises(InternalError, match="map of their spread is missing"):
            run.execute(bench.inference)
        assert len(session.case.outputs()) == 1


def test_a_case_of_an_older_format_refuses_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_sampler(monkeypatch)
    path = released("1.1", tmp_path / "old.facet")
    with Workbench(tmp_path / "home", Settings()) as bench, bench.open_case(path) as session:
        before = session.case.head()
        for ask in (
            lambda: session.check_backend(BACKEND, box=None, parameters={}, reason=REASON),
            lambda: session.prepare_run("1/F412/C1", BACKEND, reason=REASON),
        ):
            with pytest.raises(InputError, match="older format"):
                ask()
        assert session.case.head() == before
        assert bench.inference.pid is None
