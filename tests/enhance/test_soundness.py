from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from facet.core.errors import EnvironmentLacksError
from facet.enhance import faults
from facet.enhance.engine import Engine
from facet.enhance.network import Network
from networks import card, request, scene, tiny_rrdbnet


def spoilt(folder: Path, weight: float, bias: float) -> Path:
    path = tiny_rrdbnet(folder)
    state = load_file(path)
    state["conv_last.weight"] = torch.full_like(state["conv_last.weight"], weight)
    state["conv_last.bias"] = torch.full_like(state["conv_last.bias"], bias)
    save_file(state, folder / "spoilt.safetensors")
    return folder / "spoilt.safetensors"


@pytest.mark.parametrize(
    ("weight", "bias", "says"),
    [
        (float("nan"), 0, "not numbers"),
        (0, float("inf"), "not numbers"),
        (0, -1, "black"),
        (0, 0.5, "single colour"),
        (0, 2, "single colour"),
    ],
)
def test_what_no_network_could_mean_is_refused(weight: float, bias: float, says: str, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentLacksError, match=says) as caught:
        Engine().run(request(scene(16, 16), card("rrdbnet"), spoilt(tmp_path, weight, bias)))
    assert "\n" not in str(caught.value)
    assert "Nothing was kept" in str(caught.value)


def test_a_black_or_flat_crop_may_stay_so() -> None:
    for level in (0, 128):
        flat = np.full((8, 8, 3), level, np.uint8)
        made, _ = Engine().run(request(flat, card("interpolation/bicubic")))
        assert (made.picture == level).all()


@pytest.mark.parametrize(
    "fault",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB\nmore"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:128] DefaultCPUAllocator: not enough memory: you tried to"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes."),
        MemoryError(),
    ],
)
def test_too_little_memory_is_told_with_advice(
    fault: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def fails(*_: object) -> int:
        raise fault

    monkeypatch.setattr(Network, "padding", fails)
    with pytest.raises(EnvironmentLacksError, match="smaller box or smaller tiles") as caught:
        Engine().run(request(scene(16, 16), card("rrdbnet"), tiny_rrdbnet(tmp_path)))
    assert "\n" not in str(caught.value)


def test_a_real_allocation_beyond_all_memory_is_told_the_same_way() -> None:
    with pytest.raises(EnvironmentLacksError, match="Not enough memory"), faults.in_plain_words("x", "cpu"):
        torch.empty(1 << 55, dtype=torch.uint8)


def test_a_fault_of_the_card_asks_for_a_fresh_process() -> None:
    with pytest.raises(EnvironmentLacksError, match="graphics card") as caught, faults.in_plain_words("x", "cuda:0"):
        raise RuntimeError("CUDA error: an illegal memory access was encountered\nlong advice")
    assert caught.value.values["restart"] == 1
    assert "\n" not in str(caught.value)


def test_other_faults_are_ours() -> None:
    with pytest.raises(RuntimeError, match="shapes"), faults.in_plain_words("x", "cpu"):
        raise RuntimeError("shapes do not match")
