"""Full-size networks with numbers that tell where they belong, through the readers into their names."""

from __future__ import annotations

import io
import struct

import h5py
import numpy as np
import pytest

from facet.weights.convert import READERS, convert
from facet.weights.readers.ncnn import HALF
from pinned import srresnet_h5

LEAKY = " 9=2 -23310=1,2.000000e-01"


def rrdbnet_shapes() -> list[tuple[int, int, bool]]:
    """Outputs, inputs and whether a leaky ReLU follows, written down from the paper's figure 4 (23 blocks, 64, 32)."""
    dense = [(32, 64, True), (32, 96, True), (32, 128, True), (32, 160, True), (64, 192, False)]
    tail = [(64, 64, False), (64, 64, True), (64, 64, True), (64, 64, True), (3, 64, False)]
    return [(64, 3, False), *dense * 3 * 23, *tail]


def rrdbnet_members(shapes: list[tuple[int, int, bool]]) -> dict[str, bytes]:
    """The n-th convolution's weights are all n/512 (exact in 16 bits), its biases all -n."""
    lines, numbers = [], []
    for index, (out, into, leaky) in enumerate(shapes):
        count = out * into * 9
        lines.append(
            f"Convolution c{index} 1 1 x{index} x{index + 1} 0={out} 1=3 4=1 5=1 6={count}{LEAKY if leaky else ''}"
        )
        numbers += [struct.pack("<I", HALF), np.full(count, index / 512, "<f2").tobytes()]
        numbers += [np.full(out, -index, "<f4").tobytes()]
    text = "\n".join(["7767517", f"{len(shapes)} {len(shapes) + 1}", *lines])
    return {"net.param": text.encode(), "net.bin": b"".join(numbers)}


def test_every_convolution_of_rrdbnet_gets_its_name() -> None:
    tensors = convert("ncnn/rrdbnet", rrdbnet_members(rrdbnet_shapes()))
    assert len(tensors) == 2 * 351
    for name, index in {
        "conv_first": 0,
        "body.0.rdb1.conv1": 1,
        "body.0.rdb2.conv5": 10,
        "body.22.rdb3.conv5": 345,
        "conv_body": 346,
        "conv_up1": 347,
        "conv_up2": 348,
        "conv_hr": 349,
        "conv_last": 350,
    }.items():
        assert np.all(tensors[f"{name}.weight"] == index / 512), name
        assert np.all(tensors[f"{name}.bias"] == -index), name
    assert tensors["body.7.rdb2.conv4.weight"].shape == (32, 160, 3, 3)
    assert sum(tensor.size for tensor in tensors.values()) == 16_697_987


def test_rrdbnet_in_another_order_is_refused() -> None:
    shapes = rrdbnet_shapes()
    shapes[1], shapes[2] = shapes[2], shapes[1]
    with pytest.raises(ValueError, match="the shape"):
        convert("ncnn/rrdbnet", rrdbnet_members(shapes))


def test_rrdbnet_with_other_activations_is_refused() -> None:
    shapes = rrdbnet_shapes()
    shapes[346] = (64, 64, True)
    with pytest.raises(ValueError, match="another activation than conv_body"):
        convert("ncnn/rrdbnet", rrdbnet_members(shapes))


def test_another_number_of_blocks_is_refused() -> None:
    with pytest.raises(ValueError, match="336 convolutions instead of 351"):
        convert("ncnn/rrdbnet", rrdbnet_members(rrdbnet_shapes()[15:]))


def keras_copy(change: dict[str, float]) -> dict[str, bytes]:
    """SRResNet's file with some arrays (by path) filled with one value."""
    content = io.BytesIO(srresnet_h5(3))
    with h5py.File(content, "r+") as file:
        for path, value in change.items():
            file[path][...] = value
    return {"weights/generator.h5": content.getvalue()}


def test_every_layer_of_srresnet_gets_its_name() -> None:
    tensors = convert("keras/srresnet", keras_copy({
        "conv2d_34/conv2d_34/kernel:0": 34, "conv2d_33/conv2d_33/bias:0": 33, "conv2d_32/conv2d_32/bias:0": 32,
        "batch_normalization_v1_32/batch_normalization_v1_32/moving_mean:0": 132,
        "batch_normalization_v1_3/batch_normalization_v1_3/gamma:0": 103,
        "p_re_lu_18/p_re_lu_18/alpha:0": 218, "p_re_lu_1/p_re_lu_1/alpha:0": 201,
    }))  # fmt: skip
    for name, value in {
        "up1.weight": 34,
        "mid.bias": 33,
        "body.15.conv2.bias": 32,
        "mid_bn.running_mean": 132,
        "body.1.bn2.weight": 103,
        "up2_prelu.weight": 218,
        "body.0.prelu.weight": 201,
    }.items():
        assert np.all(tensors[name] == value), name
    assert tensors["tail.weight"].shape == (3, 64, 9, 9)
    assert len(tensors) == 2 * 37 + 4 * 33 + 19
    assert sum(tensor.size for tensor in tensors.values()) == 1_554_883


def test_a_kernel_is_turned_from_keras_to_torch() -> None:
    members = keras_copy({})
    with h5py.File(io.BytesIO(members["weights/generator.h5"])) as file:
        kernel = file["conv2d_34/conv2d_34/kernel:0"][()]
    weight = convert("keras/srresnet", members)["up1.weight"]
    assert weight[200, 7, 2, 1] == kernel[2, 1, 7, 200]
    assert weight.flags.c_contiguous


def test_values_that_are_not_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match=r"up1\.weight holds values that are not numbers"):
        convert("keras/srresnet", keras_copy({"conv2d_34/conv2d_34/kernel:0": float("nan")}))


@pytest.mark.parametrize("reader", READERS)
def test_a_reader_without_its_files_says_so(reader: str) -> None:
    with pytest.raises(ValueError, match="0 files end in"):
        convert(reader, {"readme.txt": b""})


def test_a_reader_that_does_not_exist_is_told() -> None:
    with pytest.raises(ValueError, match="there is no reader onnx/face"):
        convert("onnx/face", {})
