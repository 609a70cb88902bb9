"""Footage that crashes its decoder costs the window a message; case, window and the next picture stay whole."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from clips import read_number
from facet.gui.main_window import MainWindow
from facet.workbench import Workbench

Settle = Callable[[], None]
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")


def number_seen(window: MainWindow) -> int | None:
    return None if window.footage.frame is None else read_number(window.footage.frame.picture)


def test_killing_the_decoder_while_scrubbing_leaves_window_and_case_whole(
    window: MainWindow, clip: Path, tmp_path: Path, qtbot: QtBot, settle: Settle
) -> None:
    case = tmp_path / "case.facet"
    with Workbench(window.bench.home, window.bench.settings) as bench:
        bench.create_case(case, number="1").close()
    window.case.open(case)
    settle()
    window.footage.open(clip)
    settle()
    chance, timeline, kills = random.Random(5), window.parts.transport.timeline, 0
    for turn in range(60):
        timeline.ask(chance.randrange(60))
        qtbot.wait(5)
        if turn % 10 == 9 and window.footage.reader is not None and (pid := window.footage.reader.pid) is not None:
            os.kill(pid, signal.SIGKILL)
            kills += 1
    settle()
    assert kills >= 3
    for index in (17, 42):
        timeline.ask(index)
        settle()
        if number_seen(window) != index:  # the process may have died over the last request: ask once more
            timeline.ask(index - 1)
            settle()
            timeline.ask(index)
            settle()
        assert number_seen(window) == index
    assert window.isVisible()
    window.case.remark("note", "The decoder was killed six times.", None)
    settle()
    window.case.close()
    settle()
    with Workbench(window.bench.home, window.bench.settings) as bench:
        assert bench.verify(case).ok
        with bench.open_case(case, writable=False) as session:
            assert [entry.action for entry in session.case.journal()][-1] == "note"
