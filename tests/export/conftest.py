"""A package, packed once and copied for each test that wants to spoil it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from export.packing_up import pack, small_case


@pytest.fixture(scope="session")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Never touch this one."""
    folder = tmp_path_factory.mktemp("packed")
    return pack(small_case(folder), folder / "package").bag.folder


@pytest.fixture
def package(packed: Path, tmp_path: Path) -> Path:
    """A package of its own for one test."""
    return shutil.copytree(packed, tmp_path / "package")
