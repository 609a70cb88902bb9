from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from facet.core.errors import Cancelled, EnvironmentLacksError
from facet.core.progress import SILENT
from facet.train.data import generated
from facet.train.data.generated import Painter
from facet.weights import Store
from generators import LATENT, tiny_generator

CHUNK = 3


@pytest.fixture(autouse=True)
def _small_sizes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "weights" not in request.keywords:
        monkeypatch.setattr(generated, "CHUNK", CHUNK)
        monkeypatch.setattr(generated, "SIDE", 16)
        monkeypatch.setattr(generated, "MEAN_OF", 20)


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> Painter:
    made = Painter(tiny_generator())
    monkeypatch.setattr(Painter, "installed", classmethod(lambda _cls, _home: made))
    return made


def test_a_face_is_drawn_by_its_number_as_the_docstring_says(painter: Painter) -> None:
    generator = tiny_generator()
    random = np.random.default_rng([0, 0, 4])
    z = torch.from_numpy(random.standard_normal(LATENT).astype(np.float32))
    truncation = np.float32(random.uniform(0.6, 1.0))
    draws = [np.random.default_rng([0, 1, k]).standard_normal(LATENT).astype(np.float32) for k in range(20)]
    with torch.inference_mode():
        mean = generator.mapping(torch.from_numpy(np.stack(draws))).mean(dim=0)
        latent = mean + truncation * (generator.mapping(z[None])[0] - mean)
        picture = functional.avg_pool2d(generator.synthesis(latent.expand(1, 11, -1)), 2)[0].permute(1, 2, 0).numpy()
    expected = np.rint((picture.clip(-1, 1) + 1) * 127.5)
    found = painter.face(4)
    assert (found.dtype, found.shape) == (np.uint8, (16, 16, 3))
    assert np.abs(found.astype(int) - expected).max() <= 1
    assert (found != painter.face(5)).any()


def test_faces_are_drawn_once_and_then_kept(painter: Painter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faces = generated.pictures(5, tmp_path)
    assert (faces.count, faces.stated) == (5, "generated:5")
    np.testing.assert_array_equal(faces.read(4), painter.face(4))
    assert sorted(file.name for file in (tmp_path / "generated" / "0").iterdir()) == ["000.npy", "001.npy"]
    monkeypatch.setattr(Painter, "installed", classmethod(lambda _cls, _home: pytest.fail("drawn again")))
    again = generated.pictures(6, tmp_path)
    assert again.part(0, 5).digest() == faces.digest()


def test_a_stopped_drawing_goes_on_with_the_chunk_it_was_stopped_in(painter: Painter, tmp_path: Path) -> None:
    told: list[int] = []

    def stop(done: int, total: int, _label: str = "") -> None:
        assert total == 3 * CHUNK
        told.append(done)
        if done == CHUNK + 1:
            raise Cancelled

    with pytest.raises(Cancelled):
        generated.pictures(3 * CHUNK, tmp_path, stop)
    assert told == [0, 1, 2, 3, 4]
    told.clear()
    generated.pictures(3 * CHUNK, tmp_path, lambda done, total, _label="": told.append(total))
    assert told == [2 * CHUNK] * (2 * CHUNK)


@pytest.mark.parametrize("content", [b"", b"\x93NUMPY damaged", b"not an array at all"])
def test_a_damaged_chunk_is_drawn_again(painter: Painter, tmp_path: Path, content: bytes) -> None:
    digest = generated.pictures(CHUNK, tmp_path).digest()
    (tmp_path / "generated" / "0" / "000.npy").write_bytes(content)
    assert generated.pictures(CHUNK, tmp_path).digest() == digest


def test_without_the_generators_weights_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentLacksError, match="facet models install pulse"):
        generated.pictures(1, tmp_path, SILENT)


def test_where_faces_cannot_be_kept_it_says_so(painter: Painter, tmp_path: Path) -> None:
    (tmp_path / "generated").write_text("in the way", "utf-8")
    with pytest.raises(EnvironmentLacksError, match="can't be kept there"):
        generated.pictures(1, tmp_path)


@pytest.mark.weights
def test_the_first_face_is_the_one_everybody_draws(store_home: Path) -> None:
    if not Store(store_home).installed("pulse"):
        pytest.skip("weights not installed: pulse")
    face = Painter.installed(store_home).face(0)
    means = face.reshape(4, 64, 4, 64, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(means, FIRST_FACE, atol=0.6)


FIRST_FACE = [
    [[135.4, 132.3, 110.5], [159.0, 136.9, 125.5], [167.8, 147.0, 144.9], [134.5, 112.9, 101.4]],
    [[141.2, 133.1, 114.4], [187.2, 152.8, 148.3], [213.9, 180.1, 180.6], [128.6, 96.8, 83.2]],
    [[162.6, 151.3, 134.9], [190.0, 145.3, 144.2], [212.4, 162.6, 166.8], [140.5, 99.7, 86.6]],
    [[162.4, 124.9, 175.3], [116.4, 91.9, 115.1], [186.2, 140.6, 135.6], [126.6, 100.8, 98.6]],
]
"""Face 0: the mean levels of each sixteenth of it, RGB."""
