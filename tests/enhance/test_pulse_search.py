from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from facet.core.errors import Cancelled
from facet.enhance import pulse_search
from facet.enhance.pulse_search import Latents, Search, geocross, reducing, schedule
from generators import LATENT, tiny_generator

SIDE = 8
GENERATOR = tiny_generator()


def quiet(step: int, error: float | None) -> None:
    """Nobody looks on."""


def low_of(seed: int) -> NDArray[np.float32]:
    """A face of the generator itself, reduced to 8×8."""
    with torch.inference_mode():
        made = (GENERATOR(torch.randn(1, LATENT, generator=torch.Generator().manual_seed(seed))) + 1) / 2
    picture = made.clamp(0, 1)[0].permute(1, 2, 0).numpy()
    rows = reducing(32, SIDE)
    return np.einsum("ir,jc,rck->ijk", rows, rows, picture).astype(np.float32)


def search(low: NDArray[np.float32] | None = None, covered: NDArray[np.bool_] | None = None) -> Search:
    everything = np.ones((SIDE, SIDE), bool)
    return Search(
        GENERATOR, Latents(GENERATOR), low_of(5) if low is None else low, everything if covered is None else covered
    )


def test_a_search_comes_closer_step_by_step_and_keeps_its_best() -> None:
    errors: list[float] = []
    found = search().candidate(
        np.random.default_rng(1), 30, lambda _, error: errors.append(math.inf if error is None else error)
    )
    assert found.error < errors[1] / 2
    assert found.error <= min(errors)
    assert found.picture.shape == (32, 32, 3)
    assert found.picture.dtype == np.float32
    rows = reducing(32, SIDE)
    low = np.einsum("ir,jc,rck->ijk", rows, rows, found.picture)
    assert np.square(low - low_of(5)).mean() == pytest.approx(found.error, rel=1e-4)


def test_a_search_that_has_arrived_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse_search, "WANTED", 0.05)
    found = search().candidate(np.random.default_rng(1), 60, quiet)
    assert found.error <= 0.05
    assert found.steps < 60


def test_the_same_seed_finds_the_same_face_and_another_seed_another() -> None:
    first, again, other = (search().candidate(np.random.default_rng(seed), 4, quiet) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.picture, again.picture)
    assert np.abs(first.picture - other.picture).max() > 0.05


def test_latents_and_noises_never_leave_their_spheres(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[torch.Tensor] = []
    noises: list[list[float]] = []
    make, synthesise = Latents.__call__, type(GENERATOR.synthesis).forward

    def watched(latents: Latents, directions: torch.Tensor) -> torch.Tensor:
        lengths.append(directions.detach().norm(dim=2))
        return make(latents, directions)

    def seen(network: object, given: torch.Tensor, **more: object) -> torch.Tensor:
        noises.append([float(noise.detach().norm()) for noise in more.get("noises", ())])  # type: ignore[attr-defined]
        return synthesise(network, given, **more)  # type: ignore[arg-type]

    prepared = search()
    monkeypatch.setattr(Latents, "__call__", watched)
    monkeypatch.setattr(type(GENERATOR.synthesis), "forward", seen)
    prepared.candidate(np.random.default_rng(1), 4, quiet)
    own = [float(noise.norm()) for noise in GENERATOR.synthesis.noises(5)]
    assert len(lengths) == 4
    for step in range(4):
        torch.testing.assert_close(lengths[step], torch.full((1, 11), LATENT**0.5), rtol=1e-5, atol=0)
        assert noises[step] == pytest.approx(own, rel=1e-5)


@pytest.mark.parametrize("stopped", [0, 1, 3])
def test_a_search_is_stopped_at_any_step(stopped: int) -> None:
    seen: list[int] = []

    def tick(step: int, error: float | None) -> None:
        assert (error is None) == (step == 0)
        seen.append(step)
        if step == stopped:
            raise Cancelled

    with pytest.raises(Cancelled):
        search().candidate(np.random.default_rng(1), 5, tick)
    assert seen == list(range(stopped + 1))


def test_what_the_crop_does_not_cover_does_not_count() -> None:
    covered = np.ones((SIDE, SIDE), bool)
    covered[:, :3] = False
    altered = low_of(5)
    altered[:, :3] = 0.9
    plain, other = (search(low, covered).candidate(np.random.default_rng(1), 3, quiet) for low in (low_of(5), altered))
    np.testing.assert_array_equal(plain.picture, other.picture)
    assert plain.error == other.error


def test_nothing_of_the_network_is_trained() -> None:
    before = {name: value.clone() for name, value in GENERATOR.state_dict().items()}
    search().candidate(np.random.default_rng(1), 3, quiet)
    for name, value in GENERATOR.state_dict().items():
        assert torch.equal(before[name], value), name
    assert all(weight.grad is None for weight in GENERATOR.parameters())


def test_latents_on_the_sphere_look_like_what_the_mapping_network_gives() -> None:
    with torch.inference_mode():
        mapped = GENERATOR.mapping(torch.randn(4000, LATENT, generator=torch.Generator().manual_seed(9)))
    directions = torch.randn(1, 4000, LATENT, generator=torch.Generator().manual_seed(8))
    made = Latents(GENERATOR)(directions)[0]
    torch.testing.assert_close(made.mean(dim=0), mapped.mean(dim=0), atol=0.08, rtol=0)
    torch.testing.assert_close(made.std(dim=0), mapped.std(dim=0), atol=0.2, rtol=0)


def test_geocross_is_nought_for_one_latent_and_a_quarter_turn_for_orthogonal_ones() -> None:
    length = 16
    one = torch.eye(length)[None, :1].expand(1, 4, length) * length**0.5
    assert float(geocross(one)) == pytest.approx(0, abs=1e-4)
    four = torch.eye(length)[None, :4] * length**0.5
    assert float(geocross(four)) == pytest.approx((math.pi / 2) ** 2 * length * 12 / 16, rel=1e-4)


def test_geocross_is_the_authors_formula() -> None:
    x = torch.randn(1, 5, 16, generator=torch.Generator().manual_seed(3))
    x = x / x.norm(dim=2, keepdim=True) * 4
    apart, together = (((x[:, :, None] + sign * x[:, None]) ** 2).sum(-1).add(1e-9).sqrt() for sign in (-1, 1))
    expected = ((2 * torch.atan2(apart, together)) ** 2 * 16).mean()
    torch.testing.assert_close(geocross(x), expected, rtol=1e-4, atol=1e-4)


def test_the_rate_rises_falls_and_drops() -> None:
    assert [round(schedule(share), 4) for share in (0, 0.45, 0.9, 0.95, 1)] == [0.1, 1.0, 0.1, 0.0505, 0.001]


def test_the_reduction_is_pillows() -> None:
    picture = np.random.default_rng(0).uniform(size=(48, 48)).astype(np.float32)
    expected = np.asarray(Image.fromarray(picture).resize((11, 11), Image.Resampling.BICUBIC))
    rows = reducing(48, 11)
    np.testing.assert_allclose(rows @ picture @ rows.T, expected, atol=1e-5)
