"""Diffusion: the schedule's algebra, samplers with a perfect network, and the method that the engine runs."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from facet.core.canonical import canonical_json
from facet.core.descriptor import Descriptor
from facet.core.errors import Cancelled, InputError
from facet.core.receipt import EngineWish
from facet.core.run import Enhanced
from facet.enhance.edsr import EDSR
from facet.enhance.engine import Engine
from facet.enhance.projection import Reduction
from facet.enhance.sr3 import Drawing, drawn
from facet.enhance.sr3_network import PLANES, SR3, Known
from facet.enhance.sr3_schedule import STEPS, drawn_levels, gammas, noised, path, residual_of, stepped
from facet.measure.consistency import consistency
from networks import card, request, scene, with_digest

CPU = torch.device("cpu")
ONE_THREAD = EngineWish(device="cpu", threads=1)
QUICK = {"scale": 4, "samples": 2, "steps": 3}


def tiny(*, scale: int = 4, seed: int = 0) -> SR3:
    torch.manual_seed(seed)
    regression = EDSR(scale=scale, features=8, blocks=1)
    network = SR3(regression=regression, scale=scale, widths=(8, 16, 16), foretold=8)
    with torch.no_grad():
        torch.nn.init.constant_(regression.tail.bias, 0.5)  # type: ignore[arg-type]
        network.unet.tail.weight.normal_(std=0.05)
    return network.eval()


def stored(folder: Path, *, scale: int = 4) -> tuple[Descriptor, Path]:
    weights = folder / "sr3.safetensors"
    save_file(tiny(scale=scale).state_dict(), weights)
    return with_digest(card("sr3/edsr", has_random_component=True, scales=(scale,)), weights), weights


def ran(
    ordered: tuple[Descriptor, Path], *, side: tuple[int, int] = (12, 16), seed: int = 1, **changes: Any
) -> Enhanced:
    parameters = {**QUICK, "scale": ordered[0].scales[0], **changes}
    made, _ = Engine().run(request(scene(*side), *ordered, parameters=parameters, seed=seed, wish=ONE_THREAD))
    return made


@pytest.fixture
def backend(tmp_path: Path) -> tuple[Descriptor, Path]:
    return stored(tmp_path)


class Oracle(SR3):
    """A network that knows the residual: a perfect denoiser."""

    truth: Tensor

    def velocity(self, x: Tensor, known: Known, level: Tensor) -> Tensor:
        signal = level[:, None, None, None].double()
        told = (signal * x - self.truth) / (1 - signal.square()).sqrt()
        return told.float()


def oracle() -> tuple[Oracle, Known]:
    network = tiny()
    network.__class__ = Oracle
    assert isinstance(network, Oracle)
    with torch.no_grad():
        known = network.known(torch.rand(1, 3, 8, 8))
    network.truth = torch.randn(known.deviation.shape)
    return network, known


def test_noise_grows_from_almost_none_to_almost_all_of_the_variance() -> None:
    table = gammas()
    assert table[0] == 1
    assert (np.diff(table) < 0).all()
    assert table[STEPS] < 1e-4


def test_a_path_goes_from_full_noise_to_none_in_the_steps_asked_for() -> None:
    for steps in (1, 7, 50, STEPS):
        levels = path(steps)
        assert len(levels) == steps + 1
        assert levels[0] == pytest.approx(gammas()[STEPS])
        assert levels[-1] == 1
        assert levels == sorted(levels)


def test_levels_of_a_batch_are_continuous_and_spread_over_all_the_noise() -> None:
    levels = drawn_levels(64, torch.Generator().manual_seed(0)).double().square()
    table = gammas()
    steps = np.searchsorted(-table, -levels.numpy())
    assert not np.isin(levels.numpy(), table).any()
    counts, _ = np.histogram(steps, bins=8, range=(0, STEPS))
    assert counts.min() >= 7
    assert torch.equal(levels, drawn_levels(64, torch.Generator().manual_seed(0)).double().square())


def test_residual_and_noise_follow_from_velocity() -> None:
    residual, noise = torch.randn(4, 3, 5, 5), torch.randn(4, 3, 5, 5)
    level = torch.tensor([0.01, 0.3, 0.8, 0.9999])
    x, velocity = noised(residual, noise, level)
    for number, each in enumerate(level.tolist()):
        back = residual_of(x[number], velocity[number], each**2)
        torch.testing.assert_close(back, residual[number], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("ancestral", [False, True])
def test_a_step_keeps_the_variance_that_its_level_asks_for(ancestral: bool) -> None:
    """With the true residual known, x after a step is √γ·d and noise of variance 1-γ, whichever the sampler."""
    generator = torch.Generator().manual_seed(0)
    residual = torch.full((200_000,), 0.7)
    noise, fresh = (torch.randn(200_000, generator=generator) for _ in range(2))
    gamma, towards = 0.2, 0.6
    x = math.sqrt(gamma) * residual + math.sqrt(1 - gamma) * noise
    after = stepped(x, residual, gamma, towards, ancestral=ancestral, fresh=fresh)
    assert after.mean() == pytest.approx(math.sqrt(towards) * 0.7, abs=0.01)
    assert after.var() == pytest.approx(1 - towards, abs=0.01)
    assert torch.equal(after, stepped(x, residual, gamma, towards, ancestral=ancestral, fresh=-fresh)) is not ancestral


@pytest.mark.parametrize("ancestral", [False, True])
@pytest.mark.parametrize("steps", [1, 5, 20])
def test_with_a_perfect_network_every_sampler_ends_at_the_truth(ancestral: bool, steps: int) -> None:
    network, known = oracle()
    drawing = Drawing(samples=2, steps=steps, ancestral=ancestral, projection=False)
    made = drawn(network, known, drawing, np.random.default_rng(0), lambda _: None)
    torch.testing.assert_close(made, network.truth, atol=2e-3, rtol=1e-3)


@pytest.mark.parametrize("steps", [10, 20])
def test_an_untrained_network_draws_white_noise_of_the_deviation_foretold(steps: int) -> None:
    network = tiny()
    torch.nn.init.zeros_(network.unet.tail.weight)
    torch.nn.init.zeros_(network.unet.tail.bias)  # type: ignore[arg-type]
    drawing = Drawing(samples=2, steps=steps, ancestral=False, projection=False)
    with torch.no_grad():
        known = network.known(torch.rand(1, 3, 32, 32))
        made = drawn(network, known, drawing, np.random.default_rng(0), lambda _: None)
    assert made.std() == pytest.approx(1, abs=0.01)


def test_what_was_drawn_can_be_taken_for_a_residual_again() -> None:
    network = tiny()
    with torch.no_grad():
        known = network.known(torch.rand(2, 3, 8, 12))
        residual = torch.randn(2, PLANES, 8, 12)
        assert known.drawn(residual).shape == (2, 3, 32, 48)
        torch.testing.assert_close(known.residual(known.drawn(residual)), residual, atol=1e-3, rtol=1e-3)


def test_the_projection_agrees_with_the_reduction_that_consistency_measures() -> None:
    crop, picture = torch.rand(3, 9, 7), torch.rand(3, 36, 28)
    reduction = Reduction(9, 7, 4, CPU)
    told = float(consistency((picture.permute(1, 2, 0) * 255).round().byte().numpy(), _bytes(crop))["mse"])  # type: ignore[arg-type]
    assert reduction.error(picture, crop) * 255**2 == pytest.approx(told, rel=0.01)
    projected = reduction.projected(picture, crop)
    assert reduction.error(projected, crop) < 1e-10
    torch.testing.assert_close(reduction.projected(projected, crop), projected, atol=1e-4, rtol=0)


def test_pure_noise_passes_the_projection_so_it_proves_nothing() -> None:
    crop = torch.rand(3, 8, 8)
    reduction = Reduction(8, 8, 4, CPU)
    assert reduction.error(reduction.projected(torch.randn(3, 32, 32), crop), crop) < 1e-9


def _bytes(crop: Tensor) -> np.ndarray:
    return (crop.permute(1, 2, 0) * 255).round().byte().numpy()


def test_the_output_is_the_mean_of_the_samples_and_comes_with_them_and_their_spread(
    backend: tuple[Descriptor, Path],
) -> None:
    made = ran(backend, samples=3)
    assert [each.name for each in made.companions] == ["spread", "sample-1", "sample-2", "sample-3"]
    samples = np.stack([each.picture for each in made.companions[1:]]).astype(float)
    assert all(each.picture.shape == made.picture.shape == (48, 64, 3) for each in made.companions)
    assert np.abs(samples.mean(0) - made.picture).max() <= 1
    assert samples.std(0).mean() > 1
    assert made.companions[0].facts["count"] == 3


def test_the_receipt_tells_sampler_steps_and_low_resolution_error(backend: tuple[Descriptor, Path]) -> None:
    made = ran(backend, sampler="ancestral")
    assert made.engine.items() >= {"sampler": "ancestral (DDPM)", "steps": 3, "samples": 2}.items()
    errors = made.engine["low_resolution_error"]
    assert isinstance(errors, dict)
    assert errors["projected"] is False
    assert len(errors["samples"]) == 2  # type: ignore[arg-type]
    assert errors["published_for_sr3_without_projection"] == "2.7e-05"
    for part in (made.engine, made.preparation, [each.facts for each in made.companions]):
        assert canonical_json(part)


def test_a_seed_repeats_every_sample_and_another_draws_others(backend: tuple[Descriptor, Path]) -> None:
    first, again, other = ran(backend), ran(backend), ran(backend, seed=2)
    for one, two in zip(first.companions, again.companions, strict=True):
        assert np.array_equal(one.picture, two.picture)
    assert not np.array_equal(first.companions[1].picture, other.companions[1].picture)
    assert not np.array_equal(first.companions[1].picture, first.companions[2].picture)


def test_a_sample_does_not_depend_on_how_many_there_are(backend: tuple[Descriptor, Path]) -> None:
    few, more = ran(backend), ran(backend, samples=4)
    assert np.array_equal(few.companions[2].picture, more.companions[2].picture)


def test_a_run_can_be_given_up_before_each_step(backend: tuple[Descriptor, Path]) -> None:
    for stop in range(6):

        def watch(done: int, total: int, label: str = "", stop: int = stop) -> None:
            if total and done == stop:
                raise Cancelled

        with pytest.raises(Cancelled):
            Engine().run(request(scene(8, 8), *backend, parameters=QUICK, wish=ONE_THREAD), watch)


@pytest.mark.parametrize("scale", [4, 8])
@pytest.mark.parametrize("side", [(8, 8), (9, 13)])
def test_any_size_of_crop_will_do_and_padding_is_told(scale: int, side: tuple[int, int], tmp_path: Path) -> None:
    made = ran(stored(tmp_path, scale=scale), side=side)
    assert made.picture.shape == (side[0] * scale, side[1] * scale, 3)
    pads = [step for step in made.preparation if isinstance(step, dict) and step["step"] == "pad"]
    multiple = 16 // scale
    wanted = [-side[0] % multiple, -side[1] % multiple]
    assert [step["bottom_right"] for step in pads] == ([wanted] if any(wanted) else [])


def test_a_projection_is_told_as_preparation_and_brings_the_error_down(backend: tuple[Descriptor, Path]) -> None:
    free, bound = ran(backend, side=(9, 13)), ran(backend, side=(9, 13), projection="yes")
    assert [step["step"] for step in bound.preparation if isinstance(step, dict)][-1] == "projection"
    errors = [float(made.engine["low_resolution_error"]["samples"][0]) for made in (free, bound)]  # type: ignore[index, call-overload, arg-type]
    assert errors[1] < errors[0] / 5


@pytest.mark.parametrize(
    ("changes", "says"), [({"samples": 1}, "samples"), ({"steps": 0}, "steps"), ({"steps": 2001}, "steps")]
)
def test_what_cannot_be_drawn_is_refused(
    changes: dict[str, Any], says: str, backend: tuple[Descriptor, Path]
) -> None:  # fmt: skip
    with pytest.raises(InputError, match=says):
        ran(backend, **changes)


def test_weights_without_a_regression_are_refused_in_one_line(tmp_path: Path) -> None:
    state = {name: value for name, value in tiny().state_dict().items() if not name.startswith("regression.tail")}
    save_file(state, tmp_path / "half.safetensors")
    with pytest.raises(InputError, match="not of the architecture") as caught:
        ran((card("sr3/edsr"), tmp_path / "half.safetensors"))
    assert "\n" not in str(caught.value)
