from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from facet.enhance.loading import network_of
from facet.enhance.mobilestylegan import MobileStyleGAN, inverse_wavelet
from facet.enhance.state_dict import read_state
from facet.weights import Store
from generators import FIRST, LATENT, tiny_generator, tiny_state

ORIGINAL = Path(__file__).parent.parent / "weights" / "fixtures" / "pulse.npz"
TOLERANCE = 1e-4
"""Of a range of two; a step of an 8-bit picture is 8e-3. Seen: 3.5e-5."""


def latents(count: int = 1, seed: int = 0) -> torch.Tensor:
    return torch.randn(count, tiny_generator().synthesis.inputs, LATENT, generator=torch.Generator().manual_seed(seed))


def plainly(state: dict[str, torch.Tensor], given: torch.Tensor) -> torch.Tensor:
    """The whole picture written down step by step, with wavelets as transposed convolutions."""

    def style(name: str, number: int) -> torch.Tensor:
        factors = state[f"synthesis.{name}.weight"] @ given[0, number] + state[f"synthesis.{name}.bias"]
        return factors.reshape(1, -1, 1, 1)

    def finished(name: str, x: torch.Tensor) -> torch.Tensor:
        x = x + state[f"synthesis.{name}.noise"] + state[f"synthesis.{name}.bias"].reshape(1, -1, 1, 1)
        return functional.leaky_relu(x, 0.2)

    def risen(x: torch.Tensor) -> torch.Tensor:
        low, high = torch.tensor([1.0, 1.0]) / 2**0.5, torch.tensor([1.0, -1.0]) / 2**0.5
        kernels = [torch.outer(low, low), torch.outer(high, low), torch.outer(low, high), torch.outer(high, high)]
        parts = x.chunk(4, dim=1)
        out = torch.zeros(())
        for part, kernel in zip(parts, kernels, strict=True):
            each = kernel.expand(part.shape[1], 1, 2, 2)
            out = out + functional.conv_transpose2d(part, each, stride=2, groups=part.shape[1])
        return out

    x = style("first.style", 0) * state["synthesis.constant"]
    x = finished("first", functional.conv2d(x, state["synthesis.first.weight"], padding=1))
    for block in range(3):
        x = risen(style(f"blocks.{block}.up", 1 + 3 * block) * x)
        for number in (1, 2):
            name = f"blocks.{block}.conv{number}"
            x = style(f"{name}.style", 1 + 3 * block + number) * x
            x = functional.conv2d(x, state[f"synthesis.{name}.depthwise"], padding=1, groups=x.shape[1])
            x = finished(name, functional.conv2d(x, state[f"synthesis.{name}.pointwise"]))
    bands = functional.conv2d(style("head.style", 10) * x, state["synthesis.head.weight"], state["synthesis.head.bias"])
    detail = bands[:, 3:].reshape(1, 3, 3, *bands.shape[2:])  # colour by colour: down, across, both
    return risen(torch.cat([bands[:, :3], *(detail[:, :, band] for band in range(3))], dim=1))


def test_the_network_is_what_it_says_step_by_step() -> None:
    with torch.inference_mode():
        made = tiny_generator().synthesis(latents(), whole=True)
        expected = plainly(tiny_state(), latents())
    assert made.shape == expected.shape == (1, 3, 64, 64)
    assert expected.std() > 0.1
    torch.testing.assert_close(made, expected, atol=1e-5, rtol=1e-5)


def test_the_smaller_picture_is_the_box_mean_of_the_whole() -> None:
    synthesis = tiny_generator().synthesis
    with torch.inference_mode():
        small, whole = synthesis(latents()), synthesis(latents(), whole=True)
    assert small.shape == (1, 3, synthesis.side, synthesis.side)
    torch.testing.assert_close(small, functional.avg_pool2d(whole, 2), atol=1e-5, rtol=1e-5)


def test_a_batch_is_its_pictures_one_by_one() -> None:
    network, z = tiny_generator(), torch.randn(3, LATENT, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        torch.testing.assert_close(network(z), torch.cat([network(one[None]) for one in z]), atol=1e-5, rtol=1e-5)


def test_the_gradient_of_the_wavelet_is_that_of_its_differences() -> None:
    x = torch.randn(1, 8, 3, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(2), requires_grad=True)
    assert torch.autograd.gradcheck(inverse_wavelet, (x,))


def test_latents_and_noise_are_differentiated_through_and_weights_are_not() -> None:
    synthesis = tiny_generator().synthesis
    given = latents().requires_grad_()
    noises = [noise.clone().requires_grad_() for noise in synthesis.noises(2)]
    synthesis(given, noises=noises).square().mean().backward()
    assert given.grad is not None
    assert (given.grad.abs().amax(dim=2) > 0).all()
    assert all(noise.grad is not None and noise.grad.abs().max() > 0 for noise in noises)
    assert all(weight.grad is None and not weight.requires_grad for weight in synthesis.parameters())


def test_noise_that_is_given_takes_the_place_of_the_layers_own() -> None:
    synthesis = tiny_generator().synthesis
    own = synthesis.noises(3)
    assert [tuple(noise.shape[2:]) for noise in own] == [(4, 4), (8, 8), (8, 8)]
    with torch.inference_mode():
        torch.testing.assert_close(synthesis(latents(), noises=own), synthesis(latents()))
        other = synthesis(latents(), noises=[torch.zeros_like(noise) for noise in own])
    assert (other - synthesis(latents())).abs().max() > 1e-3


def test_its_size_is_told_by_its_weights() -> None:
    network = network_of("pulse", tiny_state(), "tiny").module
    assert isinstance(network, MobileStyleGAN)
    assert (network.latent, network.synthesis.inputs, network.synthesis.constant.shape[1]) == (LATENT, 11, FIRST)


@pytest.mark.weights
def test_the_converted_weights_give_what_openvino_gave(store_home: Path) -> None:
    store = Store(store_home)
    if not store.installed("pulse"):
        pytest.skip("weights not installed: pulse")
    original = np.load(ORIGINAL)
    state, _ = read_state(store.path("pulse"))
    network = network_of("pulse", state, "pulse").module
    with torch.inference_mode():
        w = network.mapping(torch.from_numpy(original["z"]))
        whole = network.synthesis(w[:, None].expand(-1, network.synthesis.inputs, -1), whole=True)[0].numpy()
    assert original["sparse"].std() > 0.2
    np.testing.assert_allclose(w.numpy(), original["w"], rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(whole[:, ::37, ::37], original["sparse"], rtol=0, atol=TOLERANCE)
    np.testing.assert_allclose(whole[:, 468:492, 468:492], original["eyes"], rtol=0, atol=TOLERANCE)
