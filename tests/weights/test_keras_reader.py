from __future__ import annotations

import io
from pathlib import Path

import h5py
import numpy as np
import pytest

from facet.weights.readers.keras_h5 import read_layers


def weight_file(dtype: str = "<f4", *, external: Path | None = None) -> bytes:
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file.attrs["layer_names"] = np.array([b"input_1", b"conv2d", b"p_re_lu"])
        file.create_group("input_1").attrs["weight_names"] = np.array([], dtype="S1")
        group = file.create_group("conv2d")
        group.attrs["weight_names"] = np.array([b"conv2d/kernel:0", b"conv2d/bias:0"])
        group.create_dataset("conv2d/kernel:0", data=np.arange(24, dtype=dtype).reshape(1, 2, 3, 4))
        if external is None:
            group.create_dataset("conv2d/bias:0", data=np.zeros(4, dtype))
        else:
            group.create_dataset("conv2d/bias:0", (4,), dtype, external=[(str(external), 0, 16)])
        slopes = file.create_group("p_re_lu")
        slopes.attrs["weight_names"] = np.array([b"p_re_lu/alpha:0"])
        slopes.create_dataset("p_re_lu/alpha:0", data=np.ones((1, 1, 4), dtype))
    return content.getvalue()


def test_layers_with_numbers_come_in_the_models_order() -> None:
    layers = read_layers(weight_file())
    assert [layer.name for layer in layers] == ["conv2d", "p_re_lu"]
    assert list(layers[0].arrays) == ["kernel", "bias"]
    np.testing.assert_array_equal(layers[0].arrays["kernel"], np.arange(24, dtype=np.float32).reshape(1, 2, 3, 4))
    assert layers[1].arrays["alpha"].shape == (1, 1, 4)


def test_numbers_that_lie_in_another_file_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(bytes(16))
    with pytest.raises(ValueError, match="kept in this file"):
        read_layers(weight_file(external=secret))


def test_numbers_of_another_type_are_refused() -> None:
    with pytest.raises(ValueError, match="32-bit floats"):
        read_layers(weight_file("<f8"))


@pytest.mark.parametrize("content", [b"", b"not hdf5 at all", weight_file()[:600]])
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a Keras weight file"):
        read_layers(content)


def test_an_hdf5_file_of_another_program_is_refused() -> None:
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file["picture"] = np.zeros((2, 2))
    with pytest.raises(ValueError, match="not a Keras weight file"):
        read_layers(content.getvalue())
