"""From footage to a report by the window, as an examiner would."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from clips import make_clip, read_number
from facet.gui.dialogs.answers import AnswersDialog
from facet.gui.dialogs.case_form import NewCaseDialog
from facet.gui.dialogs.report_form import ReportDialog
from facet.gui.dialogs.verify_form import VerifyDialog
from facet.gui.dialogs.words import WithdrawDialog
from facet.gui.main_window import MainWindow
from facet.workbench import Settings, Workbench

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    before = set(threading.enumerate())
    made = MainWindow(Workbench(tmp_path / "home", Settings(language="en")))
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    yield made
    made.close()
    end = time.monotonic() + 10
    while left := {thread.name for thread in set(threading.enumerate()) - before if thread.is_alive()}:
        assert time.monotonic() < end, left
        time.sleep(0.02)


def test_from_footage_to_report(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = make_clip(tmp_path / "corridor.mp4", frames=40)
    parts = window.parts

    def settle() -> None:
        qtbot.waitUntil(
            lambda: window.jobs.idle and window.footage.settled and not window.runs.running, timeout=120_000
        )

    def asked(kind: type) -> object:
        qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(kind)), timeout=60_000)
        return next(one for one in window.findChildren(kind) if one.isVisible())

    # footage, and the exact frame
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(clip), ""))
    parts.welcome.first.click()
    settle()
    parts.view.setFocus()
    for _press in range(12):
        qtbot.keyClick(parts.view, ".")
    settle()
    assert read_number(window.footage.frame.picture) == 12

    # a box by hand, two backends, one of them twice as large
    qtbot.keyClick(parts.view, Qt.Key.Key_B)
    qtbot.keyClick(parts.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    box = parts.view.box
    parts.backends.tick("lanczos", {"scale": "4"})
    parts.backends.tick("nearest", {"scale": "2"})
    parts.run.run.click()

    # the case is made on the way
    form = asked(NewCaseDialog)
    qtbot.keyClicks(form.number, "2026-17")
    qtbot.keyClicks(form.examiner, "Kim Min-seo")
    form.path.setText(str(tmp_path / "2026-17"))
    qtbot.mouseClick(form.ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.case.session is not None, timeout=60_000)
    settle()
    settle()

    # what was recorded stands beside the original and bicubic
    case = window.case.session.case
    assert case.path == tmp_path / "2026-17.facet"
    assert [row.backend for row in case.outputs()] == ["lanczos", "nearest"]
    assert case.crops()[0].box == box
    assert case.frames()[0].index == 12
    assert read_number(case.picture("1/F12")) == 12
    assert parts.compare.isVisible()
    assert [pane.shown.family and pane.shown.family.value for pane in parts.compare.panes] == [
        None, "interpolation", "interpolation", "interpolation",
    ]  # fmt: skip
    assert "consistency" in parts.compare.panes[2].shown.figures

    # withdraw one, export the other
    parts.case.tree.choose("1/F12/C1/E2")
    settle()
    window.actions_["withdraw"].trigger()
    form = asked(WithdrawDialog)
    form.words.setPlainText("Chosen by mistake.")
    form.ok.click()
    settle()
    settle()
    parts.case.tree.choose("1/F12/C1/E1")
    settle()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / "lead"), ""))
    window.actions_["export"].trigger()
    settle()
    assert (tmp_path / "lead.png").read_bytes().startswith(b"\x89PNG")

    # report
    window.actions_["report"].trigger()
    form = asked(ReportDialog)
    form.path.setText(str(tmp_path / "report"))
    form.ok.click()
    settle()
    with pikepdf.open(tmp_path / "report.pdf") as pdf:
        assert len(pdf.pages) >= 3
        assert len(pdf.attachments) >= 3

    # check and repeat
    window.actions_["verify"].trigger()
    form = asked(VerifyDialog)
    form.against.line.setText(str(tmp_path / "report.pdf"))
    form.ok.click()
    settle()
    answer = asked(AnswersDialog)
    assert "every digest holds" in answer.headline.text()
    assert "still holds the head" in answer.text()
    answer.close()
    qtbot.waitUntil(lambda: not answer.isVisible())
    window.actions_["reproduce"].trigger()
    settle()
    answer = asked(AnswersDialog)
    assert "2 of 2" in answer.headline.text()
    answer.close()
    actions = [entry.action for entry in case.journal()]
    assert actions.count("output") == 2
    assert {"withdrawal", "export", "report"} <= set(actions)


def test_a_run_is_stopped_and_nothing_half_done_is_kept(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    from facet.gui.dialogs.case_form import NewCase

    window.footage.open(make_clip(tmp_path / "corridor.mp4", frames=10))
    window.case.create(NewCase(path=tmp_path / "a.facet", number="1", examiner="Kim Min-seo", agency="", title=""))
    qtbot.waitUntil(lambda: window.jobs.idle and window.footage.settled, timeout=60_000)
    window.parts.view.new_box()
    for backend in ("bicubic", "lanczos", "nearest"):
        window.parts.backends.tick(backend)
    window.parts.run.run.click()
    assert window.runs.running
    window.parts.run.strip.stop.click()
    qtbot.waitUntil(lambda: not window.runs.running, timeout=60_000)
    qtbot.waitUntil(lambda: window.jobs.idle and window.footage.settled, timeout=60_000)
    assert window.case.session.case.outputs() == []
    assert "Stopped" in "".join(message.text for message in window.parts.messages.messages)
    assert window.parts.run.run.isVisible()
