from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from facet.core.camera_clock import CameraClock
from facet.gui.dialogs.case_form import NewCase
from facet.gui.dialogs.clock_form import ClockDialog
from facet.gui.dialogs.mark_form import MarkDialog
from facet.gui.dialogs.words import WithdrawDialog
from facet.gui.drafts import Draft, DraftMark, read_draft, write_draft
from facet.gui.main_window import MainWindow
from facet.workbench import Settings, Workbench

Settle = Callable[[], None]


def dialog(window: MainWindow, kind: type[QDialog]) -> QDialog:
    found = [one for one in window.findChildren(kind) if one.isVisible()]
    assert len(found) == 1, f"{len(found)} dialogs of {kind.__name__}"
    return found[0]


def key(window: MainWindow, qtbot: QtBot, pressed: Qt.Key, *, shift: bool = False) -> None:
    none, shifted = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window.parts.view, pressed, shifted if shift else none)


def rows(window: MainWindow) -> list[tuple[str, str]]:
    listed = window.parts.case.marks.list
    return [(listed.topLevelItem(n).text(0), listed.topLevelItem(n).text(2)) for n in range(listed.topLevelItemCount())]


def flags(window: MainWindow) -> list[tuple[int, str]]:
    return [(mark.first, mark.state) for mark in window.parts.transport.timeline.content.marks]


def make_case(window: MainWindow, path: Path, settle: Settle, *, ingest: bool = True) -> None:
    window.case.create(NewCase(path=path, number="2026-17", examiner="Lee Minji", agency="", title=""))
    settle()
    if ingest:
        window.case_wiring.ingest()
        for _lane in range(3):
            settle()


def test_m_marks_the_frame_and_takes_an_empty_draft_away_again(opened: MainWindow, qtbot: QtBot) -> None:
    opened.parts.transport.timeline.ask(12)
    key(opened, qtbot, Qt.Key.Key_M)
    assert flags(opened) == [(12, "draft")]
    assert rows(opened) == [("12", "Draft")]
    assert opened.parts.case.leaves.tabText(2) == "Marks (1)"
    key(opened, qtbot, Qt.Key.Key_M)
    assert flags(opened) == []


def test_a_note_is_typed_and_a_part_is_marked(opened: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    timeline = opened.parts.transport.timeline
    timeline.ask(10)
    key(opened, qtbot, Qt.Key.Key_I)
    timeline.ask(20)
    key(opened, qtbot, Qt.Key.Key_O)
    key(opened, qtbot, Qt.Key.Key_M, shift=True)
    asked = dialog(opened, MarkDialog)
    assert asked.what.currentText() == "Frame 20"
    asked.what.setCurrentIndex(1)
    asked.words.setPlainText("A man in a red coat")
    qtbot.keyClick(asked.words, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle()
    assert rows(opened) == [("10–20", "A man in a red coat (draft)")]


def test_a_mark_in_the_list_is_gone_to_corrected_and_removed(opened: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    opened.marks.add(40, None, "the door opens")
    panel = opened.parts.case.marks
    opened.parts.case.leaves.setCurrentWidget(panel)
    panel.list.setCurrentItem(panel.list.topLevelItem(0))
    panel.list.itemActivated.emit(panel.list.topLevelItem(0), 0)
    assert opened.parts.transport.timeline.index == 40
    panel.edit.click()
    asked = dialog(opened, MarkDialog)
    assert asked.words.said == "the door opens"
    asked.words.setPlainText("the door closes")
    asked.ok.click()
    settle()
    assert rows(opened) == [("40", "the door closes (draft)")]
    assert panel.remove.text() == "Remove"
    panel.remove.click()
    assert rows(opened) == []


def test_drafts_are_kept_beside_the_settings_until_the_footage_is_open_again(
    opened: MainWindow, qtbot: QtBot, home: Path, settle: Settle, clip: Path, settings: Settings
) -> None:
    opened.marks.add(7, None, "lamp")
    opened.parts.transport.timeline.set_in_out(5, 30)
    opened.marks.set_clock(
        CameraClock(index=7, seconds=Fraction(7, 25), shows="2026-11-02 14:03:12", zone="Asia/Seoul", source="seen")
    )
    opened.shut()
    again = MainWindow(Workbench(home, settings))
    again._warmed, again.survey.automatic = True, False
    qtbot.addWidget(again)
    again.show()
    again.footage.open(clip)
    qtbot.waitUntil(lambda: again.jobs.idle and again.footage.settled, timeout=60_000)
    assert rows(again) == [("7", "lamp (draft)")]
    assert again.parts.transport.timeline.in_out == (5, 30)
    assert "14:03:11.720 +09:00 (draft)" in again.parts.transport.camera.toolTip()
    again.shut()


def test_a_mark_in_a_case_is_recorded_and_what_is_corrected_stays_to_be_read(
    opened: MainWindow, tmp_path: Path, settle: Settle
) -> None:
    make_case(opened, tmp_path / "a.facet", settle)
    opened.parts.transport.timeline.ask(12)
    settle()
    opened.timeline_wiring.ask_mark()
    asked = dialog(opened, MarkDialog)
    asked.words.setPlainText("the door opens")
    asked.ok.click()
    for _lane in range(3):
        settle()
    assert flags(opened) == [(12, "recorded")]
    assert rows(opened) == [("12", "the door opens")]
    opened.parts.transport.mark.trigger()
    asked = dialog(opened, MarkDialog)
    asked.words.setPlainText("the door closes")
    asked.ok.click()
    for _lane in range(3):
        settle()
    assert rows(opened) == [("12", "Withdrawn: the door opens"), ("12", "the door closes")]
    assert flags(opened) == [(12, "recorded")]
    marks = opened.case.session.marks("1")
    assert [(mark.text, mark.withdrawn is not None, mark.examiner) for mark in marks] == [
        ("the door opens", True, "Lee Minji"),
        ("the door closes", False, "Lee Minji"),
    ]


def test_a_recorded_mark_is_withdrawn_for_a_reason(opened: MainWindow, tmp_path: Path, settle: Settle) -> None:
    make_case(opened, tmp_path / "a.facet", settle)
    opened.marks.add(12, None, "nothing")
    for _lane in range(2):
        settle()
    panel = opened.parts.case.marks
    panel.list.setCurrentItem(panel.list.topLevelItem(0))
    assert panel.remove.text() == "Withdraw …"
    panel.remove.click()
    asked = dialog(opened, WithdrawDialog)
    asked.words.setPlainText("Wrong frame.")
    asked.ok.click()
    for _lane in range(2):
        settle()
    assert rows(opened) == [("12", "Withdrawn: nothing")]
    assert flags(opened) == []
    assert not panel.remove.isEnabled()


def test_drafts_are_offered_to_be_recorded_once_the_case_holds_the_footage(
    opened: MainWindow, tmp_path: Path, settle: Settle, home: Path
) -> None:
    opened.marks.add(7, None, "lamp")
    opened.marks.add(9, 20, "")
    opened.marks.set_clock(
        CameraClock(index=0, seconds=Fraction(0), shows="2026-11-02 14:03:12", zone="+09:00", source="watch")
    )
    make_case(opened, tmp_path / "a.facet", settle)
    message = next(one for one in opened.parts.messages.messages if "3 drafts" in one.text)
    assert opened.parts.case.marks.record.isEnabled()
    next(one for one in message.findChildren(QPushButton) if one.text() == "Record them").click()
    for _lane in range(3):
        settle()
    assert flags(opened) == [(7, "recorded"), (9, "recorded")]
    assert not (home / "drafts" / f"{opened.footage.reader.sha256}.json").exists()
    assert opened.case.session.clock("1").shows == "2026-11-02 14:03:12"
    assert "(draft)" not in opened.parts.transport.camera.toolTip()
    assert not opened.parts.case.marks.record.isEnabled()


def test_without_the_footage_in_the_case_a_mark_stays_a_draft(
    opened: MainWindow, tmp_path: Path, settle: Settle
) -> None:
    make_case(opened, tmp_path / "a.facet", settle, ingest=False)
    opened.marks.add(3, None, "")
    settle()
    assert flags(opened) == [(3, "draft")]
    assert "draft" in opened.parts.case.marks.words.text()


def test_what_the_case_refuses_is_kept_as_a_draft_and_told(
    opened: MainWindow, tmp_path: Path, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    from facet.core.errors import InputError

    make_case(opened, tmp_path / "a.facet", settle)

    def refuse(*_what: object) -> str:
        raise InputError("The case has the format 1.0, which knows no marks.")

    monkeypatch.setattr(opened.case.session, "mark", refuse)
    opened.marks.add(3, None, "typed with care")
    for _lane in range(2):
        settle()
    assert rows(opened) == [("3", "typed with care (draft)")]
    assert any("format 1.0" in one.text for one in opened.parts.messages.messages)


def test_a_closed_case_takes_its_marks_with_it(opened: MainWindow, tmp_path: Path, settle: Settle) -> None:
    make_case(opened, tmp_path / "a.facet", settle)
    opened.marks.add(3, None, "")
    for _lane in range(2):
        settle()
    assert flags(opened) == [(3, "recorded")]
    opened.actions_["close-case"].trigger()
    settle()
    assert flags(opened) == []
    opened.open_path(tmp_path / "a.facet")
    for _lane in range(3):
        settle()
    assert flags(opened) == [(3, "recorded")]


def test_the_clock_in_the_picture_is_read_at_one_frame_and_told_at_every_other(
    opened: MainWindow, tmp_path: Path, settle: Settle
) -> None:
    make_case(opened, tmp_path / "a.facet", settle)
    opened.parts.transport.timeline.ask(25)
    settle()
    opened.timeline_wiring.ask_clock()
    asked = dialog(opened, ClockDialog)
    assert not asked.ok.isEnabled()
    asked.shows.setText("yesterday")
    assert not asked.ok.isEnabled()
    assert "yesterday" in asked.told.text()
    asked.shows.setText("2026-11-02 14:03:12")
    asked.zone.setCurrentText("Asia/Seoul")
    asked.true.setText("2026-11-02 14:00:00")
    assert "0:03:12 ahead" in asked.told.text()
    asked.ok.click()
    for _lane in range(3):
        settle()
    opened.parts.transport.timeline.ask(50)
    settle()
    told = opened.parts.transport
    assert told.camera.toolTip() == "Camera clock 2026-11-02 14:03:13.000 +09:00"
    assert told.true.toolTip() == "True time 2026-11-02 14:00:01.000 +09:00"
    assert "file time 0:00:02.000000" in told.where.text()
    assert opened.case.session.clock("1").index == 25
    opened.timeline_wiring.ask_clock()
    again = dialog(opened, ClockDialog)
    assert again.true.text() == "2026-11-02 14:00:01+09:00"
    assert "0:03:12 ahead" in again.told.text()
    again.reject()


def test_a_draft_that_was_tampered_with_is_no_draft(tmp_path: Path) -> None:
    digest = "a" * 64
    kept = Draft(marks=(DraftMark(first=3, last=9, text="«door»"), DraftMark(first=12)), begin=2, end=50)
    write_draft(tmp_path, digest, kept)
    assert read_draft(tmp_path, digest, 100) == kept
    assert [mark.first for mark in read_draft(tmp_path, digest, 10).marks] == [3]
    file = tmp_path / "drafts" / f"{digest}.json"
    for content in ("", "[]", "{", json.dumps({**json.loads(file.read_text("utf-8")), "marks": 7})):
        file.write_text(content, "utf-8")
        assert read_draft(tmp_path, digest, 100) == Draft()
    write_draft(tmp_path, digest, Draft())
    assert not file.exists()
