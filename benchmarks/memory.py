"""How much memory a run of each backend takes at its peak, for square crops of several sizes.

    python benchmarks/memory.py [--home FOLDER] [--backends ID,ID] [--write models/memory.json]

Each backend runs in a process of its own, with its weights and defaults (PULSE and SR3 with few steps, which change
nothing), on the processor with one thread, the small crops first. What is told is the system's count of the process's
largest size after a crop less what it was before the first, in MiB: the network, libraries it alone needs, weights
and pictures, but not torch itself.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from facet.core.receipt import EngineWish
from facet.core.run import EnhanceRequest, resolve_parameters
from facet.enhance.engine import Engine
from facet.weights import Store

SIDES = (32, 64, 128)
REPEATING = ("steps", "seeds", "samples")
"""Parameters that make a run longer and no larger: the least that the card allows."""
PROTOCOL = (
    "benchmarks/memory.py: float32 on the processor, one thread; the process's largest size after a square crop of "
    "that side, less its size before the first, in MiB: network, libraries it alone needs, weights and pictures"
)
FACE = (140, 30, 332, 222)
"""Where the astronaut's face lies in scikit-image's portrait (left, top, right, bottom)."""


def main() -> None:
    """Print a table, and write the file that travels with the models if asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, default=os.environ.get("FACET_HOME"))
    parser.add_argument("--backends", default="")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--of", metavar="ID", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.home is None:
        sys.exit("Name the folder of the weights with --home, or set FACET_HOME.")
    store = Store(given.home)
    if given.of:
        print(json.dumps(peaks(store, given.of)))
        return
    wanted = given.backends.split(",") if given.backends else ready(store)
    known = json.loads(given.write.read_text("utf-8"))["mib"] if given.write and given.write.exists() else {}
    print("backend            " + "".join(f"{side:>7}²" for side in SIDES) + "  MiB")
    for name in wanted:
        command = [sys.executable, __file__, "--home", str(given.home), "--of", name]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
        known[name] = json.loads(answer)
        print(f"{name:19}" + "".join(f"{known[name].get(str(side), '–'):>8}" for side in SIDES), flush=True)
        if given.write:
            told = {"schema": "facet.memory/1", "protocol": PROTOCOL, "mib": dict(sorted(known.items()))}
            given.write.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


def ready(store: Store) -> list[str]:
    """Every backend whose weights are here."""
    return [name for name, card in store.cards().items() if not card.descriptor.measures and store.installed(name)]


def peaks(store: Store, backend: str) -> dict[str, int]:
    """MiB by the side of the crop, of this process."""
    torch.set_num_threads(1)
    engine, descriptor = Engine(), store.card(backend).descriptor
    chosen = {each.name: min(each.choices, key=int) for each in descriptor.parameters if each.name in REPEATING}
    parameters = resolve_parameters(descriptor, chosen)
    weights = str(store.path(backend)) if descriptor.family.learned else None
    pictures = {side: face(side) for side in SIDES}
    before, told = largest(), {}
    for side, picture in pictures.items():
        engine.run(EnhanceRequest(
            picture=picture, descriptor=descriptor, weights=weights, parameters=parameters, seed=0,
            wish=EngineWish(device="cpu", threads=1),
        ))  # fmt: skip
        told[str(side)] = (largest() - before) // 1024
    return told


def largest() -> int:
    """KiB, the most this process ever had in memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def face(side: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """The astronaut's face (NASA, public domain; scikit-image's files), ``side`` pixels wide and high."""
    found = find_spec("skimage")
    if found is None or found.origin is None:
        sys.exit("The portrait comes with scikit-image. Install it: pip install scikit-image.")
    portrait = Image.open(Path(found.origin).parent / "data" / "astronaut.png").convert("RGB")
    return np.asarray(portrait.crop(FACE).resize((side, side), Image.Resampling.BICUBIC))


if __name__ == "__main__":
    main()
