from __future__ import annotations

import io
import pickle
import zipfile
from pathlib import Path
from typing import Any

import pytest
import torch

from facet.core.digest import sha256_file
from facet.core.errors import EnvironmentLacksError, InputError
from facet.enhance.state_dict import read_state
from networks import tiny_rrdbnet


class Burglar:
    """Unpickled by an unwary reader, it leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (self.mark,))


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read_state(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("zipped", [True, False])
def test_a_pickle_that_runs_a_program_is_refused_and_not_run(zipped: bool, tmp_path: Path) -> None:
    mark, path = tmp_path / "mark", tmp_path / "model.pth"
    torch.save({"params": Burglar(mark)}, path, _use_new_zipfile_serialization=zipped)
    assert "refused" in refused(path)
    assert not mark.exists()
    path.write_bytes(pickle.dumps(Burglar(mark)))
    assert "refused" in refused(path)
    assert not mark.exists()
    with path.open("rb") as stream:
        pickle.load(stream)
    assert mark.exists()  # the trap was real


@pytest.mark.parametrize("name", ["model.pt", "MODEL.PT"])
def test_pt_files_are_refused_unread(name: str, tmp_path: Path) -> None:
    assert ".pt files" in refused(tmp_path / name)


def test_torchscript_under_another_name_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "script.pth"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("script/constants.pkl", b"\x80\x02).")
        archive.writestr("script/version", b"3\n")
        archive.writestr("script/code/__torch__.py", b"")
        archive.writestr("script/data.pkl", b"\x80\x02}.")
    assert "refused" in refused(path)


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04 broken", b"\x80\x02}q\x00."])
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_a_damaged_file_is_refused(content: bytes, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_state(path)
    assert "\n" not in str(caught.value)


def test_a_list_is_no_state(tmp_path: Path) -> None:
    torch.save([torch.zeros(2)], tmp_path / "list.pth")
    assert "refused" in refused(tmp_path / "list.pth")


@pytest.mark.parametrize("name", ["model.onnx", "model.ckpt", "model", "model.bin"])
def test_other_kinds_of_file_are_refused(name: str, tmp_path: Path) -> None:
    assert "not a model file" in refused(tmp_path / name)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentLacksError, match="missing"):
        read_state(tmp_path / "none.pth")


def test_plain_weights_are_read_from_both_kinds_of_file(tmp_path: Path) -> None:
    path = tiny_rrdbnet(tmp_path)
    state, digest = read_state(path)
    assert digest == sha256_file(path)
    buffer = io.BytesIO()
    torch.save({"params_ema": state}, buffer)
    (tmp_path / "same.pth").write_bytes(buffer.getvalue())
    again, _ = read_state(tmp_path / "same.pth")
    assert torch.equal(again["params_ema"]["conv_first.weight"], state["conv_first.weight"])
