"""What PULSE costs and how near it comes: one step against the bare generator, and the low-resolution error reached.

    python benchmarks/pulse.py FACE.png... [--home FOLDER] [--steps 300] [--side 32] [--threads N]

Each face is a square picture aligned as FFHQ's are; it is reduced by Pillow's bicubic kernel to ``--side`` pixels and
searched for from one starting point. Errors are mean squared, pictures in 0..1. The bare generator is one pass forward
and back for a picture of its own, in the same kept memory; five of each in turn, medians.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from facet.enhance.interpolation import resized
from facet.enhance.mobilestylegan import MobileStyleGAN, mobilestylegan
from facet.enhance.pulse_search import Latents, Search
from facet.enhance.state_dict import read_state
from facet.weights import Store

TIMED = 5


def bare(generator: MobileStyleGAN) -> float:
    """Seconds of one pass forward and back to the latents."""
    synthesis = generator.synthesis
    latents = torch.zeros(1, synthesis.inputs, generator.latent).requires_grad_()
    start = time.perf_counter()
    torch.autograd.grad(synthesis(latents).square().mean(), latents)
    return time.perf_counter() - start


def step_ratio(generator: MobileStyleGAN, search: Search) -> tuple[float, float]:
    """Seconds of a step, and how many times the bare passes that is."""
    steps: list[float] = []
    passes: list[float] = []
    times: list[float] = []

    def tick(step: int, _error: float | None) -> None:
        times.append(time.perf_counter())
        if step > 1:
            steps.append(times[-1] - times[-2])
            passes.append(bare(generator))
            times[-1] = time.perf_counter()

    search.candidate(np.random.default_rng(0), TIMED + 2, tick)
    return statistics.median(steps), statistics.median(steps) / statistics.median(passes)


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faces", type=Path, nargs="*")
    parser.add_argument("--home", type=Path, default=os.environ.get("FACET_HOME"))
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--side", type=int, default=32)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    if given.home is None:
        sys.exit("Name the folder of the weights with --home, or set FACET_HOME.")
    torch.set_num_threads(given.threads)
    generator = mobilestylegan(read_state(Store(given.home).path("pulse"))[0])
    latents, whole = Latents(generator), np.ones((given.side, given.side), bool)
    grey = Search(generator, latents, np.full((given.side, given.side, 3), 0.5, np.float32), whole)
    seconds, ratio = step_ratio(generator, grey)
    print(f"a step {seconds:.2f} s, {ratio:.3f} times the bare generator, {given.threads} threads")
    for file in given.faces:
        picture = np.asarray(Image.open(file).convert("RGB"), np.float32) / 255
        low = resized(picture, given.side, given.side, "bicubic").clip(0, 1)
        errors: list[float] = []
        found = Search(generator, latents, low, whole).candidate(
            np.random.default_rng([0, 1]), given.steps, lambda _, error, seen=errors: seen.append(error or 1.0)
        )
        course = " ".join(f"{step}:{errors[step]:.2e}" for step in range(25, found.steps, 25))
        print(f"{file.name}: {found.error:.2e} after {found.steps} steps ({course})")


if __name__ == "__main__":
    main()
