from __future__ import annotations

import numpy as np
import pytest

from facet.weights.readers.openvino import read_layers
from openvino_files import Files


def small() -> Files:
    files = Files()
    given = files.layer("Parameter", "style", shape="1, 3", element_type="f32")
    weight = files.constant("weight", np.arange(6, dtype=np.float32).reshape(2, 3))
    gain = files.constant("gain", np.array([0.5], np.float16))
    axis = files.constant("axis", np.array(7, np.int64))
    files.layer("Add", "sum", files.layer("MatMul", "product", given, weight, transpose_b="true"), gain, axis)
    return files


def test_layers_come_with_what_feeds_them_and_with_their_numbers() -> None:
    files = small()
    layers = {layer.name: layer for layer in read_layers(files.description, files.numbers)}
    names = {layer.number: name for name, layer in layers.items()}
    assert [names[source] for source, _ in layers["sum"].inputs] == ["product", "gain", "axis"]
    assert layers["product"].attributes["transpose_b"] == "true"
    assert layers["product"].array is None
    np.testing.assert_array_equal(layers["weight"].array, [[0, 1, 2], [3, 4, 5]])
    assert layers["gain"].array is not None
    assert (layers["gain"].array.dtype, layers["gain"].array[0]) == (np.float32, 0.5)
    assert layers["axis"].array is not None
    assert (layers["axis"].array.shape, int(layers["axis"].array)) == ((), 7)


def test_a_layer_comes_after_what_feeds_it_wherever_it_stands_in_the_file() -> None:
    files = small()
    text = files.description
    start = text.index(b'<layer id="0"')
    moved = text[:start] + text[text.index(b'<layer id="1"') : text.index(b"</layers>")]
    moved += text[start : text.index(b'<layer id="1"')] + text[text.index(b"</layers>") :]
    order = [layer.name for layer in read_layers(moved, files.numbers)]
    assert order.index("style") < order.index("product") < order.index("sum")


@pytest.mark.parametrize(
    ("given", "instead", "reason"),
    [
        (b'version="10"', b'version="11"', "version 10"),
        (b"</net>", b"", "not an OpenVINO description"),
        (b"<net ", b"<!DOCTYPE net><net ", "declares a document type"),
        (b'to-layer="4" to-port="1"', b'to-layer="4" to-port="9"', "nothing feeds its input 1"),
        (b'from-layer="0"', b'from-layer="99"', "not both there"),
        (b'from-layer="0" from-port="0"', b'from-layer="0" from-port="5"', "what feeds its input 0 is not there"),
        (b'from-layer="0" from-port="0"', b'from-layer="5" from-port="3"', "feeds itself"),
        (b'shape="2, 3"', b'shape="2, 4"', "not all there"),
        (b'shape="2, 3"', b'shape="-2, -3"', "not all there"),
        (b'offset="0"', b'offset="-4"', "not all there"),
        (b'offset="24"', b'offset="34"', "not all there"),
        (b'element_type="f16"', b'element_type="u4"', "can't be read"),
        (b'layer id="0"', b'layer id="zero"', "is not the number of a layer"),
    ],
)
def test_what_does_not_hold_together_is_refused(given: bytes, instead: bytes, reason: str) -> None:
    files = small()
    assert given in files.description
    with pytest.raises(ValueError, match=reason):
        read_layers(files.description.replace(given, instead), files.numbers)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xff\xfe<", b'<?xml version="1.0" encoding="odd"?><net/>'])
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not an OpenVINO description"):
        read_layers(content, b"")
