"""How long networks take in Facet's engine, beside a plain script that runs the same weights in the same run.

    python benchmarks/engine.py [--rounds 5] [--threads N] [--only PART ...] [--processor-time]
                                [--compiled]

Parts: rrdbnet edsr batch tiles sr3 pulse. Weights are random, which costs as much as trained ones. Seconds
differ from machine to machine; what counts is the ratio. ncnn and OpenVINO take part where their wheels are found,
torch.compile where it is asked for.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from engine_contestants import NETWORKS, compiled, request_for, sr3_network, strangers, whole_generator
from taking_turns import best_of, told
from torch import Tensor, nn

from facet.core.receipt import EngineWish
from facet.enhance.engine import Engine
from facet.enhance.kept_memory import kept_memory
from facet.enhance.network import Network
from facet.enhance.pulse_search import Latents, Search
from facet.enhance.sr3 import Drawing, drawn

PARTS = ("rrdbnet", "edsr", "batch", "tiles", "sr3", "pulse")
PLAIN = "plain script: rows, columns, channels as torch gives them"


def main() -> None:
    """Print one block per part."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--sides", nargs="+", type=int, default=(64, 128), help="of the crops for rrdbnet and edsr")
    parser.add_argument("--processor-time", action="store_true", help="with one thread, on a machine that is not quiet")
    parser.add_argument("--compiled", action="store_true", help="with torch.compile, which takes minutes to begin")
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    print(f"torch {torch.__version__}, threads {given.threads}, {torch.backends.cpu.get_cpu_capability()}")
    if not bfloat16_here():
        print("bfloat16: this processor has no such arithmetic; the preview is not measured")
    parts = {"rrdbnet": rrdbnet, "edsr": edsr, "batch": batch, "tiles": tiled, "sr3": sr3, "pulse": pulse}
    for part in given.only:
        parts[part](given)


def rrdbnet(given: argparse.Namespace) -> None:
    """RRDBNet ×4, 23 blocks."""
    for side in given.sides:
        compare("rrdbnet", side, given)


def edsr(given: argparse.Namespace) -> None:
    """EDSR-baseline ×4."""
    for side in given.sides:
        compare("edsr", side, given)


def compare(name: str, side: int, given: argparse.Namespace) -> None:
    """Plain, channels last, the network alone as Facet runs it, and a whole warm run of the engine."""
    unit = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(0))
    last = unit.contiguous(memory_format=torch.channels_last)
    plain = NETWORKS[name]()
    channels_last = NETWORKS[name]().to(memory_format=torch.channels_last)
    quick = ready(NETWORKS[name]())

    def bare() -> None:
        with kept_memory():
            run(quick, last)

    alone, whole = "Facet's network alone, warm", "Facet's engine: a whole warm run"
    with tempfile.TemporaryDirectory() as folder:
        contestants: dict[str, Callable[[], Any]] = {
            PLAIN: lambda: run(plain, unit),
            "plain script, channels last": lambda: run(channels_last, last),
            alone: bare,
            whole: through_engine(name, side, Path(folder), EngineWish(device="cpu", threads=given.threads)),
        }
        if bfloat16_here():
            contestants["Facet's engine, bfloat16 preview"] = through_engine(
                name, side, Path(folder), EngineWish(device="cpu", precision="bfloat16", threads=given.threads)
            )
        contestants |= strangers(plain, unit, given.threads, Path(folder))
        if given.compiled:
            contestants["torch.compile, frozen"] = compiled(NETWORKS[name](), last)
        best = best_of(contestants, given.rounds, processor=given.processor_time)
    told(f"{name} ×4, crop {side}×{side}", best, PLAIN)
    print(f"  a warm run adds {100 * (best[whole] / best[alone] - 1):.1f} % over the network alone")
    difference = float((run(quick, last) - run(plain, unit)).abs().max())
    print(f"  largest difference from the plain script: {difference:.1e} (1 level is {1 / 255:.1e})")


def batch(given: argparse.Namespace) -> None:
    """Eight small crops in one pass, and one after the other."""
    for name, side in (("rrdbnet", 16), ("rrdbnet", 32), ("edsr", 16), ("edsr", 32)):
        crops = torch.rand(8, 3, side, side).contiguous(memory_format=torch.channels_last)
        network = ready(NETWORKS[name]())
        one_by_one, together = "one by one", "in one batch"
        contestants = {
            one_by_one: lambda n=network, c=crops: [run(n, c[i : i + 1]) for i in range(8)],
            together: lambda n=network, c=crops: run(n, c),
        }
        with kept_memory():
            best = best_of(contestants, given.rounds, processor=given.processor_time)
        told(f"{name} ×4, eight crops of {side}×{side}", best, one_by_one)


def tiled(given: argparse.Namespace) -> None:
    """How far a picture made of tiles is from one made whole, in levels."""
    with tempfile.TemporaryDirectory() as folder:
        for name, overlap in (("rrdbnet", 16), ("edsr", 16), ("rrdbnet", 32), ("edsr", 32)):
            pictures = [
                through_engine(name, 96, Path(folder), EngineWish(device="cpu", threads=given.threads, **size))()
                for size in ({"tile": 2048, "overlap": 0}, {"tile": 2 * overlap + 16, "overlap": overlap})
            ]
            levels = np.abs(pictures[0].astype(int) - pictures[1].astype(int))
            cut = f"tiles of {2 * overlap + 16} with an overlap of {overlap}"
            share = 100 * float((levels > 0).mean())
            print(f"\n{name} ×4, 96×96, {cut}: at most {levels.max()} levels from one pass, {share:.2f} % differ")


def sr3(given: argparse.Namespace) -> None:
    """One step of the diffusion beside one bare pass of its U-Net, 32² to 128²."""
    module = sr3_network()
    known = module.known(torch.rand(1, 3, 32, 32))
    drawing = Drawing(samples=2, steps=5, ancestral=False, projection=False)
    planes = torch.cat([torch.randn_like(known.deviation), known.planes], dim=1)
    planes, level = planes.contiguous(memory_format=torch.channels_last), torch.full((1,), 0.5)
    bare = "five bare passes"
    contestants = {
        bare: lambda: [module.unet(planes, level) for _ in range(5)],
        "five steps": lambda: drawn(module, known, drawing, np.random.default_rng(0), lambda step: None),
    }
    with torch.inference_mode():
        told("SR3 ×4, 32×32", best_of(contestants, given.rounds, processor=given.processor_time), bare)


def pulse(given: argparse.Namespace) -> None:
    """One step of PULSE beside a bare forward and backward pass of its generator."""
    made = whole_generator()
    side = made.synthesis.side
    noise = np.random.default_rng(0).random((32, 32, 3), dtype=np.float32)  # out of reach: no step is spared
    search = Search(made, Latents(made), noise, np.ones((32, 32), bool))
    latents = torch.randn(1, made.synthesis.inputs, made.latent, requires_grad=True)

    def passes() -> None:
        with kept_memory():
            for _ in range(3):
                torch.autograd.grad(made.synthesis(latents).sum(), latents)

    bare = "three bare passes forward and backward"
    contestants = {
        bare: passes,
        "three steps": lambda: search.candidate(np.random.default_rng(0), 3, lambda step, error: None),
    }
    told(f"PULSE, {side}×{side}", best_of(contestants, given.rounds, processor=given.processor_time), bare)


def bfloat16_here() -> bool:
    """Whether the processor multiplies in bfloat16 itself; torch makes do without, slowly."""
    test = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(test is not None and test())


def ready(module: nn.Module) -> nn.Module:
    """As the engine has it after loading."""
    Network(module=module, call=module, architecture="", scale=4).to(
        torch.device("cpu"), torch.float32, torch.channels_last
    )
    return module


def run(network: nn.Module, pictures: Tensor) -> Tensor:
    """One pass."""
    with torch.inference_mode():
        made: Tensor = network(pictures)
        return made


def through_engine(name: str, side: int, folder: Path, wish: EngineWish) -> Callable[[], Any]:
    """Everything a recorded run does, from the crop to the output; gives the picture."""
    engine, request = Engine(), request_for(name, side, folder, wish)
    return lambda: engine.run(request)[0].picture


if __name__ == "__main__":
    main()
