from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from facet.core.canonical import canonical_json
from facet.core.descriptor import Descriptor
from facet.core.digest import picture_digest
from facet.core.errors import Cancelled, EnvironmentLacksError, InputError
from facet.core.receipt import EngineWish
from facet.enhance import engine as engine_module
from facet.enhance.engine import Engine, quantised
from facet.enhance.quick import STATED
from networks import card, request, scene, tiny_rrdbnet, tiny_srresnet, with_digest

CPU = EngineWish(device="cpu", threads=1)


@pytest.fixture
def rrdb(tmp_path: Path) -> tuple[Descriptor, Path]:
    weights = tiny_rrdbnet(tmp_path)
    return with_digest(card("rrdbnet"), weights), weights


def test_an_output_pixel_is_255_times_the_clipped_value_rounded() -> None:
    values = np.array([[[-0.2, 0.0, 0.4 / 255], [0.6 / 255, 1.0, 7.0]]], np.float32)
    assert quantised(values).tolist() == [[[0, 0, 0], [1, 255, 255]]]


@pytest.mark.parametrize("kernel", ["nearest", "bilinear", "bicubic", "lanczos"])
@pytest.mark.parametrize("scale", [2, 3, 4, 8])
def test_interpolation_goes_the_same_way_as_networks(kernel: str, scale: int) -> None:
    made, prepared = Engine().run(
        request(scene(12, 10), card(f"interpolation/{kernel}"), parameters={"scale": scale}, rotation=90)
    )
    assert made.picture.shape == (10 * scale, 12 * scale, 3)
    assert made.preparation[0] == {"step": "rotate", "clockwise_degrees": 90}
    assert made.preparation[-1]["picture_sha256"] == picture_digest(prepared)
    assert made.engine["device"] == "cpu"
    assert made.engine["preview"] is False


def test_nearest_returns_the_samples_it_was_given() -> None:
    every = np.arange(256 * 3, dtype=np.uint16).reshape(16, 16, 3).astype(np.uint8)
    made, _ = Engine().run(request(every, card("interpolation/nearest"), parameters={"scale": 2}))
    np.testing.assert_array_equal(made.picture[::2, ::2], every)


def test_everything_a_receipt_needs_is_there_and_is_canonical(rrdb: tuple[Descriptor, Path]) -> None:
    made, _ = Engine().run(request(scene(16, 20), *rrdb, wish=CPU))
    assert made.picture.shape == (64, 80, 3)
    assert made.engine.items() >= {
        "device": "cpu", "precision": "float32", "threads": 1, "tile": None, "overlap": 0, "preview": False,
    }.items()  # fmt: skip
    assert "deterministic" in str(made.engine["determinism"])
    assert made.software.keys() >= {"facet", "python", "torch", "torchvision", "numpy", "pillow", "cuda", "driver"}
    assert made.software["torch"] == torch.__version__
    assert made.started < made.ended
    for part in (made.preparation, made.engine, made.software):
        assert canonical_json(part)


def test_the_engines_record_is_a_wish_that_repeats_the_run(rrdb: tuple[Descriptor, Path]) -> None:
    first, _ = Engine().run(request(scene(60, 50), *rrdb, wish=EngineWish(tile=48, overlap=6)))
    record = {name: first.engine[name] for name in ("device", "precision", "threads", "tile", "overlap")}
    again, _ = Engine().run(request(scene(60, 50), *rrdb, wish=EngineWish(**record)))  # type: ignore[arg-type]
    assert picture_digest(first.picture) == picture_digest(again.picture)
    assert again.engine == first.engine


def test_a_warm_network_gives_the_same_bytes_as_a_cold_one(rrdb: tuple[Descriptor, Path], tmp_path: Path) -> None:
    warm = Engine()
    first, _ = warm.run(request(scene(24, 24), *rrdb))
    other = tiny_srresnet(tmp_path)
    warm.run(request(scene(30, 14, seed=3), with_digest(card("srresnet"), other), other))
    second, _ = warm.run(request(scene(24, 24), *rrdb))
    cold, _ = Engine().run(request(scene(24, 24), *rrdb))
    assert picture_digest(first.picture) == picture_digest(second.picture) == picture_digest(cold.picture)


def test_tiles_equal_one_pass_where_the_overlap_covers_the_networks_reach(rrdb: tuple[Descriptor, Path]) -> None:
    """The tiny RRDBNet looks 20 pixels far. Float sums may differ in the last bit: one level of 255 is allowed."""
    picture = scene(100, 90)
    whole, _ = Engine().run(request(picture, *rrdb, wish=CPU))
    tiled, _ = Engine().run(request(picture, *rrdb, wish=EngineWish(threads=1, tile=64, overlap=20)))
    cut, _ = Engine().run(request(picture, *rrdb, wish=EngineWish(threads=1, tile=64, overlap=0)))
    assert tiled.engine["tiles"] == 9
    difference = np.abs(whole.picture.astype(int) - tiled.picture.astype(int))
    assert difference.max() <= 1
    assert (difference > 0).mean() < 0.001
    assert np.abs(whole.picture.astype(int) - cut.picture.astype(int)).max() > 1


def test_the_cards_tile_holds_unless_the_wish_names_another(rrdb: tuple[Descriptor, Path]) -> None:
    fields = {**rrdb[0].to_json(), "tile": 40, "tile_overlap": 8}
    descriptor = Descriptor.from_json(fields)
    made, _ = Engine().run(request(scene(50, 30), descriptor, rrdb[1]))
    assert (made.engine["tile"], made.engine["overlap"], made.engine["tiles"]) == (40, 8, 2)
    made, _ = Engine().run(request(scene(50, 30), descriptor, rrdb[1], wish=EngineWish(tile=64)))
    assert (made.engine["tile"], made.engine["overlap"], made.engine["tiles"]) == (64, 8, 1)


def test_progress_rises_and_a_run_can_be_given_up_in_the_middle_of_a_tile(rrdb: tuple[Descriptor, Path]) -> None:
    seen: list[tuple[int, int]] = []

    def watch(done: int, total: int, label: str = "") -> None:
        seen.append((done, total))
        if len(seen) == 12:
            raise Cancelled

    with pytest.raises(Cancelled):
        Engine().run(request(scene(24, 24), *rrdb), watch)
    shares = [done for done, total in seen if total]
    assert shares == sorted(shares)
    assert 0 < shares[-1] < 100
    assert len(seen) == 12


def test_bfloat16_is_marked_as_a_preview(rrdb: tuple[Descriptor, Path]) -> None:
    made, _ = Engine().run(request(scene(16, 16), *rrdb, wish=EngineWish(device="cpu", precision="bfloat16")))
    assert made.engine["precision"] == "bfloat16"
    assert made.engine["preview"] is True


def test_the_number_of_threads_is_honoured_and_recorded(rrdb: tuple[Descriptor, Path]) -> None:
    made, _ = Engine().run(request(scene(16, 16), *rrdb, wish=EngineWish(threads=3)))
    assert made.engine["threads"] == torch.get_num_threads() == 3
    made, _ = Engine().run(request(scene(16, 16), *rrdb))
    assert made.engine["threads"] == torch.get_num_threads() == engine_module.device.OWN_THREADS


def test_other_weights_than_the_cards_are_never_run(rrdb: tuple[Descriptor, Path], tmp_path: Path) -> None:
    other = tiny_rrdbnet(tmp_path, seed=1, name="other.safetensors")
    with pytest.raises(InputError, match="not the weights of the card"):
        Engine().run(request(scene(16, 16), rrdb[0], other))


def test_weights_of_another_architecture_are_refused_in_one_line(rrdb: tuple[Descriptor, Path]) -> None:
    for architecture in ("srresnet", "transformer"):
        with pytest.raises(InputError) as caught:
            Engine().run(request(scene(16, 16), card(architecture), rrdb[1]))
        assert "\n" not in str(caught.value)


def test_a_backend_without_weights_says_how_to_get_them() -> None:
    with pytest.raises(EnvironmentLacksError, match="facet models install tiny"):
        Engine().run(request(scene(16, 16), card("rrdbnet")))


@pytest.mark.parametrize(
    ("changes", "given", "says"),
    [
        ({"minimum_side": 32}, {}, "at least 32"),
        ({"maximum_side": 8}, {}, "at most 8"),
        ({}, {"parameters": {"scale": 5}}, "×5"),
        ({}, {"parameters": {"scale": "many"}}, "×many"),
        ({}, {"wish": EngineWish(precision="float8")}, "float8"),
        ({}, {"wish": EngineWish(threads=-1)}, "threads"),
        ({}, {"wish": EngineWish(tile=10, overlap=16)}, "overlap"),
        ({"scales": (2,)}, {"parameters": {"scale": 2}}, "×2"),
    ],
)
def test_what_cannot_be_is_refused(
    changes: dict[str, object], given: dict[str, object], says: str, tmp_path: Path
) -> None:  # fmt: skip
    with pytest.raises(InputError, match=says):
        Engine().run(request(scene(16, 16), card("rrdbnet", **changes), tiny_rrdbnet(tmp_path), **given))


def test_a_result_that_no_viewer_could_open_is_refused_before_it_is_made() -> None:
    huge = np.broadcast_to(np.zeros((1, 1, 3), np.uint8), (6000, 6000, 3))
    with pytest.raises(InputError, match="too large"):
        Engine().run(request(huge, card("interpolation/nearest"), parameters={"scale": 8}))


def test_a_receipt_from_before_there_was_a_choice_of_convolutions_is_repeated_with_the_direct_ones(
    rrdb: tuple[Descriptor, Path],
) -> None:
    engine = Engine()
    said = [
        engine.run(request(scene(16, 20), *rrdb, wish=EngineWish(device="cpu", threads=1, convolutions=word)))[0].engine
        for word in ("fastest", None, "direct")
    ]
    assert [made["convolutions"] for made in said] == [STATED, "direct", "direct"]
