from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from facet.core.errors import Cancelled, InputError
from facet.core.progress import SILENT
from facet.core.receipt import EngineWish
from facet.enhance import device
from facet.enhance.aligned_face import AlignedFace
from facet.enhance.interpolation import resized
from facet.enhance.method import Made
from facet.enhance.network import Network
from networks import portrait, scene

FACE = (150, 60, 310, 220)
"""Left, top, right and bottom of a box around the portrait's face."""


WIDE = (100, 0, 360, 260)
"""The same with much around it."""


def crop(side: int, box: tuple[int, int, int, int] = FACE) -> np.ndarray:
    picture = Image.fromarray(portrait()).crop(box).resize((side, side), Image.Resampling.BICUBIC)
    return np.asarray(picture, np.float32) / 255


class Same(torch.nn.Module):
    """A restorer that finds every face good as it is."""

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        return picture.clone()


class Grey(torch.nn.Module):
    """A restorer for whom every face is grey."""

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        return torch.full_like(picture, 0.5)


def restored(module: torch.nn.Module, unit: np.ndarray, scale: int, progress: object = SILENT) -> Made:
    network = Network(module=module, call=module, architecture="spandrel/Same", scale=1, purpose="FaceSR")
    rig = device.choose(EngineWish(device="cpu"))
    method = AlignedFace(network, backend="restorer", side=256)
    return method.run(unit, scale=scale, parameters={}, seed=0, rig=rig, progress=progress)  # type: ignore[arg-type]


def test_a_face_that_is_left_as_it_is_lies_where_it_lay() -> None:
    unit = crop(64)
    made = restored(Same(), unit, 2)
    plain = resized(unit, 128, 128, "bicubic")
    assert made.picture.shape == (128, 128, 3)
    assert np.abs(made.picture - plain).mean() < 0.01


def test_what_lies_around_the_face_is_the_crop_enlarged() -> None:
    unit = crop(96, WIDE)
    made = restored(Grey(), unit, 1)
    plain = resized(unit, 96, 96, "bicubic")
    assert np.abs(made.picture[44:52, 44:52] - 0.5).max() < 0.02
    assert np.abs(plain[44:52, 44:52] - 0.5).max() > 0.1
    for edge in (np.s_[:4], np.s_[-4:], np.s_[:, :4], np.s_[:, -4:]):
        assert np.allclose(made.picture[edge], plain[edge], atol=1e-6)


def test_the_receipt_says_how_the_face_was_aligned_and_put_back() -> None:
    align, back = restored(Same(), crop(64), 4).steps
    assert isinstance(align, dict)
    assert isinstance(back, dict)
    assert align["step"] == "align one face"
    assert len(align["landmarks"]) == 5  # type: ignore[arg-type]
    assert align["aligned_side"] == 256
    assert "matrix" in align["alignment"]  # type: ignore[operator]
    assert back["around"] == "bicubic, a=-0.5, ×4"


def test_a_crop_without_a_face_is_told_in_one_line() -> None:
    with pytest.raises(InputError, match="found none in this crop") as caught:
        restored(Same(), scene(64, 64).astype(np.float32) / 255, 2)
    assert "\n" not in str(caught.value)


def test_it_is_stopped_while_it_looks_for_the_face() -> None:
    def stop(_done: int, _total: int, _label: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        restored(Same(), crop(64), 2, stop)
