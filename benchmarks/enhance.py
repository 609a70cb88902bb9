"""How long a network takes in Facet's engine, beside a plain script that runs the same weights.

    python benchmarks/enhance.py [--side 64] [--rounds 5] [--threads N]

The weights are random, which costs as much time as trained ones. All contestants take turns in one run, each keeps
its best time, and what counts is the ratio: seconds differ from machine to machine and from hour to hour.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file

from facet.core.descriptor import Descriptor, Family
from facet.core.digest import sha256_file
from facet.core.receipt import EngineWish
from facet.core.run import EnhanceRequest
from facet.enhance.basicsr_bridge import rrdbnet_class
from facet.enhance.engine import Engine


def main() -> None:
    """Print one line per contestant."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--side", type=int, default=64, help="pixels of the square crop")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    given = parser.parse_args()
    torch.manual_seed(0)
    torch.set_num_threads(given.threads)
    crop = np.random.default_rng(0).integers(0, 256, (given.side, given.side, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "random.safetensors"
        network = rrdbnet_class()(num_in_ch=3, num_out_ch=3, scale=4, num_feat=64, num_block=23, num_grow_ch=32).eval()
        state = network.state_dict()
        state["conv_last.bias"] = torch.full_like(state["conv_last.bias"], 0.5)
        save_file(state, weights)
        contestants = {
            "plain script": plain(network, crop),
            "engine, float32": through_engine(crop, weights, EngineWish(threads=given.threads)),
            "engine, tiles of 48 with an overlap of 16": through_engine(
                crop, weights, EngineWish(threads=given.threads, tile=48, overlap=16)
            ),
        }
        best = {name: float("inf") for name in contestants}
        for turn in range(given.rounds + 1):
            for name, run in contestants.items():
                started = time.perf_counter()
                run()
                if turn:  # the first round warms
                    best[name] = min(best[name], time.perf_counter() - started)
    print(f"RRDBNet ×4 (23 blocks), crop {given.side}×{given.side}, {given.threads} threads, torch {torch.__version__}")
    for name, seconds in best.items():
        print(f"{name:44} {seconds:7.2f} s   {best['plain script'] / seconds:5.2f} × the plain script's speed")


def plain(network: torch.nn.Module, crop: NDArray[np.uint8]) -> Callable[[], object]:
    """Rows, columns, channels as torch gives them by default."""
    batch = torch.from_numpy(crop.transpose(2, 0, 1)[None].astype(np.float32) / 255)

    def run() -> object:
        with torch.inference_mode():
            return network(batch)

    return run


def through_engine(crop: NDArray[np.uint8], weights: Path, wish: EngineWish) -> Callable[[], object]:
    """Everything a recorded run does, from the crop to the output."""
    engine = Engine()
    card = Descriptor(
        id="random", title="Random weights", family=Family.REGRESSION, scales=(4,), minimum_side=4, maximum_side=None,
        face_only=False, uses_training_set_information=False, has_random_component=False, licence="", licence_limits="",
        source="", weights_sha256=sha256_file(weights),
        training_data="", training_ancestry="", paper="", limitations=(), validation="",
        architecture="rrdbnet", method="",
    )  # fmt: skip
    request = EnhanceRequest(
        picture=crop,
        descriptor=card,
        weights=str(weights),
        parameters={"scale": 4},
        wish=wish,
    )
    return lambda: engine.run(request)


if __name__ == "__main__":
    main()
