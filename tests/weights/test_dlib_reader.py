from __future__ import annotations

import numpy as np
import pytest

from facet.weights.readers import dlib


def packed(value: int) -> bytes:
    """An integer as dlib writes it."""
    size = max(1, (value.bit_length() + 7) // 8)
    return bytes([size]) + value.to_bytes(size, "little")


def layer(tag: bytes, shape: tuple[int, ...], numbers: np.ndarray, before: tuple[int, ...] = ()) -> bytes:
    header = b"".join(packed(part) for part in (len(tag),)) + tag
    header += b"".join(packed(part) for part in (*before, dlib.VERSION, *shape))
    return header + numbers.astype("<f4").tobytes()


def face_file() -> tuple[bytes, dict[str, np.ndarray]]:
    """A file as dlib writes it, with numbers that tell where they belong, and these by name."""
    content, expected = b"\x01\x01\x01\x0dloss_metric_2", {}
    for start, (name, outputs, inputs, side) in enumerate(dlib.convolutions()):
        weight = np.full((outputs, inputs, side, side), start, np.float32)
        weight[-1, -1, -1] = np.arange(side)
        bias, scale, shift = (np.full(outputs, start + part, np.float32) for part in (0.25, 0.5, 0.75))
        params = np.concatenate([weight.ravel(), bias])
        content += layer(b"con_4", (params.size, 1, 1, 1), params) + b"\x01\x01"
        content += layer(b"affine_", (2 * outputs, 1, 1, 1), np.concatenate([scale, shift]))
        expected |= {f"{name}.weight": weight, f"{name}.bias": bias, f"{name}.scale": scale, f"{name}.shift": shift}
    last = np.arange(256 * 128, dtype=np.float32).reshape(256, 128)
    content += layer(b"fc_2", (256, 128, 1, 1), last, before=(128, 256))
    return content, expected | {"embedding.weight": last.T}


@pytest.fixture(scope="module")
def made() -> tuple[bytes, dict[str, np.ndarray]]:
    return face_file()


def test_every_number_is_found_under_its_name(made: tuple[bytes, dict[str, np.ndarray]]) -> None:
    content, expected = made
    found = dlib.face_network({"model.dat": content})
    assert found.keys() == expected.keys()
    assert all(np.array_equal(found[name], expected[name]) for name in expected)
    assert all(tensor.dtype == np.float32 for tensor in found.values())


def test_the_network_has_twenty_nine_convolutions_and_takes_those_numbers(
    made: tuple[bytes, dict[str, np.ndarray]],
) -> None:
    import torch

    from facet.measure.dlib_face import DlibFace

    assert len(list(dlib.convolutions())) == 29
    found = dlib.face_network({"model.dat": made[0]})
    DlibFace().load_state_dict({name: torch.from_numpy(tensor.copy()) for name, tensor in found.items()})


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda content: content[:-100], "too early"),
        (lambda content: content.replace(b"affine_", b"affine?", 1), "header"),
        (lambda content: content.replace(b"fc_2", b"fc_3"), "fc_2 is missing"),
        (lambda content: content[: content.rindex(b"fc_2") + 4], "no integer"),
        (lambda content: content.replace(b"\x02\x80\x12\x01\x01", b"\x02\x81\x12\x01\x01", 1), "header"),
    ],
)
def test_a_file_that_is_another_one_is_refused(
    made: tuple[bytes, dict[str, np.ndarray]], damage: object, reason: str
) -> None:
    damaged = damage(made[0])  # type: ignore[operator]
    assert damaged != made[0]
    with pytest.raises(ValueError, match=reason):
        dlib.face_network({"model.dat": damaged})


def test_one_file_is_needed() -> None:
    with pytest.raises(ValueError, match="0 files"):
        dlib.face_network({})
