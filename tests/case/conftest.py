"""A finished case, made once and copied for each test that wants it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from case.evidence import make_case


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Never touch this one."""
    return make_case(tmp_path_factory.mktemp("finished"))


@pytest.fixture
def harbour(finished: Path, tmp_path: Path) -> Path:
    """A case of its own for one test, its footage beside it."""
    shutil.copytree(finished.parent, tmp_path / "case")
    return tmp_path / "case" / finished.name
