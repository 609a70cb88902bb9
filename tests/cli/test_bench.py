from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from command import done, facet
from facet.core.errors import EnvironmentLacksError, InputError
from facet.weights import Store
from facet.workbench import Workbench
from facet.workbench.benchmarking import contestants
from facet.workbench.settings import Settings
from networks import scene


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "faces"
    place.mkdir()
    for seed in (0, 1):
        Image.fromarray(scene(48, 48, seed=seed)).save(place / f"{seed}.png")
    return place


def test_a_benchmark_prints_one_row_a_backend_and_bicubic_beside_them(folder: Path, tmp_path: Path) -> None:
    asked = ["--data", f"folder:{folder}", "--crop", 48, "--scale", 2, "--backends", "lanczos", "--first", 1]
    told = done("bench", "run", *asked, "--save", tmp_path / "kept", "--sheet", tmp_path / "sheet.png")
    assert [row["backend"] for row in told["rows"]] == ["bicubic", "lanczos"]
    assert all(row["psnr_y"] > 10 and row["pictures"] == 1 for row in told["rows"])
    assert (told["pictures"], told["scale"], told["border"]) == (1, 2, 2)
    with Image.open(tmp_path / "kept" / "lanczos" / "0.png") as kept:
        assert kept.size == (48, 48)
    assert (tmp_path / "sheet.png").is_file()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"--data": "folder:/no/such/place"}, "no such folder"),
        ({"--data": "kites:/tmp"}, "no data to measure on"),
        ({"--backends": "bicubic,wonder"}, "no backend «wonder»"),
        ({"--backends": ","}, "Which backends"),
        ({"--backends": "dlib-face"}, "no backend «dlib-face»"),
        ({"--param": "lanczos"}, "ID:NAME=VALUE"),
    ],
)
def test_what_cannot_be_measured_is_told_in_one_line(
    folder: Path, changes: dict[str, str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from facet.cli.main import main

    asked = {"--data": f"folder:{folder}", "--backends": "lanczos", **changes}
    assert main(["bench", "run", *(part for pair in asked.items() for part in pair)]) == 2
    complaint = capsys.readouterr().err
    assert words in complaint
    assert complaint.count("\n") == 1


def test_an_empty_folder_is_told_by_the_process_that_measures(tmp_path: Path) -> None:
    ran = facet("bench", "run", "--data", f"folder:{tmp_path}", "--backends", "lanczos")
    assert ran.code == 2
    assert "no pictures" in ran.complaint


def test_what_settings_forbid_is_not_measured_either(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with pytest.raises(InputError):
        contestants(store, Settings(ai_enabled=False), ["srresnet-x4"], scale=4, parameters={})
    with pytest.raises(EnvironmentLacksError, match="not installed"):
        contestants(store, Settings(), ["srresnet-x4"], scale=4, parameters={})
    with pytest.raises(InputError, match="×8"):
        contestants(store, Settings(), ["srresnet-x4"], scale=8, parameters={})
    with pytest.raises(InputError, match="among the backends"):
        contestants(store, Settings(), ["lanczos"], scale=4, parameters={"nearest": {"scale": "4"}})


def test_the_network_of_a_measure_is_installed_like_a_backend_and_offered_as_none(tmp_path: Path) -> None:
    assert "dlib-face" in {row["id"] for row in Store(tmp_path).list()}
    with Workbench(tmp_path) as bench:
        offered = [state.descriptor.id for state in bench.backends()]
    assert "bicubic" in offered
    assert "dlib-face" not in offered


def test_each_backend_is_measured_once(tmp_path: Path) -> None:
    found = contestants(Store(tmp_path), Settings(), ["lanczos", "bicubic", "lanczos"], scale=4, parameters={})
    assert [(one.descriptor.id, one.parameters) for one in found] == [
        ("bicubic", {"scale": 4}),
        ("lanczos", {"scale": 4}),
    ]
