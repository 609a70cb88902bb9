from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from facet.core.descriptor import Family
from facet.core.errors import Cancelled, EnvironmentLacksError, InputError
from facet.core.progress import SILENT
from facet.core.receipt import EngineWish
from facet.core.run import Enhanced
from facet.core.spread import spread
from facet.enhance.engine import Engine
from facet.enhance.interpolation import resized
from facet.enhance.pulse_search import reducing
from facet.faces.ffhq import Alignment, aligned
from generators import tiny_weights
from networks import card, portrait, request

SEEDS, STEPS, SCALE = 2, 3, 4


@cache
def face() -> NDArray[np.uint8]:
    """The astronaut's face with some room, 48×44."""
    box = portrait()[30:206, 140:332]
    return np.asarray(Image.fromarray(box).resize((48, 44), Image.Resampling.BICUBIC))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_weights(tmp_path_factory.mktemp("pulse"))


def run(weights: Path, picture: NDArray[np.uint8], *, seed: int = 7, **more: Any) -> Enhanced:
    stated = card("pulse", family=Family.GENERATIVE, scales=(4, 8), face_only=True, has_random_component=True)
    parameters = {"scale": SCALE, "seeds": SEEDS, "steps": STEPS}
    progress: Callable[..., None] = more.pop("progress", SILENT)
    asked = request(picture, stated, weights, parameters=parameters, seed=seed, **more)
    return Engine().run(asked, progress)[0]


@pytest.fixture(scope="module")
def made(weights: Path) -> Enhanced:
    return run(weights, face())


def test_every_candidate_is_kept_with_the_spread_before_them(made: Enhanced) -> None:
    assert [one.name for one in made.companions] == ["spread", "candidate-1", "candidate-2"]
    assert all(one.picture.shape == made.picture.shape == (176, 192, 3) for one in made.companions)
    np.testing.assert_array_equal(made.companions[0].picture, spread(made.companions[1:]).picture)
    assert np.abs(made.companions[1].picture.astype(int) - made.companions[2].picture).max() > 8


def test_the_output_is_the_candidate_of_the_least_error(made: Enhanced) -> None:
    errors = [float(str(one.facts["low_resolution_error"])) for one in made.companions[1:]]
    assert made.engine["best_candidate"] == 1 + int(np.argmin(errors))
    np.testing.assert_array_equal(made.picture, made.companions[int(str(made.engine["best_candidate"]))].picture)
    assert float(str(made.engine["low_resolution_error"])) == min(errors)
    assert made.engine["candidates"] == [
        {key: one.facts[key] for key in ("low_resolution_error", "steps")} for one in made.companions[1:]
    ]


def test_the_receipt_tells_the_alignment_with_which_the_error_can_be_found_again(made: Enhanced) -> None:
    steps = {str(step["step"]): step for step in made.preparation if isinstance(step, dict)}
    assert list(steps)[-3:] == ["align face", "resample", "paste back"]
    (xx, _, left), (xy, _, top) = ([float(value) for value in row] for row in steps["align face"]["matrix"])  # type: ignore[union-attr]
    centre = (xx / 2 - xy / 2 + left, xy / 2 + xx / 2 + top)
    alignment = Alignment(centre=centre, half=(xx / 2, xy / 2))
    side = steps["resample"]["to"][0]  # type: ignore[index]
    low, covered = aligned(face().astype(np.float32) / 255, alignment, side)  # type: ignore[arg-type]
    best = next(one for one in made.companions if one.name == f"candidate-{made.engine['best_candidate']}")
    again, _ = aligned(best.picture.astype(np.float32) / 255, alignment.enlarged(SCALE), 32)
    rows = reducing(32, side)  # type: ignore[arg-type]
    error = np.square(np.einsum("ir,jc,rck->ijk", rows, rows, again) - low)[covered].mean()
    # the border fades into the crop itself, so what is seen agrees a little better than what was searched
    assert (
        0.3 * float(str(made.engine["low_resolution_error"]))
        < error
        < 1.1 * float(str(made.engine["low_resolution_error"]))
    )


def test_around_the_face_the_crop_is_only_enlarged(weights: Path) -> None:
    wide = np.pad(face(), ((0, 0), (60, 0), (0, 0)), mode="edge")
    made = run(weights, wide)
    plain = np.rint(resized(wide.astype(np.float32), 432, 176, "bicubic").clip(0, 255))
    assert np.abs(made.picture[:, :160] - plain[:, :160]).max() <= 1
    assert np.abs(made.picture[:, 250:] - plain[:, 250:]).max() > 8


def test_the_same_seed_gives_the_same_pictures_and_another_seed_others(weights: Path, made: Enhanced) -> None:
    again, other = run(weights, face()), run(weights, face(), seed=8)
    for one, same in zip((made, *made.companions), (again, *again.companions), strict=True):
        np.testing.assert_array_equal(one.picture, same.picture)
    assert (other.picture != made.picture).any()


def test_every_step_of_every_search_is_told_with_its_error_and_may_be_the_last(weights: Path) -> None:
    told: list[tuple[int, int, str]] = []
    run(weights, face(), progress=lambda done, total, label="": told.append((done, total, label)))
    searching = [one for one in told if one[2].startswith("Searching, face")]
    assert [done for done, _, _ in searching] == [0, 1, 2, 3, 4, 5, 6]
    assert "face 1 of 2" in searching[0][2]
    assert "low-resolution error" in searching[1][2]

    def stop(done: int, total: int, label: str = "") -> None:
        if done == 4 and label.startswith("Searching, face"):
            raise Cancelled

    with pytest.raises(Cancelled):
        run(weights, face(), progress=stop)


def test_a_crop_without_a_face_is_refused_in_one_line(weights: Path) -> None:
    with pytest.raises(InputError, match="found none in this crop") as refused:
        run(weights, np.full((48, 48, 3), 90, np.uint8))
    assert "\n" not in str(refused.value)


def test_only_full_precision_will_do(weights: Path) -> None:
    with pytest.raises(EnvironmentLacksError, match="bfloat16"):
        run(weights, face(), wish=EngineWish(device="cpu", precision="bfloat16"))


def test_weights_of_something_else_are_refused(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    save_file({"head.weight": torch.zeros(3, 3, 9, 9)}, tmp_path / "other.safetensors")
    with pytest.raises(InputError, match="not of the architecture «pulse»"):
        run(tmp_path / "other.safetensors", face())
