"""What the examiner says of footage on the command line, from the still to the case."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pytest
from PIL import Image

from clips import make_clip, read_number
from facet.cli.main import main


class Command(Protocol):
    def __call__(self, *arguments: object, code: int = 0) -> str: ...


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run a command in this process; what it prints, or the one line of its complaint."""

    def run(*arguments: object, code: int = 0) -> str:
        try:
            ended = main([str(argument) for argument in arguments])
        except SystemExit as stopped:  # argparse's own way
            ended = int(stopped.code or 0)
        out, err = capsys.readouterr()
        assert ended == code, err
        return out if code == 0 else err.splitlines()[-1]

    return run


def told(printed: str) -> Any:
    return json.loads(printed)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("plain") / "plain.mp4", frames=2)


def pixels(path: str | Path) -> Any:
    return np.asarray(Image.open(path))


@pytest.mark.parametrize("order", ["tt", "bb"])
def test_both_fields_are_written_in_the_order_of_time(tmp_path: Path, command: Command, order: str) -> None:
    footage = make_clip(tmp_path / "woven.mp4", frames=4, interlaced=order)
    rows = told(command("still", footage, "--frame", 2, "--fields", "bob", "--out", tmp_path, "--json"))["frames"]
    assert [read_number(pixels(row["out"])) for row in rows] == [4, 5]
    names = ["2-top.png", "2-bottom.png"]
    assert [Path(row["out"]).name for row in rows] == (names if order == "tt" else names[::-1])
    assert {row["first_field"] for row in rows} == {"top" if order == "tt" else "bottom"}
    assert [(row["width"], row["height"]) for row in rows] == [(192, 48)] * 2
    woven = told(command("still", footage, "--frame", 2, "--out", tmp_path / "woven.png", "--json"))["frames"][0]
    assert woven["decoding"]["overrides"] == {}
    assert (pixels(woven["out"])[0::2] == pixels(tmp_path / "2-top.png")).all()
    assert (pixels(woven["out"])[1::2] == pixels(tmp_path / "2-bottom.png")).all()


def test_the_examiners_order_decides_which_field_is_first(tmp_path: Path, plain: Path, command: Command) -> None:
    both = ("still", plain, "--frame", 1, "--fields", "bob")
    printed = command(*both, "--out", tmp_path / "a", "--field-order", "bb")
    assert printed.startswith(str(tmp_path / "a" / "1-bottom.png"))
    assert "set the order of the fields to bb; the file declares progressive." in printed
    assert "Nothing tells which field comes first" in command(*both, "--out", tmp_path / "b")


def test_stills_and_probes_tell_what_was_said_beside_what_is_declared(
    tmp_path: Path, plain: Path, command: Command
) -> None:
    said = ("--matrix", "bt709", "--range", "pc", "--chroma", "center", "--pixel-aspect", "16:11", "--rotate", 90)
    still = ("still", plain, "--frame", 1, "--json", "--out")
    row = told(command(*still, tmp_path / "a.png", *said))["frames"][0]
    declared = told(command(*still, tmp_path / "b.png"))["frames"][0]
    overrides = {
        "matrix": "bt709", "colour_range": "pc", "chroma_location": "center", "sample_aspect": "16/11", "rotation": 90,
    }  # fmt: skip
    assert row["decoding"]["overrides"] == overrides
    assert (row["decoding"]["matrix"], declared["decoding"]["matrix"]) == ("bt709", "smpte170m")
    assert (row["decoding"]["chroma_location"], declared["decoding"]["chroma_location"]) == ("center", "left")
    assert row["picture_sha256"] != declared["picture_sha256"]
    assert (row["width"], row["height"]) == (declared["width"], declared["height"]) == (192, 96)  # pixels stay
    assert told(command("probe", plain, "--json", *said))["decoding"]["overrides"] == overrides
    printed = command("probe", plain, "--pixel-aspect", "16/11")
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
def test_a_bad_value_is_one_line_and_writes_nothing(
    tmp_path: Path, plain: Path, command: Command, options: tuple[str, ...], complaint: str
) -> None:
    line = command("still", plain, "--frame", 1, "--out", tmp_path / "a.png", *options, code=2)
    assert line.startswith("facet")
    assert complaint in line
    assert not (tmp_path / "a.png").exists()


def test_two_fields_need_a_folder(tmp_path: Path, plain: Path, command: Command) -> None:
    (tmp_path / "a.png").write_bytes(b"mine")
    line = command("still", plain, "--frame", 1, "--out", tmp_path / "a.png", "--fields", "bob", code=2)
    assert "Give a folder" in line
    assert (tmp_path / "a.png").read_bytes() == b"mine"


def test_a_crop_is_taken_as_the_examiner_says_and_told_so(tmp_path: Path, command: Command) -> None:
    footage = make_clip(tmp_path / "woven.mp4", frames=4, interlaced="tt")
    case = tmp_path / "a.facet"
    command("new", case, "--number", "1", "--examiner", "R. Example")
    command("ingest", case, footage)
    here = ("--footage", 1, "--frame", 2, "--box", "16,8,32,24", "--backend", "bicubic", "--fields", "top")
    made = told(command("compare", case, "--json", *here))
    assert made["crop"] == "1/F2/C1"
    (field,) = made["outputs"]
    assert field["decoding"]["overrides"] == {"fields": "top"}
    assert field["output"]["width"] * 3 < field["output"]["height"] * 4 * 0.6  # its pixels are twice as high as wide
    line = command("enhance", case, "--crop", "1/F2/C1", "--backend", "bicubic", "--rotate", "90", code=2)
    assert "--footage, --frame and --box" in line
