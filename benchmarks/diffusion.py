"""What a step of SR3 costs beside a bare forward of its U-Net, and what its samples are worth beside their mean.

    python benchmarks/diffusion.py --backend sr3-x4 [--side 32] [--rounds 30] [--threads N]
    python benchmarks/diffusion.py --backend sr3-x4 --data FOLDER [--first 12] [--crop 128]

The backend must be installed under ``FACET_HOME`` or travel with Facet. The second form prints PSNR-Y of the
regression inside, of the mean and of one sample, and the low-resolution error of each: ``facet bench run`` measures
only what a user is given.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from facet.core.receipt import EngineWish
from facet.core.run import EnhanceRequest, resolve_parameters
from facet.enhance.device import choose
from facet.enhance.engine import Engine, quantised
from facet.enhance.loading import SessionCache
from facet.enhance.preparation import to_unit
from facet.enhance.projection import Reduction
from facet.enhance.sr3 import Drawing, drawn
from facet.enhance.sr3_network import SR3
from facet.measure.fidelity import psnr_y
from facet.weights import Store


def main() -> None:
    """Print what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--backend", required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--first", type=int, default=12)
    parser.add_argument("--crop", type=int, default=128)
    parser.add_argument("--side", type=int, default=32, help="pixels of the square crop whose steps are timed")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    store = Store(Path(os.environ["FACET_HOME"]))
    descriptor, weights = store.card(given.backend).descriptor, store.path(given.backend)
    rig = choose(EngineWish(device="cpu", threads=given.threads))
    rig.settle(0)
    module = SessionCache().network(descriptor, weights, rig).module
    assert isinstance(module, SR3)
    if given.data is None:
        print(steps(module, given.side, given.rounds))
        return
    rows = [
        row(module, EnhanceRequest(
            picture=reduced(truth, module.scale), descriptor=descriptor, weights=str(weights), seed=0,
            parameters=resolve_parameters(descriptor, {}), wish=EngineWish(device="cpu", threads=given.threads),
        ), truth)
        for truth in truths(given.data, given.first, given.crop)
    ]  # fmt: skip
    for name in rows[0]:
        print(f"{name:32} {np.mean([each[name] for each in rows]):.3f}")


@torch.inference_mode()
def steps(module: SR3, side: int, rounds: int) -> str:
    """The ratio of a step of the sampler to a bare forward of the U-Net: medians, taken in turns."""
    known = module.known(torch.rand(1, 3, side, side))
    x, level = torch.randn_like(known.deviation), torch.tensor([0.5])
    planes = torch.cat([x, known.planes], dim=1).contiguous(memory_format=torch.channels_last)
    drawing = Drawing(samples=2, steps=10, ancestral=False, projection=False)
    bare, whole = [], []
    for _ in range(rounds):
        begun = time.perf_counter()
        for _ in range(drawing.steps):
            module.unet(planes, level)
        bare.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        drawn(module, known, drawing, np.random.default_rng(0), lambda _: None)
        whole.append(time.perf_counter() - begun)
    each, ratio = (float(np.median(times)) / drawing.steps for times in (bare, whole))
    return f"bare forward {1000 * each:.1f} ms, step {1000 * ratio:.1f} ms, ratio {ratio / each:.3f}"


def truths(folder: Path, first: int, side: int) -> list[NDArray[np.uint8]]:
    """The first pictures by name, each the whole of it, Lanczos to a square."""
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".png", ".jpg", ".jpeg"))[:first]
    return [
        np.asarray(Image.open(path).convert("RGB").resize((side, side), Image.Resampling.LANCZOS)) for path in paths
    ]


def reduced(truth: NDArray[np.uint8], scale: int) -> NDArray[np.uint8]:
    """By Pillow's antialiased bicubic."""
    side = len(truth) // scale
    return np.asarray(Image.fromarray(truth).resize((side, side), Image.Resampling.BICUBIC))


def row(module: SR3, request: EnhanceRequest, truth: NDArray[np.uint8]) -> dict[str, float]:
    """PSNR-Y in dB (border ``scale``) and low-resolution error (0..1) of all that the network makes of one crop."""
    made, low = Engine().run(request)
    unit = torch.from_numpy(to_unit(low).transpose(2, 0, 1).copy())
    with torch.inference_mode():
        regressed = quantised(module.regressed(unit[None])[0].permute(1, 2, 0).numpy())
    first = next(each.picture for each in made.companions if each.role == "sample")
    reduction = Reduction(*low.shape[:2], module.scale, torch.device("cpu"))
    told: dict[str, Any] = {}
    for name, picture in (("regression", regressed), ("mean", made.picture), ("one sample", first)):
        told[f"{name}, PSNR-Y dB"] = psnr_y(picture, truth, module.scale)
        planes = torch.from_numpy(to_unit(picture).transpose(2, 0, 1).copy())
        told[f"{name}, low-resolution e-5"] = 1e5 * reduction.error(planes, unit)
    return told


if __name__ == "__main__":
    main()
