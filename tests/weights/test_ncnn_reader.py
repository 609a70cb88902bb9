from __future__ import annotations

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facet.weights.readers.ncnn import HALF, read_convolutions, read_layers

PARAM = """7767517
5 6
Input            data      0 1 data
Convolution      first     1 1 data a 0=3 1=3 4=1 5=1 6=81 9=2 -23310=1,2.000000e-01
Split            twice     1 2 a a_0 a_1
Convolution      second    1 1 a_0 b 0=2 1=1 5=0 6=6
BinaryOp         sum       2 1 a_1 b output 0=0
"""


def numbers() -> tuple[bytes, np.ndarray, np.ndarray, np.ndarray]:
    """The ``.bin`` of ``PARAM`` (81 halves, which need padding; 3 biases; 6 singles) and what is in it."""
    random = np.random.default_rng(5)
    first = random.standard_normal(81).astype("<f2")
    bias = random.standard_normal(3).astype("<f4")
    second = random.standard_normal(6).astype("<f4")
    content = struct.pack("<I", HALF) + first.tobytes() + b"\0\0" + bias.tobytes()
    content += struct.pack("<I", 0) + second.tobytes()
    return content, first, bias, second


def test_layers_have_their_names_and_parameters() -> None:
    layers = read_layers(PARAM)
    assert [layer.kind for layer in layers] == ["Input", "Convolution", "Split", "Convolution", "BinaryOp"]
    assert layers[2].inputs == ("a",)
    assert layers[2].outputs == ("a_0", "a_1")
    assert layers[1].parameters[-23310] == "1,2.000000e-01"
    assert layers[1].number(0, 0) == 3
    assert layers[4].number(7, 42) == 42


def test_half_and_single_numbers_are_read_in_the_order_of_the_layers() -> None:
    content, first, bias, second = numbers()
    one, two = read_convolutions(read_layers(PARAM), content)
    assert (one.name, two.name) == ("first", "second")
    np.testing.assert_array_equal(one.weight, first.astype(np.float32).reshape(3, 3, 3, 3))
    np.testing.assert_array_equal(one.bias, bias)
    np.testing.assert_array_equal(two.weight, second.reshape(2, 3, 1, 1))
    np.testing.assert_array_equal(two.bias, np.zeros(2))
    assert one.weight.dtype == two.weight.dtype == np.float32
    assert (one.slope, two.slope) == (pytest.approx(0.2), None)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("7767517", "7767518", "not an ncnn"),
        ("5 6", "6 6", "6 layers are declared, 5"),
        ("BinaryOp", "InnerProduct", "kind InnerProduct"),
        ("6=81", "6=80", "80 weights don't make 3 filters"),
        ("0=3 1=3", "0=0 1=3", "81 weights don't make 0 filters"),
        ("-23310=1,2.000000e-01", "-23310=2,2.000000e-01", "activation"),
        ("9=2 ", "9=4 ", "activation"),
        ("6=6", "6=6 8=1", "quantised"),
        ("2 1 a_1 b output", "9 1 a_1 b output", "incomplete"),
        ("0=2 1=1", "0=2 stride", "not a parameter"),
    ],
)
def test_a_file_that_is_not_understood_is_refused(old: str, new: str, reason: str) -> None:
    content = numbers()[0]
    with pytest.raises(ValueError, match=reason):
        read_convolutions(read_layers(PARAM.replace(old, new)), content)


def test_numbers_of_an_unknown_kind_are_refused() -> None:
    content = struct.pack("<I", 0x000D4B38) + numbers()[0][4:]
    with pytest.raises(ValueError, match="tag 0x000d4b38"):
        read_convolutions(read_layers(PARAM), content)


def test_numbers_left_over_are_refused() -> None:
    with pytest.raises(ValueError, match="1 bytes are left over"):
        read_convolutions(read_layers(PARAM), numbers()[0] + b"\0")


@given(st.integers(min_value=0, max_value=len(numbers()[0]) - 1))
def test_numbers_cut_short_anywhere_are_refused(length: int) -> None:
    with pytest.raises(ValueError, match="ends too early"):
        read_convolutions(read_layers(PARAM), numbers()[0][:length])


@given(st.text(max_size=200))
def test_any_other_text_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_layers(f"7767517\n3 3\n{text}\nConvolution")
