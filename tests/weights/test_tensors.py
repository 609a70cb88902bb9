from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors import safe_open
from safetensors.numpy import load

from facet.weights.tensors import tensor_file

NAMES = st.text(st.characters(codec="utf-8"), min_size=1).filter(lambda name: name != "__metadata__")
TENSORS = st.dictionaries(
    NAMES,
    hnp.arrays(np.float32, hnp.array_shapes(max_dims=4, max_side=4), elements=st.floats(-1e6, 1e6, width=32)),
    max_size=5,
)  # fmt: skip
WORDS = st.dictionaries(st.text(max_size=10), st.text(max_size=10), max_size=4)


@given(TENSORS, WORDS)
def test_the_safetensors_library_reads_what_is_written(tensors: dict[str, np.ndarray], words: dict[str, str]) -> None:
    read = load(b"".join(tensor_file(tensors, words)))
    assert read.keys() == tensors.keys()
    for name, tensor in tensors.items():
        np.testing.assert_array_equal(read[name], tensor)


@given(TENSORS, WORDS, st.randoms())
def test_the_order_in_which_tensors_come_does_not_matter(
    tensors: dict[str, np.ndarray], words: dict[str, str], random: object
) -> None:
    names, keys = list(tensors), list(words)
    random.shuffle(names)  # type: ignore[attr-defined]
    random.shuffle(keys)  # type: ignore[attr-defined]
    again = tensor_file({name: tensors[name] for name in names}, {key: words[key] for key in keys})
    assert b"".join(again) == b"".join(tensor_file(tensors, words))


def test_numbers_start_at_a_multiple_of_eight_and_metadata_is_kept(tmp_path: Path) -> None:
    content = b"".join(tensor_file({"a": np.ones(3, np.float32)}, {"source": "here"}))
    assert int.from_bytes(content[:8], "little") % 8 == 0
    (tmp_path / "a.safetensors").write_bytes(content)
    with safe_open(tmp_path / "a.safetensors", "np") as file:
        assert file.metadata() == {"source": "here"}


def test_an_array_that_is_not_contiguous_is_written_in_its_own_order() -> None:
    turned = np.arange(6, dtype=np.float32).reshape(2, 3).T
    np.testing.assert_array_equal(load(b"".join(tensor_file({"a": turned}, {})))["a"], turned)


def test_other_types_than_float32_are_refused() -> None:
    with pytest.raises(TypeError, match="a: float64"):
        list(tensor_file({"a": np.zeros(1)}, {}))
