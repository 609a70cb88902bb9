"""From footage to a report by command line, as an examiner would, then as an attacker would."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image

from clips import make_clip, read_number
from command import done, facet

BOX = "40,24,64,48"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(make_clip(tmp_path_factory.mktemp("footage") / "corridor.mp4", frames=40))


@pytest.fixture(scope="module")
def new_case(clip: Path) -> Path:
    path = clip.parent / "new.facet"
    done("new", path, "--number", "2026-17", "--examiner", "Kim Min-seo", "--agency", "Test agency")
    done("ingest", path, clip)
    return path


@pytest.fixture(scope="module")
def enhanced_case(new_case: Path) -> Path:
    path = new_case.with_name("enhanced.facet")
    shutil.copy(new_case, path)
    done("enhance", path, "--footage", "1", "--frame", "12", "--box", BOX, "--backend", "bicubic")
    done("compare", path, "--crop", "1/F12/C1", "--backend", "nearest", "lanczos")
    return path


@pytest.fixture
def case(new_case: Path) -> Path:
    """A new case with footage, this test's own; beside the footage, which it knows by a relative path."""
    return Path(shutil.copy(new_case, new_case.with_name(f"{uuid.uuid4()}.facet")))


@pytest.fixture
def enhanced(enhanced_case: Path) -> Path:
    """A case with three outputs, this test's own."""
    return Path(shutil.copy(enhanced_case, enhanced_case.with_name(f"{uuid.uuid4()}.facet")))


def test_footage_to_report(case: Path, tmp_path: Path) -> None:
    first = done(
        "enhance", case, "--footage", 1, "--frame", 12, "--box", BOX, "--backend", "bicubic", "--param", "scale=3"
    )
    assert first["id"] == "1/F12/C1/E1"
    assert (first["output"]["width"], first["output"]["height"]) == (192, 144)
    assert first["consistency"]["protocol"]
    assert float(first["consistency"]["psnr_db"]) > 25

    rows = done("compare", case, "--crop", "1/F12/C1", "--backend", "nearest", "bilinear", "lanczos")["outputs"]
    assert [row["id"] for row in rows] == [f"1/F12/C1/E{n}" for n in (2, 3, 4)]

    done("note", case, "1/F12/C1", "Left eye hidden by the cap's shadow.")
    done("note", case, "--finding", "No identification is possible from this crop.")
    done("withdraw", case, "1/F12/C1/E2", "--reason", "Wrong backend chosen.")

    assert done("verify", case)["ok"] is True
    repeated = done("reproduce", case)
    assert repeated["equal"] is True
    assert len(repeated["rows"]) == 4

    facts = done("report", case, "--out", tmp_path / "report.pdf")
    with pikepdf.open(tmp_path / "report.pdf") as pdf:
        assert len(pdf.pages) == facts["pages"] >= 4
        assert len(pdf.attachments) >= 5
    assert facet("verify", case, "--against", tmp_path / "report.pdf").code == 0

    files = done("export", case, "--what", "png", "--out", tmp_path / "pictures")["files"]
    assert {file["exhibit"] for file in files} == {"1/F12/C1", "1/F12/C1/E1", "1/F12/C1/E3", "1/F12/C1/E4"}

    journal = done("show", case)["journal"]
    told = {entry["exhibit"]: entry["digests"] for entry in journal if entry["action"] == "export"}
    assert told == {file["exhibit"]: {"file_sha256": file["file_sha256"]} for file in files}
    actions = [entry["action"] for entry in journal]
    for action in ("create", "ingest", "frame", "crop", "output", "note", "finding", "withdrawal", "report", "export"):
        assert action in actions


def test_answers_can_be_read_as_well(enhanced: Path, clip: Path, tmp_path: Path) -> None:
    for arguments in (
        ("report", enhanced, "--out", tmp_path / "read.pdf"),
        ("export", enhanced, "--what", "png", "--out", tmp_path / "read"),
        ("verify", enhanced),
        ("reproduce", enhanced),
        ("probe", clip),
        ("backends",),
    ):
        ran = facet(*arguments)
        assert ran.code == 0, (arguments, ran.err)
        assert ran.out.strip(), arguments


def test_the_korean_report_is_written_too(enhanced: Path, tmp_path: Path) -> None:
    english = done("report", enhanced, "--out", tmp_path / "en.pdf", "--lang", "en")
    korean = done("report", enhanced, "--out", tmp_path / "ko.pdf", "--lang", "ko")
    assert english["sha256"] != korean["sha256"]


def test_several_stills_come_from_one_opening_and_are_the_frames_asked_for(clip: Path, tmp_path: Path) -> None:
    out = done("still", clip, "--frame", 31, "--frame", 3, "--frame", 17, "--out", tmp_path / "stills")
    for number in (3, 17, 31):
        picture = np.asarray(Image.open(tmp_path / "stills" / f"{number}.png"))
        assert read_number(picture) == number
    assert [row["index"] for row in out["frames"]] == [31, 3, 17]


def test_a_time_names_the_last_picture_not_later(clip: Path, tmp_path: Path) -> None:
    rows = done("frames", clip, "--digests")["frames"]
    between = (float(rows[9]["time"]) + float(rows[10]["time"])) / 2
    shown = done("still", clip, "--time", f"{between:.6f}", "--out", tmp_path / "one.png")
    assert shown["frames"][0]["index"] == 9
    assert shown["frames"][0]["picture_sha256"] == rows[9]["sha256"]


def test_show_says_the_same_twice_and_nothing_of_where_it_is(enhanced: Path) -> None:
    held = facet("show", enhanced, "--json").out
    assert held == facet("show", enhanced, "--json").out
    assert str(enhanced.parent) not in held
    assert enhanced.name not in held
    assert facet("show", enhanced).code == 0


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_one_flipped_byte_of_an_output_is_named(enhanced: Path, part: float) -> None:
    with sqlite3.connect(f"file:{enhanced}?mode=ro", uri=True) as database:
        (png,) = database.execute("SELECT png FROM outputs WHERE id = '1/F12/C1/E2'").fetchone()
    content = bytearray(enhanced.read_bytes())
    # a blob spans pages: look for a run of its bytes that is whole in the file
    at = next(
        place
        for start in range(int(len(png) * part), len(png) - 32, 8)
        if (place := content.find(png[start : start + 32])) >= 0
    )
    content[at + 5] ^= 0x40
    enhanced.write_bytes(content)
    ran = facet("verify", enhanced, "--json")
    assert ran.code == 1
    named: list[Any] = [row["exhibit"] for row in ran.json["rows"] if not row["ok"]]
    assert "1/F12/C1/E2" in named


def test_changed_footage_is_told(case: Path, clip: Path, tmp_path: Path) -> None:
    copy = tmp_path / clip.name
    content = bytearray(clip.read_bytes())
    content[-1] ^= 1
    copy.write_bytes(content)
    ran = facet("verify", case, "--footage", tmp_path, "--json")
    assert ran.code == 1
    assert [row["exhibit"] for row in ran.json["rows"] if not row["ok"]] == ["1"]


def test_an_earlier_head_is_found_and_a_foreign_one_is_not(enhanced: Path) -> None:
    head = done("verify", enhanced)["head"]
    assert facet("verify", enhanced, "--against", head["sha256"]).code == 0
    assert facet("verify", enhanced, "--against", "0" * 64).code == 1
