"""Whatever is given, the answer is one plain line and an exit code."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clips import make_clip
from command import done, facet

INPUT, ENVIRONMENT = 2, 3


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(make_clip(tmp_path_factory.mktemp("footage") / "clip.mp4", frames=12))


@pytest.fixture
def case(tmp_path: Path, clip: Path) -> Path:
    path = tmp_path / "case.facet"
    done("new", path, "--number", "1", "--examiner", "Kim")
    done("ingest", path, clip)
    return path


def test_footage_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "text.mp4").write_text("This is not a film.\n" * 50)
    (tmp_path / "folder.mp4").mkdir()
    for name in ("empty.mp4", "text.mp4", "folder.mp4", "missing.mp4"):
        ran = facet("probe", tmp_path / name)
        assert ran.code == INPUT, name
        assert name in ran.complaint


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_footage_that_may_not_be_read(tmp_path: Path, clip: Path) -> None:
    locked = tmp_path / "locked.mp4"
    locked.write_bytes(clip.read_bytes())
    locked.chmod(0)
    assert facet("probe", locked).code in (INPUT, ENVIRONMENT)


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--frame", "3", "--box", "100,100,9000,20", "--backend", "bicubic"), "9000"),
        (("--frame", "3", "--box", "0,0,2,2", "--backend", "bicubic"), "too small"),
        (("--frame", "999", "--box", "0,0,32,32", "--backend", "bicubic"), "999"),
        (("--frame", "3", "--box", "0,0,32,32", "--backend", "nosuch"), "nosuch"),
        (("--frame", "3", "--box", "0,0,32,32", "--backend", "bicubic", "--param", "scale=5"), "scale"),
        (("--frame", "3", "--box", "0,0,32,32", "--backend", "bicubic", "--param", "sharpness=1"), "sharpness"),
        (("--frame", "3", "--box", "0,0,32,32", "--backend", "bicubic", "--device", "abacus"), "abacus"),
        (("--frame", "3", "--backend", "bicubic"), "--box"),
        (("--frame", "three", "--box", "0,0,32,32", "--backend", "bicubic"), "three"),
        (("--frame", "3", "--box", "0,0,32", "--backend", "bicubic"), "0,0,32"),
    ],
)
def test_a_run_that_can_not_be(case: Path, arguments: tuple[str, ...], named: str) -> None:
    before = done("show", case)
    ran = facet("enhance", case, "--footage", "1", *arguments)
    assert ran.code in (INPUT, ENVIRONMENT)
    assert named in ran.complaint
    after = done("show", case)
    assert after["outputs"] == before["outputs"]


def test_a_generative_run_needs_a_reason_and_weights(case: Path) -> None:
    crop = ("--footage", "1", "--frame", "3", "--box", "0,0,32,32", "--backend", "srgan-x4")
    ran = facet("enhance", case, *crop)
    assert ran.code == INPUT
    assert "--reason" in ran.complaint
    ran = facet("enhance", case, *crop, "--reason", "test")
    assert ran.code == ENVIRONMENT
    assert "facet models install srgan-x4" in ran.complaint


def test_ai_switched_off_refuses_and_says_so_in_the_journal(case: Path) -> None:
    done("settings", "ai_enabled=off")
    ran = facet("enhance", case, "--footage", 1, "--frame", 3, "--box", "0,0,32,32", "--backend", "srresnet-x4")
    assert ran.code == INPUT
    assert "switched off" in ran.complaint
    assert done("show", case)["journal"][-1]["action"] == "run-refused"
    states = {row["id"]: row["allowed"] for row in done("backends")["backends"]}
    assert states["bicubic"] is True
    assert states["srresnet-x4"] is False


def test_a_policy_outranks_the_settings(case: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.json"
    policy.write_text('{"ai": true, "generative": false}')
    states = {row["id"]: row["allowed"] for row in done("backends", FACET_POLICY=str(policy))["backends"]}
    assert states["srresnet-x4"] is True
    assert states["srgan-x4"] is False
    policy.write_text("not json")
    states = {row["id"]: row["allowed"] for row in done("backends", FACET_POLICY=str(policy))["backends"]}
    assert states["srresnet-x4"] is False, "an unreadable policy allows nothing learned"


def test_a_case_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "text.facet").write_text("not a case" * 100)
    (tmp_path / "empty.facet").touch()
    for name in ("text.facet", "empty.facet", "missing.facet"):
        for command in ("show", "verify", "reproduce"):
            ran = facet(command, tmp_path / name)
            assert ran.code in (1, INPUT), (command, name)
            assert "Traceback" not in ran.err


def test_a_new_case_never_overwrites(case: Path) -> None:
    content = case.read_bytes()
    ran = facet("new", case, "--number", "2", "--examiner", "Lee")
    assert ran.code == INPUT
    assert case.read_bytes() == content
    assert ran.complaint


def test_an_export_never_overwrites_and_a_report_needs_a_folder(case: Path, tmp_path: Path) -> None:
    crop = ("--footage", "1", "--frame", "3", "--box", "0,0,32,32", "--backend", "bicubic")
    out = tmp_path / "out.png"
    done("enhance", case, *crop, "--out", out)
    content = out.read_bytes()
    assert facet("enhance", case, *crop, "--out", out).code == INPUT
    assert out.read_bytes() == content
    (tmp_path / "file").write_text("")
    ran = facet("report", case, "--out", tmp_path / "file" / "report.pdf")
    assert ran.code in (INPUT, ENVIRONMENT)
    assert ran.complaint


def test_evidence_is_never_written_over(case: Path, clip: Path, tmp_path: Path) -> None:
    still = tmp_path / "0.png"
    done("still", clip, "--frame", 0, "--out", still)
    content = {path: path.read_bytes() for path in (case, clip, still)}
    for arguments in (
        ("still", clip, "--frame", 0, "--out", clip),
        ("still", still, "--frame", 0, "--out", tmp_path),  # would be 0.png again
        ("report", case, "--out", case),
        ("report", case, "--out", clip),
    ):
        ran = facet(*arguments)
        assert ran.code == INPUT, arguments
        assert "never overwritten" in ran.complaint
    assert {path: path.read_bytes() for path in content} == content


def test_usage_errors_are_one_line() -> None:
    for arguments in (("nosuch",), ("still",), ("still", "x.mp4", "--out", "x.png", "--frame", "-1"), ()):
        ran = facet(*arguments)
        assert ran.code == INPUT
        assert ran.complaint


def test_unknown_settings_are_refused() -> None:
    changes = ("nosuch=1", "ai_enabled=maybe", "threads=many", "precision=float8", "device=abacus", "language=fr", "no")
    for change in changes:
        ran = facet("settings", change)
        assert ran.code == INPUT, change
        assert ran.complaint


def test_errors_speak_korean_where_the_user_does(tmp_path: Path) -> None:
    english, korean = facet("probe", tmp_path / "x.mp4"), facet("probe", tmp_path / "x.mp4", FACET_LANG="ko")
    assert english.complaint != korean.complaint
    assert any("가" <= letter <= "힣" for letter in korean.complaint)


def test_a_crop_too_small_for_the_backend_leaves_nothing_recorded(case: Path, store_home: Path) -> None:
    tiny = ("--footage", "1", "--frame", "3", "--box", "0,0,4,4", "--backend", "srresnet-x4")
    before = done("show", case)
    ran = facet("enhance", case, *tiny, FACET_HOME=str(store_home))
    assert ran.code == INPUT
    assert "at least" in ran.complaint
    assert done("show", case) == before


def test_the_settings_language_is_spoken_unless_the_environment_says_otherwise(tmp_path: Path) -> None:
    done("settings", "language=ko")
    korean = facet("probe", tmp_path / "x.mp4", FACET_LANG="")
    assert any("가" <= letter <= "힣" for letter in korean.complaint)
    english = facet("probe", tmp_path / "x.mp4", FACET_LANG="en")
    assert not any("가" <= letter <= "힣" for letter in english.complaint)
