from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.receipt import EngineWish
from facet.enhance.engine import Engine
from facet.enhance.loading import inspect
from facet.enhance.network import Network
from networks import card, lively, request, scene, tiny_rrdbnet, with_digest


def saved(network: torch.nn.Module, path: Path) -> Path:
    torch.save({"params": network.state_dict()}, path)
    return path


def safmn(path: Path) -> Path:
    """An architecture that wants sides that are multiples of 8."""
    from spandrel.architectures.SAFMN import SAFMN

    torch.manual_seed(0)
    return saved(SAFMN(dim=8, n_blocks=1, ffn_scale=2.0, upscaling_factor=2), path)


def compact(path: Path, **sizes: Any) -> Path:
    from spandrel.architectures.Compact import Compact

    torch.manual_seed(0)
    sizes = {"num_in_ch": 3, "num_out_ch": 3, "num_feat": 8, "num_conv": 2, "upscale": 2, "act_type": "prelu"} | sizes
    return saved(Compact(**sizes), path)


def test_a_users_model_is_described_without_running_it(tmp_path: Path) -> None:
    facts = inspect(safmn(tmp_path / "own.pth"))
    assert facts["architecture"] == "spandrel/SAFMN"
    assert facts["scale"] == 2
    assert (facts["input_channels"], facts["output_channels"]) == (3, 3)
    assert facts["multiple_of"] == 8
    assert facts["precisions"] == ["float32", "bfloat16"]
    assert facts["parameters"] > 0
    assert len(facts["weights_sha256"]) == 64


def test_safetensors_are_described_too(tmp_path: Path) -> None:
    assert inspect(tiny_rrdbnet(tmp_path, growth=32))["architecture"] == "spandrel/ESRGAN"


def test_the_engine_pads_to_what_the_network_needs_cuts_it_off_and_records_it(tmp_path: Path) -> None:
    weights = safmn(tmp_path / "own.pth")
    descriptor = with_digest(card("spandrel", scales=(2,)), weights)
    made, _ = Engine().run(request(scene(13, 16), descriptor, weights, parameters={"scale": 2}))
    assert made.picture.shape == (26, 32, 3)
    pad = made.preparation[-1]
    assert pad["step"] == "pad"
    assert "reflect" in pad["mode"]
    assert pad["multiple_of"] == 8
    assert pad["bottom_right_of_each_tile"] == [[3, 0]]


def test_spandrel_and_our_own_loader_make_the_same_picture(tmp_path: Path) -> None:
    weights = tiny_rrdbnet(tmp_path, growth=32)
    ours, _ = Engine().run(request(scene(20, 20), card("rrdbnet"), weights))
    theirs, _ = Engine().run(request(scene(20, 20), card("spandrel"), weights))
    assert np.abs(ours.picture.astype(int) - theirs.picture.astype(int)).max() <= 1
    assert ours.picture.std() > 5


def test_a_precision_the_network_does_not_support_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    from facet.enhance import device

    monkeypatch.setattr(device, "_cpu_computes", lambda short: True)
    weights = safmn(tmp_path / "own.pth")
    wish = EngineWish(device="cpu", precision="float16")
    with pytest.raises(EnvironmentLacksError, match="can't run in float16"):
        Engine().run(request(scene(16, 16), card("spandrel", scales=(2,)), weights, parameters={"scale": 2}, wish=wish))


def test_a_model_of_grey_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="RGB"):
        inspect(compact(tmp_path / "grey.pth", num_in_ch=1, num_out_ch=1))


def test_weights_nobody_knows_are_refused(tmp_path: Path) -> None:
    torch.save({"layer.weight": torch.zeros(3, 3)}, tmp_path / "odd.pth")
    with pytest.raises(InputError, match="no known"):
        inspect(tmp_path / "odd.pth")


def test_weights_that_only_look_right_are_refused(tmp_path: Path) -> None:
    from spandrel.architectures.SAFMN import SAFMN

    state = SAFMN(dim=8, n_blocks=1, ffn_scale=2.0, upscaling_factor=2).state_dict()
    state["to_img.0.bias"] = torch.zeros(5)
    torch.save(state, tmp_path / "bent.pth")
    with pytest.raises(InputError) as caught:
        inspect(tmp_path / "bent.pth")
    assert "\n" not in str(caught.value)


def test_padding_rounds_up_to_the_multiple_the_minimum_and_the_square() -> None:
    nothing = torch.nn.Identity()
    network = Network(module=nothing, call=nothing, architecture="a", scale=1, minimum=16, multiple_of=8)
    assert network.padding(16, 17) == (0, 7)
    assert network.padding(3, 40) == (13, 0)
    network.square = True
    assert network.padding(3, 40) == (37, 0)


def test_lively_weights_do_not_make_a_flat_picture(tmp_path: Path) -> None:
    assert lively({"a.weight": torch.zeros(2, 3, 1, 1), "a.bias": torch.zeros(2)}, "a.bias")["a.weight"].std() > 0
