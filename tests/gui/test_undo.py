"""Undo of what is not yet evidence: the box and draft marks; never of what is recorded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from facet.core.geometry import Box
from facet.gui.dialogs.case_form import NewCase
from facet.gui.main_window import MainWindow

Settle = Callable[[], None]
FIRST, SECOND = Box(x=10, y=10, w=40, h=40), Box(x=20, y=12, w=40, h=44)


@pytest.fixture
def undo(opened: MainWindow) -> Callable[[], None]:
    return opened.actions_["undo"].trigger


@pytest.fixture
def redo(opened: MainWindow) -> Callable[[], None]:
    return opened.actions_["redo"].trigger


def rest(window: MainWindow, qtbot: QtBot) -> None:
    """Until a drag counts as one step."""
    qtbot.waitUntil(lambda: not window.undo_wiring._rest.isActive())


def test_a_box_is_undone_and_redone_step_by_step(
    opened: MainWindow, qtbot: QtBot, undo: Callable[[], None], redo: Callable[[], None]
) -> None:
    view = opened.parts.view
    assert not opened.actions_["undo"].isEnabled()
    for box in (Box(x=5, y=5, w=30, h=30), FIRST):  # one drag
        view.set_box(box)
    rest(opened, qtbot)
    view.set_box(SECOND)
    undo()
    assert view.box == FIRST
    undo()
    assert view.box is None
    assert not opened.actions_["undo"].isEnabled()
    redo()
    redo()
    assert view.box == SECOND
    assert not opened.actions_["redo"].isEnabled()
    undo()
    view.set_box(Box(x=1, y=1, w=20, h=20))
    rest(opened, qtbot)
    assert not opened.actions_["redo"].isEnabled()


def test_draft_marks_are_undone_and_kept_so(opened: MainWindow, home: Path, undo: Callable[[], None]) -> None:
    opened.marks.add(3, None, "lamp")
    opened.marks.add(7, 9, "door")
    undo()
    assert [mark.text for mark in opened.marks.marks] == ["lamp"]
    undo()
    assert opened.marks.marks == []
    opened.marks.add(3, None, "lamp")
    opened.marks.remove(opened.marks.marks[0])
    undo()
    assert [mark.text for mark in opened.marks.marks] == ["lamp"]


def test_nothing_recorded_is_undone(
    opened: MainWindow, qtbot: QtBot, tmp_path: Path, settle: Settle, undo: Callable[[], None]
) -> None:
    opened.marks.add(3, None, "lamp")
    opened.parts.view.set_box(FIRST)
    rest(opened, qtbot)
    path = tmp_path / "case.facet"
    opened.case.create(NewCase(path=path, number="2026-17", examiner="Lee Minji", agency="", title=""))
    settle()
    opened.case_wiring.ingest()
    for _lane in range(3):
        settle()
    opened.marks.record_drafts()
    for _lane in range(3):
        settle()
    assert opened.case.session is not None
    assert [mark.text for mark in opened.case.session.marks()] == ["lamp"]
    assert not opened.actions_["undo"].isEnabled()
    undo()
    opened.marks.add(9, None, "recorded at once")
    settle()
    settle()
    assert not opened.actions_["undo"].isEnabled()
    head = opened.case.session.case.head()
    opened.parts.view.set_box(SECOND)
    rest(opened, qtbot)
    undo()
    assert opened.parts.view.box == FIRST
    assert opened.case.session.case.head() == head
