from __future__ import annotations

import io
import os
import warnings
import zipfile
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest
import torch

from facet.weights.convert import convert
from facet.weights.readers.torch_zip import read_tensors


def saved(state: Any) -> bytes:
    content = io.BytesIO()
    torch.save(state, content)
    return content.getvalue()


def test_tensors_are_what_torch_reads_itself() -> None:
    torch.manual_seed(0)
    whole = torch.randn(6, 4)
    state = OrderedDict(a=torch.randn(2, 3, 1), b=torch.arange(5), part=whole[2:4], number=torch.tensor(1.5))
    read = read_tensors(saved({"params": state}))
    assert set(read) == set(state)
    for name, tensor in state.items():
        assert read[name].shape == tuple(tensor.shape)
        assert np.array_equal(read[name], tensor.numpy())


class Command:
    """What a hostile file holds: a call that is made when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("pwned",)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"no zip at all", "not a file of plain PyTorch weights"),
        (saved({"params": {"a": Command()}}), "mkdir"),
        (saved({"a": torch.zeros(2).half()}), "HalfStorage"),
        (saved({"a": torch.zeros(3, 4).t()}), "does not lie in one piece"),
        (saved({"a": torch.zeros(2), "b": "text"}), "b is not a tensor"),
        (saved([torch.zeros(2)]), "no table of tensors"),
    ],
)
def test_anything_but_plain_tensors_is_refused_and_nothing_of_it_runs(content: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_tensors(content)
    assert not os.path.exists("pwned")  # noqa: PTH110


def test_a_storage_that_was_cut_short_is_refused() -> None:
    source = zipfile.ZipFile(io.BytesIO(saved({"a": torch.zeros(8)})))
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name)[: 16 if "/data/" in name else None])
    with pytest.raises(ValueError, match="4 numbers instead of 8"):
        read_tensors(content.getvalue())


def dat_light(**changes: Any) -> bytes:
    from spandrel.architectures.DAT import DAT

    options: dict[str, Any] = {
        "img_size": 16, "embed_dim": 60, "split_size": [8, 16], "depth": [18], "num_heads": [6],
        "expansion_factor": 2, "upscale": 4, "resi_connection": "3conv", "upsampler": "pixelshuffledirect",
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return saved({"params": DAT(**(options | changes)).state_dict()})


def test_of_dat_light_only_what_was_learned_is_kept() -> None:
    content = dat_light()
    tensors = convert("torch/dat-light", {"DAT_light_x4.pth": content})
    endings = {name.rpartition(".")[2] for name in tensors}
    assert endings == {"weight", "bias", "rpe_biases", "running_mean", "running_var", "temperature"}
    assert tensors["upsample.0.weight"].shape == (48, 60, 3, 3)
    assert sum(tensor.nbytes for tensor in tensors.values()) < len(content) / 1.4


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"depth": [2]}, "2 blocks instead of 18"),
        ({"depth": [2], "embed_dim": 32, "num_heads": [2]}, "the first layer"),
        ({"depth": [2, 2], "num_heads": [2, 2]}, "blocks"),
    ],
)
def test_another_dat_than_the_light_one_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        convert("torch/dat-light", {"x.pth": dat_light(**changes)})
