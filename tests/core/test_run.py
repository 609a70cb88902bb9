"""What a run is asked crosses the process border whole."""

from __future__ import annotations

import numpy as np
import pytest

from facet.core.errors import InputError
from facet.core.receipt import EngineWish
from facet.core.run import Companion, Enhanced, EnhanceRequest, describe, resolve_parameters, restore
from facet.weights import cards


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_request_comes_out_as_it_went_in(dtype: type[np.uint8] | type[np.uint16]) -> None:
    picture = np.arange(5 * 7 * 3, dtype=dtype).reshape(5, 7, 3)
    request = EnhanceRequest(
        picture=picture,
        descriptor=cards()["srgan-x4"].descriptor,
        weights="/somewhere/weights.safetensors",
        parameters={},
        seed=7,
        rotation=90,
        sample_aspect="16/15",
        wish=EngineWish(device="cuda:1", precision="bfloat16", threads=3, tile=64, overlap=8),
    )
    arguments, buffers = request.to_wire()
    again = EnhanceRequest.from_wire(arguments, [bytes(buffer) for buffer in buffers])
    assert np.array_equal(again.picture, picture)
    assert again.picture.dtype == dtype
    for name in ("descriptor", "weights", "parameters", "seed", "rotation", "sample_aspect", "wish"):
        assert getattr(again, name) == getattr(request, name)


def test_an_answer_comes_out_as_it_went_in() -> None:
    made = Enhanced(
        picture=np.full((8, 4, 3), 7, np.uint8),
        preparation=[{"step": "rotate"}],
        engine={"device": "cpu"},
        software={"torch": None},
        consistency={"mse": "1.0"},
        started="a",
        ended="b",
    )
    result, buffers = made.to_wire()
    again = Enhanced.from_wire(result, [bytes(buffer) for buffer in buffers])
    assert np.array_equal(again.picture, made.picture)
    assert again.to_wire()[0] == result
    assert again.companions == ()


def test_what_belongs_to_an_answer_comes_with_it_in_its_order() -> None:
    made = Enhanced(
        picture=np.full((8, 4, 3), 7, np.uint8), preparation=[], engine={}, software={}, consistency={},
        started="a", ended="b",
        companions=(
            Companion(role="spread", number=1, picture=np.full((8, 4, 3), 1, np.uint8), facts={"of": "sample"}),
            Companion(role="sample", number=1, picture=np.full((8, 4, 3), 2, np.uint8)),
            Companion(role="sample", number=2, picture=np.full((8, 4, 3), 3, np.uint8)),
        ),
    )  # fmt: skip
    result, buffers = made.to_wire()
    copies = [bytes(buffer) for buffer in buffers]
    again = Enhanced.from_wire(result, copies)
    assert [one.name for one in again.companions] == ["spread", "sample-1", "sample-2"]
    assert [int(one.picture[0, 0, 0]) for one in again.companions] == [1, 2, 3]
    assert [one.facts for one in again.companions] == [{"of": "sample"}, {}, {}]
    with pytest.raises(ValueError, match="zip"):
        Enhanced.from_wire(result, copies[:-1])


def test_a_buffer_that_does_not_fit_its_description_is_refused() -> None:
    description = describe(np.zeros((4, 4, 3), np.uint8))
    with pytest.raises(ValueError, match="reshape"):
        restore(description, b"too short")
    with pytest.raises(ValueError, match="float64"):
        restore({**description, "dtype": "float64"}, bytes(48))
    with pytest.raises(ValueError, match="contiguous"):
        describe(np.zeros((4, 8, 3), np.uint8)[:, ::2])


def test_parameters_are_written_out_with_their_defaults() -> None:
    bicubic = cards()["bicubic"].descriptor
    assert resolve_parameters(bicubic, {}) == {"scale": 4}
    assert resolve_parameters(bicubic, {"scale": "8"}) == {"scale": 8}


@pytest.mark.parametrize("given", [{"scale": "5"}, {"scale": "four"}, {"scale": ""}, {"sharpness": "1"}])
def test_parameters_that_are_none_of_the_cards_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(InputError, match="bicubic"):
        resolve_parameters(cards()["bicubic"].descriptor, given)
