from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from footages import CLIPS


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Gives the footage of a name from ``footages.CLIPS``, made the first time it is asked for."""
    folder, made = tmp_path_factory.mktemp("clips"), {}

    def give(name: str) -> Path:
        if name not in made:
            made[name] = CLIPS[name](folder / name)
        return made[name]

    return give
