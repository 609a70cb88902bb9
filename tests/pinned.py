"""Pinned archives for tests: real wheels with small files, and model cards that name them."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import h5py
import numpy as np
import pytest

from facet.weights.convert import convert
from facet.weights.tensors import tensor_file

PACKAGE, VERSION = "facet-test-models", "1.0"
REQUIREMENT = f"{PACKAGE}=={VERSION}"
STEM = "facet_test_models"
FIRST, SECOND = "first-x4", "second-x4"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_wheel(folder: Path, members: Mapping[str, bytes]) -> Path:
    """A wheel of ``PACKAGE`` that pip accepts, with ``members`` by path."""
    folder.mkdir(parents=True, exist_ok=True)
    about = f"{STEM}-{VERSION}.dist-info"
    files = {
        **members,
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: {VERSION}\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b'=').decode()},{len(content)}\n"
        for name, content in files.items()
    )
    files[f"{about}/RECORD"] = (record + f"{about}/RECORD,,\n").encode()
    path = folder / f"{STEM}-{VERSION}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in files.items():
            wheel.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), content)
    return path


def srresnet_h5(seed: int) -> bytes:
    """A Keras weight file of SRResNet's full size, with seeded numbers, laid out as Keras 2 does."""
    random = np.random.default_rng(seed)
    layers: list[tuple[str, dict[str, tuple[int, ...]]]] = []
    counts = {"conv2d": 0, "batch_normalization_v1": 0, "p_re_lu": 0, "add": 0, "lambda": 0}

    def layer(kind: str, **arrays: tuple[int, ...]) -> None:
        number = counts[kind]
        counts[kind] += 1
        layers.append((kind if number == 0 else f"{kind}_{number}", arrays))

    def convolution(side: int, into: int, out: int) -> None:
        layer("conv2d", kernel=(side, side, into, out), bias=(out,))

    def normalisation() -> None:
        layer("batch_normalization_v1", gamma=(64,), beta=(64,), moving_mean=(64,), moving_variance=(64,))

    def slopes() -> None:
        layer("p_re_lu", alpha=(1, 1, 64))

    layer("lambda")
    convolution(9, 3, 64)
    slopes()
    for _ in range(16):
        convolution(3, 64, 64)
        normalisation()
        slopes()
        convolution(3, 64, 64)
        normalisation()
        layer("add")
    convolution(3, 64, 64)
    normalisation()
    for _ in range(2):
        convolution(3, 64, 256)
        layer("lambda")
        slopes()
    convolution(9, 64, 3)

    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file.attrs["layer_names"] = np.array([name.encode() for name, _ in layers])
        for name, arrays in layers:
            group = file.create_group(name)
            group.attrs["weight_names"] = np.array([f"{name}/{part}:0".encode() for part in arrays], dtype="S64")
            for part, shape in arrays.items():
                values = random.standard_normal(shape, dtype=np.float32) * np.float32(0.02)
                group.create_dataset(f"{name}/{part}:0", data=np.abs(values) if part == "moving_variance" else values)
    return content.getvalue()


def write_models(folder: Path, wheel: Path, members: Mapping[str, bytes]) -> Path:
    """Cards of one model per member (id -> path in the wheel is ``data/<id>.h5``), and one of plain interpolation."""
    for identifier, content in members.items():
        path = f"data/{identifier}.h5"
        tensors = convert("keras/srresnet", {path: content})
        metadata = {"architecture": "srresnet", "id": identifier, "source": REQUIREMENT}
        digest = sha256(b"".join(tensor_file(tensors, metadata)))
        card = CARD.format(
            id=identifier, digest=digest, requirement=REQUIREMENT, archive_size=wheel.stat().st_size,
            archive=sha256(wheel.read_bytes()), path=path, size=len(content), member=sha256(content),
        )  # fmt: skip
        (folder / identifier).mkdir(parents=True)
        (folder / identifier / "card.toml").write_text(card, "utf-8")
    plain = CARD.partition("[archive]")[0].replace('weights_sha256 = "{digest}"\n', "")
    plain = plain.format(id="plain").replace("regression", "interpolation")
    (folder / "plain").mkdir()
    (folder / "plain" / "card.toml").write_text(plain, "utf-8")
    return folder


def pip_looks_only_in(place: Path | str, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on pip knows one folder of wheels, or the index of that address, and nothing else."""
    for name in list(os.environ):
        if name.upper().startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    monkeypatch.setenv("PIP_RETRIES", "0")
    if isinstance(place, Path):
        monkeypatch.setenv("PIP_NO_INDEX", "1")
        monkeypatch.setenv("PIP_FIND_LINKS", str(place))
    else:
        monkeypatch.setenv("PIP_INDEX_URL", place)
        monkeypatch.setenv("PIP_TIMEOUT", "5")


CARD = """\
id = "{id}"
title = "A model of the tests"
family = "regression"
architecture = "srresnet"
method = "Seeded numbers."
scales = [4]
minimum_side = 8
face_only = false
uses_training_set_information = true
has_random_component = false
licence = "none"
licence_limits = "none"
source = "the tests"
weights_sha256 = "{digest}"
training_data = "none"
training_ancestry = "none"
paper = "none"
limitations = ["It makes noise."]
validation = "none"

[archive]
requirement = "{requirement}"
size = {archive_size}
sha256 = "{archive}"
reader = "keras/srresnet"

[[archive.members]]
path = "{path}"
size = {size}
sha256 = "{member}"
"""
