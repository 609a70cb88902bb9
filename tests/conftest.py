"""What every test relies on: a home of its own, no display, no language but English."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", "2")

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared" / "data"
STORE = os.environ.get("FACET_HOME")
NETWORKS = ("realesrgan-x4plus", "realsr-df2k-x4", "srgan-x4", "srresnet-x4")


def pytest_addoption(parser: pytest.Parser) -> None:
    today = str(dt.datetime.now(dt.UTC).date().toordinal() % 10)
    fuzz = parser.getgroup("fuzz", "mutated footage (tests/footage/test_fuzz.py)")
    fuzz.addoption("--fuzz", default=today, metavar="all|0…9", choices=["all", *map(str, range(10))],
                   help="all 2,000 cases, or one tenth of them (today's: %(default)s)")  # fmt: skip
    fuzz.addoption("--fuzz-seed", type=int, default=2026, metavar="N", help="make other cases (%(default)s)")
    fuzz.addoption("--fuzz-case", type=int, metavar="N", help="only this one")
    fuzz.addoption("--fuzz-journal", type=Path, metavar="FILE", help="outcomes; what stands there is not run again")
    attacks = parser.getgroup("attacks", "attacks on a case file (tests/case/test_attacks.py)")
    attacks.addoption(
        "--attacks", type=int, default=100, metavar="N", help="how many (%(default)s; 1000 are the whole)"
    )
    attacks.addoption("--attack-seed", type=int, default=dt.datetime.now(dt.UTC).date().toordinal(), metavar="S",
                      help="which ones (today's: %(default)s)")  # fmt: skip
    attacks.addoption("--attack", type=int, metavar="N", help="only this one of the seed's")
    kills = parser.getgroup("kills", "programs killed while they record (tests/workbench/test_killed.py)")
    kills.addoption("--kills", type=int, default=20, metavar="N", help="how many (%(default)s; 200 are the whole)")
    kills.addoption("--kill-seed", type=int, default=dt.datetime.now(dt.UTC).date().toordinal(), metavar="S",
                    help="at which moments (today's: %(default)s)")  # fmt: skip


def pytest_report_header(config: pytest.Config) -> list[str]:
    return [
        f"fuzz: --fuzz {config.getoption('--fuzz')} --fuzz-seed {config.getoption('--fuzz-seed')}",
        f"attacks: --attacks {config.getoption('--attacks')} --attack-seed {config.getoption('--attack-seed')}",
        f"kills: --kills {config.getoption('--kills')} --kill-seed {config.getoption('--kill-seed')}",
    ]


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACET_HOME", str(tmp_path_factory.mktemp("home")))
    monkeypatch.delenv("FACET_POLICY", raising=False)
    monkeypatch.setenv("FACET_LANG", "en")


@pytest.fixture(scope="session")
def store_home() -> Path:
    """The home whose store holds the four networks' weights; what is in it is only read."""
    from facet.weights import Store

    home = Path(STORE) if STORE else None
    missing = NETWORKS if home is None else [name for name in NETWORKS if not Store(home).installed(name)]
    if home is None or missing:
        pytest.skip(f"weights not installed: {', '.join(missing)} (python3 bootstrap.py test installs them)")
    return home


@pytest.fixture
def home_with_weights(store_home: Path, tmp_path: Path) -> Path:
    """A home of the test's own that borrows the installed weights."""
    home = tmp_path / "home-with-weights"
    home.mkdir()
    (home / "models").symlink_to(store_home / "models", target_is_directory=True)
    return home


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The development data folder, skipped by name where there is none."""
    if not SHARED.is_dir():
        pytest.skip("the development data folder ../shared/data is not here")
    return SHARED
