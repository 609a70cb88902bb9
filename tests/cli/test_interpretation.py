"""What the examiner says of footage on the command line, from the still to the case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from clips import make_clip, read_number
from command import done, facet


@pytest.fixture(scope="module", params=["tt", "bb"])
def interlaced(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    return make_clip(tmp_path_factory.mktemp("woven") / "woven.mp4", frames=4, interlaced=request.param), request.param


def pixels(path: str | Path) -> Any:
    return np.asarray(Image.open(path))


def test_both_fields_are_written_in_the_order_of_time(tmp_path: Path, interlaced: tuple[Path, str]) -> None:
    footage, order = interlaced
    rows = done("still", footage, "--frame", 2, "--fields", "bob", "--out", tmp_path)["frames"]
    assert [read_number(pixels(row["out"])) for row in rows] == [4, 5]
    names = ["2-top.png", "2-bottom.png"]
    assert [Path(row["out"]).name for row in rows] == (names if order == "tt" else names[::-1])
    assert {row["first_field"] for row in rows} == {"top" if order == "tt" else "bottom"}
    assert [(row["width"], row["height"]) for row in rows] == [(192, 48)] * 2
    woven = done("still", footage, "--frame", 2, "--out", tmp_path / "woven.png")["frames"][0]
    assert woven["decoding"]["overrides"] == {}
    assert (pixels(woven["out"])[0::2] == pixels(tmp_path / "2-top.png")).all()
    assert (pixels(woven["out"])[1::2] == pixels(tmp_path / "2-bottom.png")).all()


def test_the_examiners_order_decides_which_field_is_first(tmp_path: Path) -> None:
    footage = make_clip(tmp_path / "plain.mp4", frames=2)
    ran = facet("still", footage, "--frame", 1, "--fields", "bob", "--out", tmp_path / "a", "--field-order", "bb")
    assert ran.out.splitlines()[0].startswith(str(tmp_path / "a" / "1-bottom.png"))
    assert "set the order of the fields to bb; the file declares progressive." in ran.out
    assert "Nothing tells" in facet("still", footage, "--frame", 1, "--fields", "bob", "--out", tmp_path / "b").out


def test_stills_and_probes_tell_what_was_said_beside_what_is_declared(tmp_path: Path) -> None:
    footage = make_clip(tmp_path / "plain.mp4", frames=2)
    said = ("--matrix", "bt709", "--range", "pc", "--chroma", "center", "--pixel-aspect", "16:11", "--rotate", 90)
    row = done("still", footage, "--frame", 1, "--out", tmp_path / "a.png", *said)["frames"][0]
    plain = done("still", footage, "--frame", 1, "--out", tmp_path / "b.png")["frames"][0]
    overrides = {
        "matrix": "bt709", "colour_range": "pc", "chroma_location": "center", "sample_aspect": "16/11", "rotation": 90,
    }  # fmt: skip
    assert row["decoding"]["overrides"] == overrides
    assert (row["decoding"]["matrix"], plain["decoding"]["matrix"]) == ("bt709", "smpte170m")
    assert (row["decoding"]["chroma_location"], plain["decoding"]["chroma_location"]) == ("center", "left")
    assert row["picture_sha256"] != plain["picture_sha256"]
    assert (row["width"], row["height"]) == (plain["width"], plain["height"]) == (192, 96)  # source pixels stay
    assert done("probe", footage, *said)["decoding"]["overrides"] == overrides
    assert done("probe", footage)["decoding"]["overrides"] == {}
    printed = facet("probe", footage, "--pixel-aspect", "16/11").out
    assert "! The examiner set the pixel aspect to 16/11; the file declares none." in printed


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (("--matrix", "bt2021"), "invalid choice: 'bt2021'"),
        (("--rotate", "45"), "invalid choice: 45"),
        (("--fields", "both"), "invalid choice: 'both'"),
        (("--pixel-aspect", "wide"), "«wide» is no ratio"),
        (("--pixel-aspect", "0/1"), "«0/1» is no ratio"),
    ],
)
def test_a_bad_value_is_one_line_and_writes_nothing(tmp_path: Path, options: tuple[str, ...], complaint: str) -> None:
    footage = make_clip(tmp_path / "plain.mp4", frames=2)
    ran = facet("still", footage, "--frame", 1, "--out", tmp_path / "a.png", *options)
    assert ran.code == 2
    assert complaint in ran.complaint
    assert not (tmp_path / "a.png").exists()


def test_two_fields_need_a_folder(tmp_path: Path) -> None:
    footage = make_clip(tmp_path / "plain.mp4", frames=2)
    (tmp_path / "a.png").write_bytes(b"mine")
    ran = facet("still", footage, "--frame", 1, "--out", tmp_path / "a.png", "--fields", "bob")
    assert ran.code == 2
    assert "Give a folder" in ran.complaint
    assert (tmp_path / "a.png").read_bytes() == b"mine"


def test_each_way_of_understanding_a_picture_is_an_exhibit_of_its_own(tmp_path: Path) -> None:
    """And is shown, enlarged and repeated as it was understood."""
    footage = make_clip(tmp_path / "woven.mp4", frames=4, interlaced="tt")
    case = tmp_path / "a.facet"
    done("new", case, "--number", "1", "--examiner", "R. Example")
    done("ingest", case, footage)
    here = ("--footage", 1, "--frame", 2, "--box", "16,8,32,24", "--backend", "bicubic")
    plain = done("enhance", case, *here)
    wide = done("enhance", case, *here, "--pixel-aspect", "2/1")
    turned = done("enhance", case, *here, "--pixel-aspect", "2/1", "--rotate", "90")
    field = done("compare", case, *here, "--fields", "top")["outputs"][0]
    assert [row["crop"] for row in (plain, wide, turned, field)] == [
        "1/F2/C1", "1/F2v2/C1", "1/F2v3/C1", "1/F2v4/C1",
    ]  # fmt: skip
    sizes = [(row["output"]["width"], row["output"]["height"]) for row in (plain, wide, turned)]
    assert sizes == [(128, 96), (256, 96), (96, 256)]
    assert field["decoding"]["sample_aspect"] == "1/2"
    assert field["output"]["width"] * 3 < field["output"]["height"] * 4  # a field's pixels are twice as high
    assert done("enhance", case, *here, "--pixel-aspect", "2:1")["crop"] == "1/F2v2/C1"
    assert done("reproduce", case)["equal"]
    assert done("verify", case)["ok"]
    ran = facet("enhance", case, "--crop", "1/F2/C1", "--backend", "bicubic", "--rotate", "90")
    assert ran.code == 2
    assert "--footage, --frame and --box" in ran.complaint
