"""Garbage is taken away in the window's own thread, or not at all."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from facet.gui.collector import Collector


class Knot:
    """A cycle, which only the collector can undo."""

    def __init__(self, undone_in: list[int]) -> None:
        self.itself = self
        weakref.finalize(self, lambda: undone_in.append(threading.get_ident()))


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    parent = QObject()
    made = Collector(parent)
    made.start()
    yield made
    made.stop()
    assert gc.isenabled()
    del parent


def test_a_worker_never_collects_and_the_window_does(collector: Collector, qtbot: QtBot) -> None:
    undone_in: list[int] = []

    def litter() -> None:
        Knot(undone_in)
        kept = [[number] for number in range(20_000)]
        del kept

    worker = threading.Thread(target=litter)
    worker.start()
    worker.join()
    assert undone_in == []
    heap = [[number] for number in range(20_000)]
    qtbot.waitUntil(lambda: bool(undone_in), timeout=60_000)
    assert undone_in == [threading.get_ident()]
    assert heap
