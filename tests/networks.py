"""Cards, tiny random networks and pictures for tests of the torch side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from facet.core.descriptor import Descriptor, Family
from facet.core.digest import sha256_file
from facet.core.run import EnhanceRequest


def card(architecture: str, **changes: Any) -> Descriptor:
    fields: dict[str, Any] = {
        "id": "tiny",
        "title": "A tiny network",
        "family": Family.REGRESSION,
        "scales": (4,),
        "minimum_side": 4,
        "maximum_side": None,
        "face_only": False,
        "uses_training_set_information": True,
        "has_random_component": False,
        "licence": "none",
        "licence_limits": "none",
        "source": "made by a test",
        "weights_sha256": None,
        "training_data": "none",
        "training_ancestry": "none",
        "paper": "none",
        "limitations": ("random weights",),
        "validation": "none",
        "architecture": architecture,
        "method": "none",
    }
    if architecture.startswith("interpolation/"):
        kernel = architecture.partition("/")[2]
        fields |= {"id": kernel, "family": Family.INTERPOLATION, "scales": (2, 3, 4, 8)}
    return Descriptor(**(fields | changes))


def request(picture: NDArray[Any], descriptor: Descriptor, weights: Path | None = None, **more: Any) -> EnhanceRequest:
    more.setdefault("parameters", {"scale": 4})
    return EnhanceRequest(
        picture=picture, descriptor=descriptor, weights=None if weights is None else str(weights), **more
    )


def with_digest(descriptor: Descriptor, weights: Path) -> Descriptor:
    fields = descriptor.to_json()
    return Descriptor.from_json({**fields, "weights_sha256": sha256_file(weights)})


def tiny_rrdbnet(folder: Path, *, seed: int = 0, growth: int = 4, name: str = "rrdbnet.safetensors") -> Path:
    import torch
    from safetensors.torch import save_file

    from facet.enhance.basicsr_bridge import rrdbnet_class

    torch.manual_seed(seed)
    network = rrdbnet_class()(num_in_ch=3, num_out_ch=3, scale=4, num_feat=8, num_block=1, num_grow_ch=growth)
    state = lively(network.state_dict(), "conv_last.bias")
    save_file(state, folder / name)
    return folder / name


def tiny_srresnet(folder: Path, *, seed: int = 0) -> Path:
    import torch
    from safetensors.torch import save_file

    from facet.enhance.srresnet import SRResNet

    torch.manual_seed(seed)
    state = lively(SRResNet(features=8, blocks=2).state_dict(), "tail.bias")
    save_file(
        {k: v for k, v in state.items() if not k.endswith("num_batches_tracked")}, folder / "srresnet.safetensors"
    )
    return folder / "srresnet.safetensors"


def lively(state: dict[str, Any], last_bias: str) -> dict[str, Any]:
    """Random weights large enough to make a picture of them, around mid-grey."""
    import torch

    made = {}
    for name, value in state.items():
        fan = value[0].numel() if value.dim() == 4 else 1
        made[name] = torch.randn_like(value) * (1.5 / fan) ** 0.5 if value.dim() == 4 else value.clone()
    made[last_bias] = torch.full_like(made[last_bias], 0.5)
    return made


def scene(height: int, width: int, *, seed: int = 0, bits: int = 8) -> NDArray[Any]:
    """A smooth, coloured picture with edges; RGB uint8 or uint16."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width].astype(np.float64)
    planes = []
    for _ in range(3):
        a, b, c, d = random.uniform(0.05, 0.5, 4)
        planes.append(0.5 + 0.3 * np.sin(a * x + b * y) + 0.2 * np.sign(np.sin(c * x - d * y)))
    top = 2**bits - 1
    return np.rint(np.clip(np.stack(planes, 2), 0, 1) * top).astype(np.uint8 if bits == 8 else np.uint16)


def portrait() -> NDArray[np.uint8]:
    """Astronaut Eileen Collins (NASA, public domain), 512×512, from scikit-image's files."""
    from importlib.util import find_spec

    found = find_spec("skimage")
    assert found is not None
    assert found.origin is not None
    return np.asarray(Image.open(Path(found.origin).parent / "data" / "astronaut.png").convert("RGB"))


def psnr(a: NDArray[Any], b: NDArray[Any], border: int = 4) -> float:
    inner = (slice(border, -border), slice(border, -border))
    mse = float(np.mean((a[inner].astype(float) - b[inner].astype(float)) ** 2))
    return float(10 * np.log10(255**2 / mse))
