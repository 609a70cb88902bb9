"""Networks of full size with random weights, and what else takes part in ``benchmarks/engine.py``."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ncnn_files import written
from safetensors.torch import save_file
from torch import Tensor, nn

from facet.core.descriptor import Descriptor, Family
from facet.core.digest import sha256_file
from facet.core.receipt import EngineWish
from facet.core.run import EnhanceRequest
from facet.enhance.basicsr_bridge import rrdbnet_class
from facet.enhance.edsr import EDSR
from facet.enhance.mobilestylegan import MobileStyleGAN
from facet.enhance.sr3_network import SR3
from facet.enhance.srresnet import SRResNet


def _rrdbnet() -> nn.Module:
    network: nn.Module = rrdbnet_class()(num_in_ch=3, num_out_ch=3, scale=4, num_feat=64, num_block=23, num_grow_ch=32)
    return network


def _seeded(make: Callable[[], nn.Module]) -> nn.Module:
    torch.manual_seed(0)
    return make().eval().requires_grad_(requires_grad=False)


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "rrdbnet": lambda: _seeded(_rrdbnet),
    "edsr": lambda: _seeded(lambda: EDSR(scale=4)),
    "srresnet": lambda: _seeded(SRResNet),
}
"""The same weights at every call; ×4 all."""


def request_for(name: str, side: int, folder: Path, wish: EngineWish) -> EnhanceRequest:
    """A run of that network on a crop of ``side``² pixels; the weights are put into ``folder``."""
    weights = folder / f"{name}.safetensors"
    state = {key: value.contiguous() for key, value in NETWORKS[name]().state_dict().items()}
    state |= {key: torch.full_like(state[key], 0.5) for key in ("conv_last.bias", "tail.bias") if key in state}
    save_file(state, weights)
    card = Descriptor(
        id=name, title="Random weights", family=Family.REGRESSION, scales=(4,), minimum_side=4, maximum_side=None,
        face_only=False, uses_training_set_information=False, has_random_component=False, licence="", licence_limits="",
        source="", weights_sha256=sha256_file(weights),
        training_data="", training_ancestry="", paper="", limitations=(), validation="", architecture=name, method="",
    )  # fmt: skip
    crop = np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)
    return EnhanceRequest(picture=crop, descriptor=card, weights=str(weights), parameters={"scale": 4}, wish=wish)


def sr3_network() -> SR3:
    """SR3 ×4 over an EDSR, untrained."""
    torch.manual_seed(0)
    return SR3(regression=EDSR(scale=4), scale=4).eval().requires_grad_(requires_grad=False)


def whole_generator() -> MobileStyleGAN:
    """MobileStyleGAN of the size that was trained on FFHQ, random."""
    torch.manual_seed(0)
    made = MobileStyleGAN(latent=512, depth=8, first=512, widths=[512, 512, 512, 512, 256, 128, 64])
    return made.eval().requires_grad_(requires_grad=False)


def strangers(network: nn.Module, unit: Tensor, threads: int, folder: Path) -> dict[str, Callable[[], Any]]:
    """Other engines that are installed here, with the same weights on the processor, by name; ncnn where ``network``
    is an RRDBNet. Their files are put into ``folder``."""
    found: dict[str, Callable[[], Any]] = {}
    if find_spec("openvino") is not None:
        found["OpenVINO, float32"] = _openvino(network, unit, threads)
    if find_spec("ncnn") is not None and type(network).__name__ == "RRDBNet":
        files = written(network, folder)
        for name, half in (("ncnn, float32", False), ("ncnn, kept in bfloat16", True)):
            found[name] = _ncnn(*files, unit, threads, half=half)
    return found


def compiled(network: nn.Module, unit: Tensor) -> Callable[[], Any]:
    """By torch.compile, frozen weights; takes a C++ compiler and minutes."""
    inductor: Any = importlib.import_module("torch._inductor.config")
    inductor.freezing = True
    made = torch.compile(network)

    def run() -> Any:
        with torch.inference_mode():
            return made(unit)

    run()
    return run


def _openvino(network: nn.Module, unit: Tensor, threads: int) -> Callable[[], Any]:
    openvino = importlib.import_module("openvino")
    model = openvino.convert_model(network, example_input=unit, input=[tuple(unit.shape)])
    wish = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
    made, picture = openvino.Core().compile_model(model, "CPU", wish), unit.numpy()
    return lambda: np.array(made(picture)[0])


def _ncnn(param: Path, weights: Path, unit: Tensor, threads: int, *, half: bool) -> Callable[[], Any]:
    ncnn = importlib.import_module("ncnn")
    net = ncnn.Net()
    net.opt.use_vulkan_compute = False
    net.opt.num_threads = threads
    net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
    net.opt.use_bf16_storage = half
    net.load_param(str(param))
    net.load_model(str(weights))
    picture = np.ascontiguousarray(unit[0].numpy())

    def run() -> Any:
        with net.create_extractor() as extractor:
            extractor.input("data", ncnn.Mat(picture))
            return np.array(extractor.extract("output")[1])

    return run
