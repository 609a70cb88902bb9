"""PULSE's search (Menon 2020, arXiv:2003.03808): over a sphere of latents, downhill to faces that reduce to a crop.

Every layer of the generator has a latent of its own, v, kept on the sphere of radius √L: there nearly all normal
numbers in L dimensions lie, so a point on it is a likely latent and one off it is not (the paper, section 3.2). What
the mapping network gives is, before its last leaky ReLU, close to a normal distribution; v is brought to its mean and
deviation and through that leaky ReLU, so the mapping network is not needed in the search. The noise of the first
layers moves as well, each on the sphere of its published length.

The loss is 100 times the mean squared low-resolution error (in 0..1, not counted below the wanted one) and 0.05 times
the geodesic cross distance («geocross»): the squared angle between two layers' latents, times L, averaged over all
pairs of layers. Adam at a rate of 0.4; the rate follows «linear1cycledrop» of the authors' program: up from a tenth to
the whole and back over nine tenths of the steps, then down to a thousandth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor
from torch.nn import functional

from facet.enhance.kept_memory import kept_memory
from facet.enhance.mobilestylegan import SLOPE, MobileStyleGAN

RATE = 0.4
PIXELS, CROSSED = 100.0, 0.05
"""Weights of the two parts of the loss."""
WANTED = 1e-3
"""Mean squared low-resolution error, pictures in 0..1, at which a search has arrived."""
NOISES = 5
"""Layers whose noise is searched too, from the first."""
FITTED = 8192
"""Draws through the mapping network from which its mean and deviation are taken."""
GAIN = 2**0.5
"""Behind the last leaky ReLU of the mapping network."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A candidate: ``picture`` float32 RGB (S, S, 3) in 0..1; ``error`` that of it, reduced; ``steps`` run."""

    picture: NDArray[np.float32] = field(repr=False)
    error: float
    steps: int


class Latents:
    """Where on the sphere what lies: the distribution of what a mapping network gives."""

    def __init__(self, generator: MobileStyleGAN) -> None:
        draws = np.random.default_rng(0).standard_normal((FITTED, generator.latent)).astype(np.float32)
        with torch.inference_mode():
            before = functional.leaky_relu(generator.mapping(_like(generator, draws)) / GAIN, 1 / SLOPE)
            mean, deviation = before.mean(dim=0), before.std(dim=0)
        self._mean, self._deviation = mean.clone(), deviation.clone()

    def __call__(self, directions: Tensor) -> Tensor:
        """(N, inputs, L) on the sphere, to latents of the synthesis network."""
        return functional.leaky_relu(directions * self._deviation + self._mean, SLOPE) * GAIN


class Search:
    """For faces that reduce to ``low``: float32 RGB (S, S, 3) in 0..1, of which only ``covered`` (S, S) counts."""

    def __init__(
        self, generator: MobileStyleGAN, latents: Latents, low: NDArray[np.float32], covered: NDArray[np.bool_]
    ) -> None:
        self._synthesis, self._latents, self._length = generator.synthesis, latents, generator.latent
        self._low = _like(generator, low.transpose(2, 0, 1)[None])
        self._counted = _like(generator, covered[None, None].astype(np.float32) / (3 * covered.sum()))
        self._reducing = _like(generator, reducing(generator.synthesis.side, len(low)))

    def candidate(self, random: np.random.Generator, steps: int, tick: Callable[[int, float | None], None]) -> Found:
        """The best of ``steps`` at most, from a start that ``random`` draws; fewer where the wanted error is reached.

        ``tick`` is called before each step with its number and the error before it (None at first); it may raise.
        """
        directions = self._drawn(random, (1, self._synthesis.inputs, self._length), self._length**0.5)
        noises = [
            self._drawn(random, tuple(noise.shape), float(noise.norm())) for noise in self._synthesis.noises(NOISES)
        ]
        spheres = [(directions, self._length**0.5), *((noise, float(noise.norm())) for noise in noises)]
        moving = [sphere.requires_grad_() for sphere, _ in spheres]
        adam = torch.optim.Adam(moving, lr=RATE)
        error: float | None = None
        best, picture = float("inf"), None
        with kept_memory():
            for step in range(steps):
                tick(step, error)
                adam.param_groups[0]["lr"] = RATE * schedule(step / steps)
                with torch.enable_grad():
                    made = (self._synthesis(self._latents(directions), noises=noises) + 1) / 2
                    loss = PIXELS * self._error(made).clamp(min=WANTED) + CROSSED * geocross(directions)
                shown = made.detach().clamp_(0, 1)
                error = float(self._error(shown))
                if error < best:
                    best, picture = error, shown
                if best <= WANTED:
                    break
                for sphere, gradient in zip(moving, torch.autograd.grad(loss, moving), strict=True):
                    sphere.grad = gradient
                adam.step()
                with torch.no_grad():
                    for sphere, radius in spheres:
                        sphere.mul_(radius / sphere.norm(dim=_within(sphere), keepdim=True))
        if picture is None:
            raise FloatingPointError("the generator gives no numbers")
        return Found(picture=picture[0].permute(1, 2, 0).cpu().numpy(), error=best, steps=step + 1)

    def _error(self, picture: Tensor) -> Tensor:
        low = self._reducing @ picture @ self._reducing.T
        error: Tensor = ((low - self._low).square() * self._counted).sum()
        return error

    def _drawn(self, random: np.random.Generator, shape: tuple[int, ...], radius: float) -> Tensor:
        normal = _like(self._synthesis, random.standard_normal(shape).astype(np.float32))
        drawn: Tensor = normal * (radius / normal.norm(dim=_within(normal), keepdim=True))
        return drawn


def geocross(directions: Tensor) -> Tensor:
    """L times the squared angle between two layers' latents, averaged over all pairs; (1, layers, L) on a sphere.

    The angle is twice atan2(|a - b|, |a + b|), which stays exact for directions that are close.
    """
    length = directions.shape[2]
    inner = directions[0] @ directions[0].T
    squares = inner.diagonal()
    twice, sums = 2 * inner, squares[:, None] + squares
    apart, together = ((part.clamp(min=0) + 1e-9).sqrt() for part in (sums - twice, sums + twice))
    return (2 * torch.atan2(apart, together)).square().mean() * length


def schedule(share: float) -> float:
    """Of the rate, when this share (0..1) of the steps is done: «linear1cycledrop»."""
    if share < 0.9:
        return (9 * (1 - abs(share / 0.9 - 0.5) * 2) + 1) / 10
    return 0.1 + (share - 0.9) / 0.1 * (0.001 - 0.1)


def reducing(length: int, side: int) -> NDArray[np.float32]:
    """(side, length): Pillow's antialiased bicubic kernel (a=-0.5) along one side, as a matrix."""
    every = Image.fromarray(np.eye(length, dtype=np.float32))
    return np.array(every.resize((length, side), Image.Resampling.BICUBIC))


def _within(sphere: Tensor) -> tuple[int, ...]:
    """The axes along which a sphere's points lie: all but the picture's and the layer's."""
    return tuple(range(2, sphere.dim()))


def _like(module: torch.nn.Module, array: NDArray[np.float32]) -> Tensor:
    place = next(module.parameters())
    return torch.from_numpy(np.ascontiguousarray(array)).to(place.device, place.dtype)
