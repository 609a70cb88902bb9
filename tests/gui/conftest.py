"""A real window on real footage, offscreen; a test that leaves a thread behind fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from clips import make_clip
from facet.core.i18n import set_language
from facet.gui.dialogs.case_form import NewCase
from facet.gui.main_window import MainWindow
from facet.workbench import Settings, Workbench

PATIENCE = 150_000
"""Milliseconds; a slow machine is no fault."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says of itself that it can't limit a window's size."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


@pytest.fixture(autouse=True)
def _no_thread_is_left_behind() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    end = time.monotonic() + 10
    while left := {thread.name for thread in set(threading.enumerate()) - before if thread.is_alive()}:
        assert time.monotonic() < end, f"threads left behind: {left}"
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty numbered pictures, 25 a second."""
    return Path(make_clip(tmp_path_factory.mktemp("footage") / "corridor.mp4", frames=60, gop=30))


@pytest.fixture
def settings() -> Settings:
    """What the window's user chose; a test may override it."""
    return Settings(language="en", examiner="Lee Minji")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The window's home folder."""
    return tmp_path / "home"


@pytest.fixture
def window(qtbot: QtBot, home: Path, settings: Settings) -> Iterator[MainWindow]:
    """An open window that has not warmed its inference process."""
    made = MainWindow(Workbench(home, settings))
    made._warmed = True
    made.survey.automatic = False
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: made.jobs.idle, timeout=PATIENCE)
    yield made
    made.shut()


@pytest.fixture
def settle(qtbot: QtBot, window: MainWindow) -> Callable[[], None]:
    """Wait until the window has nothing to do."""

    def wait() -> None:
        qtbot.waitUntil(lambda: window.jobs.idle and window.footage.settled, timeout=PATIENCE)

    return wait


@pytest.fixture
def opened(window: MainWindow, clip: Path, settle: Callable[[], None]) -> MainWindow:
    """A window with footage."""
    window.footage.open(clip)
    settle()
    return window


@pytest.fixture
def case(opened: MainWindow, tmp_path: Path, settle: Callable[[], None]) -> MainWindow:
    """A window with footage and a case that holds it."""
    opened.case.create(NewCase(path=tmp_path / "a.facet", number="2026-17", examiner="Lee Minji", agency="", title=""))
    settle()
    opened.case_wiring.ingest()
    settle()
    settle()
    return opened
