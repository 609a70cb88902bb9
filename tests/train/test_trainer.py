"""A training is a function of its recipe, its pictures and nothing else, however often it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from PIL import Image

from facet.core.errors import Cancelled, InputError
from facet.train import checkpoint, curve
from facet.train.curve import Curve
from facet.train.data import folder
from facet.train.data.pictures import in_memory
from training import faces, recipe, training

CPU = torch.device("cpu")
TINY = recipe()


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("straight")
    assert training(work, TINY).run() == TINY.steps
    return work


def same(a: Path, b: Path) -> None:
    assert (a / curve.NAME).read_bytes() == (b / curve.NAME).read_bytes()
    ours, theirs = checkpoint.load(a, CPU), checkpoint.load(b, CPU)
    assert ours is not None
    assert theirs is not None
    assert ours.step == theirs.step
    for part in ("module", "mean"):
        for name, value in getattr(ours, part).items():
            assert torch.equal(value, getattr(theirs, part)[name]), f"{part}.{name}"


@pytest.mark.parametrize("killed", range(TINY.steps))
def test_a_training_stopped_at_any_step_ends_with_the_same_curve_and_weights(
    straight: Path, tmp_path: Path, killed: int
) -> None:
    def stop(done: int, _total: int, _label: str = "") -> None:
        if done == killed:
            raise Cancelled

    with pytest.raises(Cancelled):
        training(tmp_path, TINY).run(stop)
    assert training(tmp_path, TINY).run() == TINY.steps
    same(straight, tmp_path)


def test_a_training_killed_by_the_system_goes_on_to_the_same_curve(straight: Path, tmp_path: Path) -> None:
    pictures, work, stated = tmp_path / "faces", tmp_path / "work", tmp_path / "tiny-x4.toml"
    pictures.mkdir()
    for number, picture in enumerate(faces()):
        Image.fromarray(picture).save(pictures / f"{number}.png")
    stated.write_text(
        f'id = "tiny-x4"\narchitecture = "edsr"\nscale = 4\ndata = "folder:{pictures}"\nvalidation = "held:1"\n'
        "steps = 9\npatch = 16\nsizes = [24, 32]\nbatch = 4\ncheckpoint = 4\npreview = 3\naverage = 0.5\nrate = 1e-3\n"
        "warm_up = 2\noptions = { features = 4, blocks = 1 }\n"
    )
    command = [sys.executable, "-m", "facet.train", str(stated), "--work", str(work), "--home", str(tmp_path)]
    command += ["--device", "cpu", "--threads", "1", "--until"]
    child = subprocess.Popen([*command, "1000000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while child.poll() is None and len(curve.read(work)) < 5:  # somewhere after the first checkpoint, or at the end
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
    child.wait()
    rest = training(work, recipe(data=f"folder:{pictures}", validation="held:1"))
    assert rest.run() == 9
    same(straight, work)


def test_what_a_kill_left_half_written_is_dropped(tmp_path: Path) -> None:
    written = Curve(tmp_path, until=0)
    for step in (1, 2, 3):
        written.add(step, loss=step / 3)
    with (tmp_path / curve.NAME).open("a") as stream:
        stream.write('{"step": 4, "lo')
    assert [row["step"] for row in curve.read(tmp_path)] == [1, 2, 3]
    Curve(tmp_path, until=2)
    assert [row["step"] for row in curve.read(tmp_path)] == [1, 2]


def test_the_curve_falls_and_is_drawn_with_samples(straight: Path) -> None:
    rows = curve.read(straight)
    losses = [row["loss"] for row in rows if "loss" in row]
    scores = [row["psnr_y"] for row in rows if "psnr_y" in row]
    assert len(losses) == TINY.steps
    assert len(scores) == TINY.steps // TINY.preview
    assert losses[-1] < losses[0]
    assert scores[-1] > scores[0]
    assert folder.read(straight / "curve.png").shape == (540, 960, 3)
    sheet = folder.read(straight / "samples-0000009.png")
    side = TINY.sizes[0]
    assert sheet.shape[1] == 3 * side + 4 * 4
    assert (sheet[4 : 4 + side, -4 - side : -4] != 255).any()


def test_another_recipe_or_other_pictures_are_refused_in_a_folder_that_is_taken(straight: Path) -> None:
    with pytest.raises(InputError, match="another recipe"):
        training(straight, recipe(rate=2e-3)).run()
    with pytest.raises(InputError, match="not the pictures"):
        training(straight, TINY, pictures=in_memory(faces()[:4], "faces")).run()


def test_how_often_it_saves_and_shows_may_change_on_the_way(straight: Path, tmp_path: Path) -> None:
    training(tmp_path, TINY).run(until=4)
    training(tmp_path, recipe(checkpoint=1)).run()
    same(straight, tmp_path)


def test_a_damaged_checkpoint_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / checkpoint.NAME).write_bytes(b"PK\x03\x04 no checkpoint")
    with pytest.raises(InputError, match="damaged"):
        training(tmp_path, TINY).run()


def test_the_number_of_threads_that_prepare_pictures_changes_nothing(straight: Path, tmp_path: Path) -> None:
    training(tmp_path, TINY, workers=3).run()
    same(straight, tmp_path)
