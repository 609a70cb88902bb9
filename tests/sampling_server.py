"""An inference process without networks that draws several samples: ``python -m sampling_server``.

It answers as a diffusion does, quickly: the crop enlarged, ``samples`` noisy copies of it by seed, and their spread.
``FACET_TEST_FORGETS`` names companions that it forgets; ``FACET_TEST_DRIFTS`` one that comes out otherwise, by as many
levels as stand after a colon; ``FACET_TEST_DEVICE`` is where it says it computes.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from facet.core.descriptor import Descriptor, Family, Parameter
from facet.core.run import Companion, Enhanced, EnhanceRequest
from facet.core.serve import Answer, Task, serve
from facet.core.spread import spread

CARD = Descriptor(
    id="sampler-x4", title="Sampler", family=Family.GENERATIVE, scales=(4,), minimum_side=4, maximum_side=None,
    face_only=False, uses_training_set_information=True, has_random_component=True, licence="Apache-2.0",
    licence_limits="none", source="made by a test", weights_sha256=None, training_data="none",
    training_ancestry="none", paper="none", limitations=("It draws noise.",), validation="none",
    architecture="sr3/none", method="noise", parameters=(Parameter(name="samples", kind="int", default="4"),),
)  # fmt: skip
SERVER = {"module": "sampling_server", "environment": {"PYTHONPATH": str(Path(__file__).parent)}}
"""For ``InferenceClient(**SERVER)``."""


def enhanced(request: EnhanceRequest) -> Enhanced:
    """What it answers."""
    picture = np.ascontiguousarray(request.picture.repeat(4, 0).repeat(4, 1)).astype(np.uint8)
    samples = []
    if request.descriptor.architecture.startswith("sr3"):
        for number in range(1, int(str(request.parameters["samples"])) + 1):
            chance = np.random.default_rng([request.seed or 0, number])
            # agreeing at the left, at odds at the right
            reach = np.linspace(0, 40, picture.shape[1])[None, :, None]
            noisy = picture + chance.normal(size=picture.shape) * reach
            drawn = np.clip(noisy, 0, 255).astype(np.uint8)
            name, _, levels = os.environ.get("FACET_TEST_DRIFTS", "").partition(":")
            if name == f"sample-{number}":
                drawn[0, 0] ^= int(levels or 1)
            samples.append(Companion(role="sample", number=number, picture=drawn, facts={"mse": "1.25"}))
    beside = (spread(samples), *samples) if samples else ()
    forgotten = os.environ.get("FACET_TEST_FORGETS", "").split()
    return Enhanced(
        picture=picture, preparation=[],
        engine={"device": os.environ.get("FACET_TEST_DEVICE", "cpu"), "precision": "float32", "threads": 1,
                "tile": None, "overlap": None, "preview": False},
        software={"facet": "0"}, consistency={"protocol": "facet.consistency/1: none", "mse": "0", "psnr_db": "inf"},
        started="2026-01-31T12:00:00.000000Z", ended="2026-01-31T12:00:01.000000Z",
        companions=tuple(one for one in beside if one.name not in forgotten),
    )  # fmt: skip


def enhance(task: Task) -> Answer:
    return enhanced(EnhanceRequest.from_wire(task.arguments, task.buffers)).to_wire()


def devices(task: Task) -> Answer:
    assert not task.arguments
    return {"devices": [{"id": "cpu", "name": "none", "memory_bytes": None, "precisions": ["float32"]}]}, ()


if __name__ == "__main__":
    serve({"enhance": enhance, "devices": devices})
