from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from facet.bench import run as measuring
from facet.bench.keeping import Keeping
from facet.bench.pictures import Pair, found
from facet.bench.sheet import Column, contact_sheet
from facet.core.benchmark import Benchmark, Contestant
from facet.core.descriptor import Family
from facet.core.errors import Cancelled, InputError
from facet.core.run import Companion, Enhanced
from facet.measure import consistency
from facet.measure.fidelity import fidelity
from facet.weights.catalog import cards
from networks import scene


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "faces"
    place.mkdir()
    for seed, name in enumerate(("b.png", "a.png", "a.bmp")):
        Image.fromarray(scene(48, 48, seed=seed)).save(place / name)
    return place


def order(folder: Path, *backends: str, **changes: Any) -> Benchmark:
    contestants = tuple(
        Contestant(descriptor=cards()[name].descriptor, weights=None, parameters={"scale": 4}, seed=None)
        for name in backends
    )
    fields: dict[str, Any] = {
        "data": f"folder:{folder}", "preparation": "resize", "crop": 48, "scale": 4, "degradation": "bicubic",
        "contestants": contestants,
    }  # fmt: skip
    return Benchmark(**{**fields, **changes})


def measured(wanted: Benchmark, progress: Any = None) -> dict[str, Any]:
    files = found(wanted)
    keeping = Keeping(wanted, files)
    result = measuring.run(wanted, files, keeping, progress or (lambda *_: None))
    assert json.loads(json.dumps(result, allow_nan=False)) == result
    return result


def test_a_row_is_the_mean_of_its_pictures(folder: Path) -> None:
    result = measured(order(folder, "bicubic", "nearest"))
    assert [row["backend"] for row in result["rows"]] == ["bicubic", "nearest"]
    assert [(one["name"], one["backend"]) for one in result["each"]][:4] == [
        ("a.bmp", "bicubic"), ("a.png", "bicubic"), ("b.png", "bicubic"), ("a.bmp", "nearest"),
    ]  # fmt: skip
    for row in result["rows"]:
        own = [one for one in result["each"] if one["backend"] == row["backend"]]
        for figure in ("psnr_y", "ssim_y", "psnr_rgb", "ssim_rgb", "consistency"):
            assert row[figure] == pytest.approx(np.mean([one[figure] for one in own]), abs=1e-3)
        assert (row["pictures"], row["failed"], row["identity"], row["spread"]) == (3, 0, None, None)


def test_the_figures_are_those_of_the_pictures_that_are_kept(folder: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    result = measured(order(folder, "bicubic", save=str(kept)))
    assert sorted(path.name for path in (kept / "bicubic").iterdir()) == ["a.bmp.png", "a.png.png", "b.png"]
    output, truth, low = (np.asarray(Image.open(kept / kind / "b.png")) for kind in ("bicubic", "_truth", "_input"))
    figures = fidelity(output, truth, 4)
    last = result["each"][2]
    assert (last["psnr_y"], last["ssim_y"]) == (round(figures.psnr_y, 4), round(figures.ssim_y, 4))
    mse = float(str(consistency.consistency(output, low)["mse"]))
    assert last["consistency"] == pytest.approx(mse / 255**2 * 1e5, abs=1e-4)


def test_the_same_pictures_have_the_same_digest_and_others_another(folder: Path) -> None:
    first, again = measured(order(folder, "nearest")), measured(order(folder, "bilinear"))
    assert first["truths_sha256"] == again["truths_sha256"]
    assert measured(order(folder, "nearest", preparation="centre"))["truths_sha256"] != first["truths_sha256"]


class Several:
    """An engine whose backend draws three samples, and finds no face in the second picture."""

    def __init__(self) -> None:
        self.asked = 0

    def run(self, request: Any, progress: Any) -> tuple[Enhanced, Any]:
        self.asked += 1
        progress(1, 2, "")
        if self.asked == 2:
            raise InputError("There is no face in the crop. Draw another box.")
        large = request.picture.repeat(4, axis=0).repeat(4, axis=1)
        samples = [np.clip(large.astype(int) + step, 0, 255).astype(np.uint8) for step in (-20, 0, 20)]
        companions = tuple(
            Companion(role=role, number=number, picture=picture)
            for role, number, picture in (
                ("spread", 1, samples[0]),
                *(("sample", k + 1, p) for k, p in enumerate(samples)),
            )
        )
        made = Enhanced(
            picture=large, preparation=[], software={}, consistency={}, started="", ended="", companions=companions,
            engine={"device": "cpu", "device_name": "x", "precision": "float32", "threads": 1},
        )  # fmt: skip
        return made, request.picture


def test_samples_are_judged_by_their_spread_and_a_failure_is_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measuring, "Engine", Several)
    sheet = tmp_path / "sheet.png"
    result = measured(order(folder, "nearest", sheet=str(sheet)))
    (row,) = result["rows"]
    assert (row["pictures"], row["failed"]) == (2, 1)
    assert row["spread"]["samples"] == 3
    assert 0 < row["spread"]["within_1"] <= row["spread"]["within_2"] <= 1
    assert result["protocol"]["spread"]
    assert row["samples"]["psnr_y"] < row["psnr_y"]
    assert row["samples"]["consistency"] > row["consistency"]
    assert result["each"][1] == {"name": "a.png", "backend": "nearest", "fault": "There is no face in the crop. Draw another box."}  # fmt: skip  # noqa: E501
    with Image.open(sheet) as drawn:
        assert drawn.width == 6 + 4 * 150  # input, output, spread, truth; 48 shown as 144
        assert drawn.height > 34 + 3 * 150


def test_progress_grows_to_the_end_and_stops_a_run(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    measured(order(folder, "bicubic", "nearest"), lambda done, total, _label="": told.append((done, total)))
    assert told == sorted(told)
    assert told[-1][0] <= told[-1][1] == 6000

    def stop(done: int, _total: int, _label: str = "") -> None:
        if done >= 2000:
            raise Cancelled

    with pytest.raises(Cancelled):
        measured(order(folder, "bicubic", sheet=str(tmp_path / "none.png")), stop)
    assert not (tmp_path / "none.png").exists()


@pytest.mark.parametrize("name", ["sheet.jpg", "there.png", "nowhere/sheet.png"])
def test_a_sheet_that_cannot_be_is_refused_before_anything_runs(folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "there.png").write_bytes(b"mine")
    with pytest.raises(InputError):
        Keeping(order(folder, "bicubic", sheet=str(tmp_path / name)), [])


def test_a_folder_with_something_in_it_is_not_written_to(folder: Path) -> None:
    with pytest.raises(InputError, match="not an empty folder"):
        Keeping(order(folder, "bicubic", save=str(folder)), [])


def test_a_sheet_shows_the_pictures_and_marks_what_is_generated() -> None:
    truth = scene(128, 128)
    pair = Pair(truth=truth, low=truth[::4, ::4].copy())
    plain = contact_sheet([pair], [Column("a", "k", Family.REGRESSION, [truth])])
    marked = contact_sheet([pair], [Column("a", "k", Family.GENERATIVE, [truth])])
    pixels = np.asarray(plain)
    for column in (1, 2):
        left = 6 + 134 * column
        assert np.array_equal(pixels[34 : 34 + 128, left : left + 128], truth)
    assert np.array_equal(pixels[34 : 34 + 128, 6 : 6 + 128], pair.low.repeat(4, axis=0).repeat(4, axis=1))
    assert np.any(np.asarray(marked)[:34] != pixels[:34])
    explained = contact_sheet([pair], [Column("a", "k", Family.REGRESSION, [None])], foot="where they come from " * 20)
    assert explained.width == plain.width
    assert explained.height > plain.height + 30
