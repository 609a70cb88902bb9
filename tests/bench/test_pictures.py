from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facet.bench.pictures import found, pair, protocol
from facet.core.benchmark import Benchmark
from facet.core.errors import InputError
from networks import scene


def order(folder: Path, **changes: object) -> Benchmark:
    fields = {
        "data": f"folder:{folder}", "preparation": "resize", "crop": 32, "scale": 4, "degradation": "bicubic",
        "contestants": (),
    }  # fmt: skip
    return Benchmark(**{**fields, **changes})  # type: ignore[arg-type]


def test_pictures_come_in_the_order_of_their_names_and_nothing_else_does(tmp_path: Path) -> None:
    for name in ("b.png", "a.JPG", "c.png", ".hidden.png"):
        Image.fromarray(scene(40, 40)).save(tmp_path / name, "PNG")
    (tmp_path / "notes.txt").write_text("no picture", "utf-8")
    (tmp_path / "folder.png").mkdir()
    assert [path.name for path in found(order(tmp_path))] == ["a.JPG", "b.png", "c.png"]
    assert [path.name for path in found(order(tmp_path, first=2))] == ["a.JPG", "b.png"]


def test_a_truth_of_the_right_size_is_the_picture_itself_and_the_input_its_reduction(tmp_path: Path) -> None:
    picture = scene(32, 32)
    Image.fromarray(picture).save(tmp_path / "a.png")
    made = pair(tmp_path / "a.png", order(tmp_path))
    assert np.array_equal(made.truth, picture)
    assert np.array_equal(made.low, np.asarray(Image.fromarray(picture).resize((8, 8), Image.Resampling.BICUBIC)))


def test_the_centre_is_the_middle_of_the_picture(tmp_path: Path) -> None:
    picture = np.zeros((100, 100, 3), np.uint8)
    picture[14:86, 14:86] = 200
    Image.fromarray(picture).save(tmp_path / "a.png")
    assert pair(tmp_path / "a.png", order(tmp_path, preparation="centre")).truth[2:-2, 2:-2].min() > 190
    assert pair(tmp_path / "a.png", order(tmp_path)).truth.min() == 0


def test_a_picture_that_is_not_square_is_never_stretched(tmp_path: Path) -> None:
    picture = np.zeros((32, 64, 3), np.uint8)
    picture[:, 16:48] = 200
    Image.fromarray(picture).save(tmp_path / "a.png")
    assert pair(tmp_path / "a.png", order(tmp_path)).truth[2:-2, 2:-2].min() > 190


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"no picture at all", "can't be read"), (b"\x89PNG\r\n\x1a\n", "can't be read"), (None, "8 bits")],
)
def test_what_is_no_picture_is_told_by_name(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "odd.png"
    if content is None:
        Image.fromarray(np.zeros((40, 40), np.uint16)).save(path)
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match=rf"odd\.png: .*{words}"):
        pair(path, order(tmp_path))


@pytest.mark.parametrize(
    "changes",
    [
        {"data": "folder"}, {"data": "folder:"}, {"data": "kites:/tmp"}, {"preparation": "stretch"},
        {"degradation": "cctv-of-mars"}, {"crop": 33}, {"crop": 8}, {"crop": 1 << 20}, {"scale": 0}, {"first": 0},
        {"faces": 0}, {"data": "folder:/no/such/place"},
    ],
)  # fmt: skip
def test_an_order_that_cannot_be_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    assert order(tmp_path).checked()
    with pytest.raises(InputError):
        order(tmp_path, **changes).checked()


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no pictures"):
        found(order(tmp_path))


@pytest.mark.parametrize("word", ["first 7", "Lanczos", "bicubic", "border 4", "middle 72 %", "32x32"])
def test_the_protocol_names_what_decides_the_figures(tmp_path: Path, word: str) -> None:
    assert word in protocol(order(tmp_path, first=7, preparation="centre"))


def test_an_order_crosses_a_process_border(tmp_path: Path) -> None:
    from facet.core.benchmark import Contestant
    from networks import card

    one = Contestant(descriptor=card("srresnet"), weights="w", parameters={"scale": 4}, seed=None)
    whole = order(tmp_path, contestants=(one,), first=3, save="x")
    assert Benchmark.from_wire(whole.to_wire()) == whole
