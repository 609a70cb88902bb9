from __future__ import annotations

import pytest
import torch

from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.receipt import EngineWish
from facet.enhance import device
from facet.enhance.engine import Engine
from networks import card, request, scene

NO_CARD = not torch.cuda.is_available()


@pytest.mark.parametrize("unknown", ["gpu", "cuda:", "cuda:x", "CPU", "", "vulkan"])
def test_an_unknown_device_is_told_in_one_line(unknown: str) -> None:
    with pytest.raises(InputError, match="There is no device") as caught:
        device.choose(EngineWish(device=unknown))
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not NO_CARD, reason="this machine has a CUDA card")
@pytest.mark.parametrize("absent", ["cuda", "cuda:0", "cuda:7"])
def test_an_absent_card_is_told_in_one_line(absent: str) -> None:
    with pytest.raises(EnvironmentLacksError, match="no graphics card"):
        device.choose(EngineWish(device=absent))


def test_interpolation_needs_no_card_but_the_word_must_be_right() -> None:
    made, _ = Engine().run(request(scene(8, 8), card("interpolation/bicubic"), wish=EngineWish(device="cuda:7")))
    assert made.engine["device"] == "cpu"
    with pytest.raises(InputError):
        Engine().run(request(scene(8, 8), card("interpolation/bicubic"), wish=EngineWish(device="toaster")))


@pytest.mark.skipif(not NO_CARD, reason="this machine has a CUDA card")
def test_auto_falls_back_to_the_processor() -> None:
    assert device.choose(EngineWish()).device.type in ("cpu", "mps")


def test_float16_is_refused_where_the_processor_lacks_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "_cpu_computes", lambda short: False)
    with pytest.raises(EnvironmentLacksError, match="float16"):
        device.choose(EngineWish(device="cpu", precision="float16"))
    monkeypatch.setattr(device, "_cpu_computes", lambda short: True)
    assert device.choose(EngineWish(device="cpu", precision="float16")).dtype == torch.float16


def test_the_processor_is_always_there() -> None:
    first = device.devices()[0]
    assert first["id"] == "cpu"
    assert first["name"]
    assert "float32" in first["precisions"]  # type: ignore[operator]


def test_settling_makes_torch_repeatable() -> None:
    rig = device.choose(EngineWish(device="cpu", threads=1))
    rig.settle(7)
    first = torch.rand(3)
    assert torch.are_deterministic_algorithms_enabled()
    assert torch.backends.cudnn.deterministic
    assert not torch.backends.cudnn.benchmark
    assert torch.get_float32_matmul_precision() == "highest"
    rig.settle(7)
    assert torch.equal(first, torch.rand(3))
