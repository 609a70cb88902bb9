from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from clips import make_clip, read_number
from facet.core.geometry import Box
from facet.gui.dialogs.answers import AnswersDialog
from facet.gui.dialogs.case_form import NewCaseDialog
from facet.gui.dialogs.go_to import GoToDialog
from facet.gui.dialogs.settings_form import SettingsDialog
from facet.gui.dialogs.verify_form import VerifyDialog
from facet.gui.dialogs.words import ReasonDialog, RemarkDialog, WithdrawDialog
from facet.gui.jobs import Lane
from facet.gui.main_window import MainWindow
from facet.gui.panels.integrity import Standing
from facet.workbench import Settings, Workbench
from gui.asking import dialog, texts

Settle = Callable[[], None]


def number_seen(window: MainWindow) -> int:
    assert window.footage.frame is not None
    return read_number(window.footage.frame.picture)


def test_an_empty_window_says_what_to_do(window: MainWindow) -> None:
    assert window.parts.welcome.isVisible()
    assert window.parts.welcome.first.hasFocus()
    assert "Open footage" in window.parts.run.hint.text()
    assert not window.parts.run.run.isEnabled()
    assert not window.parts.transport.isEnabled()


def test_footage_opens_at_its_first_frame(opened: MainWindow) -> None:
    assert number_seen(opened) == 0
    assert "Frame 0 of 59" in opened.parts.transport.where.text()
    assert opened.parts.view.size_px == (192, 96)
    assert "corridor.mp4" in opened.windowTitle()
    assert "SHA-256" in opened.about_footage.text()


def test_only_grave_remarks_on_footage_stand_in_the_way(window: MainWindow, tmp_path: Path, settle: Settle) -> None:
    window.footage.open(make_clip(tmp_path / "yard.mp4", frames=30))
    settle()
    assert window.footage.reader is not None
    assert any(not remark.grave for remark in window.footage.reader.probe.remarks)
    assert texts(window) == ""
    assert "No colour matrix is declared" in window.parts.case.properties.text()
    whole = make_clip(tmp_path / "cut.mkv", frames=60)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    window.footage.open(whole)
    settle()
    assert "cut.mkv" in texts(window)
    assert "No colour matrix is declared" not in texts(window)


def test_keys_go_to_exactly_the_frame_they_say(opened: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    view = opened.parts.view
    view.setFocus()
    for key, frame in (
        (".", 1),
        (".", 2),
        (",", 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Left, 1),
        (Qt.Key.Key_End, 59),
        (Qt.Key.Key_Home, 0),
    ):
        qtbot.keyClick(view, key)
        settle()
        assert number_seen(opened) == frame
        assert f"Frame {frame} of" in opened.parts.transport.where.text()


def test_playing_forwards_arrives_at_the_last_frame(opened: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    opened.parts.transport.timeline.ask(40)
    settle()
    opened.parts.view.setFocus()
    for _press in range(3):
        qtbot.keyClick(opened.parts.view, Qt.Key.Key_L)
    assert opened.parts.transport.shuttle.speed == 4
    qtbot.waitUntil(lambda: opened.parts.transport.shuttle.speed == 0, timeout=30_000)
    settle()
    assert number_seen(opened) == 59


def test_dragging_along_the_timeline_ends_at_the_newest_frame(opened: MainWindow, settle: Settle) -> None:
    for index in range(59):
        opened.parts.transport.timeline.ask(index)
    settle()
    assert number_seen(opened) == 58


def test_the_window_breathes_while_a_frame_is_fetched(opened: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    hold = threading.Event()
    opened.jobs.run_task(lambda _progress: hold.wait(20), lane=Lane.FRAMES)
    opened.parts.transport.timeline.ask(7)
    qtbot.wait(50)
    assert opened.parts.transport.state.text() == "Decoding …"
    hold.set()
    settle()
    assert opened.parts.transport.state.text() == "Exact frame"
    assert number_seen(opened) == 7


def test_go_to_a_time_finds_the_frame_that_was_seen_then(opened: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    opened.actions_["go-to"].trigger()
    asked = dialog(opened, GoToDialog)
    qtbot.keyClicks(asked.field, "0:01.219")
    qtbot.keyClick(asked.field, Qt.Key.Key_Return)
    settle()
    assert number_seen(opened) == 30


def test_dropped_footage_is_opened(window: MainWindow, clip: Path, settle: Settle) -> None:
    carried = QMimeData()
    carried.setUrls([QUrl.fromLocalFile(str(clip))])
    window.dropEvent(
        QDropEvent(
            QPointF(50, 50), Qt.DropAction.CopyAction, carried, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )  # fmt: skip
    settle()
    assert number_seen(window) == 0


@pytest.mark.parametrize("name", ["missing.mp4", "empty.mp4", "text.mp4", "folder", "broken.facet"])
def test_what_cannot_be_opened_is_told_in_words(window: MainWindow, tmp_path: Path, settle: Settle, name: str) -> None:
    path = tmp_path / name
    if name == "folder":
        path.mkdir()
    elif name == "empty.mp4":
        path.touch()
    elif name != "missing.mp4":
        path.write_text("This is no video. " * 50)
    window.open_path(path)
    settle()
    settle()
    assert name in texts(window)
    assert window.footage.reader is None
    assert window.case.session is None
    window.parts.messages.clear()
    assert not window.parts.messages.messages


def test_a_refused_file_leaves_the_open_footage_alone(opened: MainWindow, tmp_path: Path, settle: Settle) -> None:
    opened.footage.open(tmp_path / "missing.mp4")
    settle()
    opened.parts.transport.timeline.ask(12)
    settle()
    assert number_seen(opened) == 12


def test_a_decoder_that_dies_is_told_and_the_next_frame_comes(opened: MainWindow, settle: Settle) -> None:
    opened.footage.reader._child.kill()
    for index in (20, 21):
        opened.parts.transport.timeline.ask(index)
        settle()
    assert number_seen(opened) == 21


def test_turned_footage_is_seen_upright_and_boxed_in_source_pixels(
    window: MainWindow, tmp_path: Path, settle: Settle
) -> None:
    window.footage.open(Path(make_clip(tmp_path / "phone.mp4", frames=5, rotation=90)))
    settle()
    view = window.parts.view
    assert view.size_px == (192, 96)
    seen = view.mapFromScene(view.sceneRect()).boundingRect()
    assert seen.height() > seen.width()
    view.set_box(Box(x=100, y=10, w=40, h=20))
    assert window.parts.box._fields["x"].value() == 100


def test_numbers_typed_for_the_box_are_fitted_into_the_picture(opened: MainWindow, qtbot: QtBot) -> None:
    view, panel = opened.parts.view, opened.parts.box
    panel.new_box.click()
    assert view.box is not None
    panel._fields["x"].setValue(190)
    assert view.box.x + view.box.w == 192
    panel._fields["w"].setValue(1)
    assert view.box.w == 4


def test_ticks_survive_a_new_look_at_the_backends(opened: MainWindow, settle: Settle) -> None:
    opened.parts.backends.tick("lanczos", {"scale": "3"})
    opened.run_wiring.refresh_backends()
    settle()
    choice = opened.parts.backends.choices[0]
    assert (choice.descriptor.id, choice.parameters) == ("lanczos", {"scale": "3"})


def test_weights_that_are_missing_can_be_asked_for_and_not_run(window: MainWindow) -> None:
    row = next(row for row in window.parts.backends.rows if row.state.descriptor.id == "srgan-x4")
    assert not row.tick.isEnabled()
    assert row.install.isVisible()
    assert row.choice is None


def test_a_run_without_a_case_asks_for_one_first(opened: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    opened.parts.view.new_box()
    opened.parts.backends.tick("bicubic")
    assert opened.parts.run.run.isEnabled()
    opened.parts.run.run.click()
    asked = dialog(opened, NewCaseDialog)
    assert not asked.ok.isEnabled()
    assert asked.examiner.text() == "Lee Minji"
    qtbot.keyClicks(asked.number, "2026/17 b")
    assert asked.path.text().endswith("2026-17-b.facet")
    assert asked.ok.isEnabled()
    asked.reject()
    settle()
    assert opened.case.session is None


def test_a_case_shows_whose_it_is_and_what_it_holds(case: MainWindow) -> None:
    assert "2026-17" in case.parts.case.heading.text()
    assert "Lee Minji" in case.parts.case.state.text()
    assert "not yet verified" in case.parts.case.state.text()
    assert case.parts.case.tree.topLevelItem(0).text(1) == "corridor.mp4"


def test_properties_can_be_copied(case: MainWindow, settle: Settle) -> None:
    case.parts.case.tree.choose("1")
    settle()
    case.parts.case.properties.copy.click()
    copied = QApplication.clipboard().text()
    assert case.footage.reader.sha256 in copied
    assert "SHA-256" in copied


def test_a_note_and_a_finding_are_recorded_with_the_examiner(case: MainWindow, settle: Settle) -> None:
    for row, text in ((0, "The lamp flickers."), (1, "No identification is possible.")):
        case.actions_["remark"].trigger()
        asked = dialog(case, RemarkDialog)
        assert not asked.ok.isEnabled()
        asked.kind.setCurrentIndex(row)
        asked.words.setPlainText(text)
        asked.ok.click()
        settle()
    remarks = case.case.session.case.remarks()
    assert [(one.kind, one.text, one.examiner) for one in remarks] == [
        ("note", "The lamp flickers.", "Lee Minji"),
        ("finding", "No identification is possible.", "Lee Minji"),
    ]


def test_what_is_withdrawn_stays_struck_out(case: MainWindow, settle: Settle) -> None:
    case.parts.case.tree.choose("1")
    settle()
    case.actions_["withdraw"].trigger()
    asked = dialog(case, WithdrawDialog)
    asked.words.setPlainText("Wrong camera.")
    asked.ok.click()
    settle()
    settle()
    item = case.parts.case.tree.topLevelItem(0)
    assert item.font(0).strikeOut()
    assert "withdrawn" in item.text(1)
    assert "Wrong camera." in item.toolTip(1)
    assert not case.actions_["withdraw"].isEnabled()


def test_verification_is_answered_in_words(case: MainWindow, settle: Settle) -> None:
    case.actions_["verify"].trigger()
    dialog(case, VerifyDialog).ok.click()
    settle()
    answer = dialog(case, AnswersDialog)
    assert "every digest holds" in answer.headline.text()
    assert "verified up to entry 2" in case.parts.case.state.text()
    assert case.integrity.standing is Standing.SOUND
    answer.close()


def test_a_second_window_reads_and_is_told_who_writes(
    case: MainWindow, qtbot: QtBot, settle: Settle, tmp_path: Path
) -> None:
    other = MainWindow(Workbench(tmp_path / "other", Settings(language="en", examiner="Park Jisoo")))
    other._warmed = True
    qtbot.addWidget(other)
    other.open_path(tmp_path / "a.facet")
    qtbot.waitUntil(lambda: other.jobs.idle and other.case.session is not None, timeout=60_000)
    assert not other.case.writable
    assert "Lee Minji" in texts(other)
    assert "reading only" in texts(other)
    assert not other.actions_["remark"].isEnabled()
    other.shut()


def test_a_closed_case_is_let_go(case: MainWindow, settle: Settle, tmp_path: Path) -> None:
    case.actions_["close-case"].trigger()
    settle()
    assert case.case.session is None
    assert case.parts.case.tree.topLevelItemCount() == 0
    case.open_path(tmp_path / "a.facet")
    settle()
    assert case.case.writable


def test_an_opened_case_is_verified_with_its_footage_behind_the_work(
    case: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    case.actions_["close-case"].trigger()
    settle()
    case.open_path(tmp_path / "a.facet")
    settle()
    assert case.parts.case.state.text().endswith("verified up to entry 2")
    assert case.integrity.text() == "Verified"


def test_footage_that_changed_is_told_when_its_case_is_opened_and_journalled(
    window: MainWindow, clip: Path, tmp_path: Path, settle: Settle
) -> None:
    footage, path = tmp_path / "copy.mp4", tmp_path / "c.facet"
    footage.write_bytes(clip.read_bytes())
    with (
        window.bench.create_case(path, number="8", examiner="Lee Minji") as session,
        window.bench.open_footage(footage) as reader,
    ):
        session.ingest(reader)
    content = bytearray(footage.read_bytes())
    content[-1] ^= 1
    footage.write_bytes(content)
    window.open_path(path)
    settle()
    settle()
    assert "NOT what was recorded" in texts(window)
    assert "VERIFICATION FAILED" in window.parts.case.state.text()
    assert window.case.session is not None
    assert [entry.action for entry in window.case.session.case.journal()][-1] == "verification"


def test_generative_runs_need_a_reason(qtbot: QtBot, home_with_weights: Path, clip: Path, tmp_path: Path) -> None:
    from facet.gui.dialogs.case_form import NewCase

    window = MainWindow(Workbench(home_with_weights, Settings(language="en", examiner="Lee Minji")))
    window._warmed = True
    qtbot.addWidget(window)
    window.show()
    window.footage.open(clip)
    window.case.create(NewCase(path=tmp_path / "g.facet", number="1", examiner="Lee Minji", agency="", title=""))
    qtbot.waitUntil(lambda: window.jobs.idle, timeout=60_000)
    window.parts.view.new_box()
    window.parts.backends.tick("srgan-x4")
    window.parts.run.run.click()
    asked = dialog(window, ReasonDialog)
    assert not asked.ok.isEnabled()
    asked.words.setPlainText("  \n ")
    assert not asked.ok.isEnabled()
    asked.words.setPlainText("Lead for the patrol.")
    assert asked.ok.isEnabled()
    asked.reject()
    qtbot.waitUntil(lambda: window.jobs.idle, timeout=60_000)
    assert window.case.session.case.outputs() == []
    window.shut()


def test_settings_switch_backends_off_at_once(
    window: MainWindow, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(window.bench.inference), "devices", lambda _self, progress=None: [])
    window.actions_["settings"].trigger()
    asked = dialog(window, SettingsDialog)
    asked.ai.setChecked(False)
    assert not asked.generative.isEnabled()
    assert asked.changes == {"ai_enabled": "off"}
    asked.accept()
    settle()
    for row in window.parts.backends.rows:
        assert row.state.allowed is (not row.state.descriptor.family.learned)
    assert Settings.load(window.bench.home).ai_enabled is False


def test_the_card_of_every_backend_tells_every_field(window: MainWindow) -> None:
    from facet.core.descriptor import Descriptor
    from facet.gui.dialogs.card import FIELDS, card_html

    told = {field for field, _name in FIELDS} | {"title", "family"}
    assert set(Descriptor.__slots__) <= told
    for row in window.parts.backends.rows:
        html = card_html(row.state.descriptor)
        assert row.state.descriptor.card_sha256 in html


def test_everything_that_takes_the_keys_has_a_name(opened: MainWindow) -> None:
    opened.show()
    nameless = []
    for widget in opened.findChildren(QWidget):
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible() and widget.isEnabled()
        inner = (
            widget.objectName().startswith("qt_")
            or type(widget) is QWidget
            or widget.inherits("QScrollArea")
            or widget.inherits("QTabBar")
        )
        name = widget.accessibleName() or getattr(widget, "text", lambda: "")()
        if takes and not inner and not name:
            nameless.append(f"{type(widget).__name__} {widget.objectName()}")
    assert nameless == []


def test_a_box_can_be_made_and_run_started_by_keyboard_alone(opened: MainWindow, qtbot: QtBot) -> None:
    opened.activateWindow()
    opened.parts.view.setFocus()
    qtbot.keyClick(opened.parts.view, Qt.Key.Key_B)
    assert opened.parts.view.box is not None
    row = next(row for row in opened.parts.backends.rows if row.state.descriptor.id == "bicubic")
    row.tick.setFocus()
    qtbot.keyClick(row.tick, Qt.Key.Key_Space)
    assert row.tick.isChecked()
    assert opened.parts.transport.shuttle.speed == 0
    qtbot.keyClick(opened, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert dialog(opened, NewCaseDialog)


def test_only_the_frame_has_its_zoom_in_the_status_bar(opened: MainWindow) -> None:
    assert opened.zoomed.isVisible()
    opened.parts.tabs.setTabEnabled(1, True)
    opened.parts.tabs.setCurrentIndex(1)
    assert not opened.zoomed.isVisible()
    opened.parts.tabs.setCurrentIndex(0)
    assert opened.zoomed.isVisible()


def test_no_two_actions_have_the_same_keys(window: MainWindow) -> None:
    from PySide6.QtGui import QAction

    seen: dict[str, str] = {}
    for action in {*window.findChildren(QAction)}:
        keys = action.shortcut().toString()
        if keys:
            assert keys not in seen, f"{keys}: {seen[keys]} and {action.text()}"
            seen[keys] = action.text()


def test_the_window_fits_a_small_screen(opened: MainWindow) -> None:
    assert opened.minimumSizeHint().width() <= 1366
    assert opened.minimumSizeHint().height() <= 700


def test_without_its_footage_a_recorded_frame_is_shown_as_the_case_holds_it(
    case: MainWindow, clip: Path, tmp_path: Path, settle: Settle
) -> None:
    frame, session = case.footage.frame, case.case.session
    case.jobs.run_task(lambda _progress: session.record_crop("1", frame, Box(x=10, y=10, w=40, h=40)))
    settle()
    case.case.refresh()
    case.footage.close()
    settle()
    hidden = clip.with_suffix(".away")
    clip.rename(hidden)
    try:
        case.case_wiring.visit("1/F0")
        settle()
        settle()
    finally:
        hidden.rename(clip)
    assert "corridor.mp4" in texts(case) or "Footage 1" in texts(case)
    assert "as the case holds it" in case.parts.transport.where.text()
    assert case.parts.view.size_px == (192, 96)
    assert not case.parts.run.run.isEnabled()


def test_a_recorded_crop_is_gone_back_to(case: MainWindow, settle: Settle) -> None:
    frame, session, box = case.footage.frame, case.case.session, Box(x=10, y=10, w=40, h=40)
    case.jobs.run_task(lambda _progress: session.record_crop("1", frame, box))
    settle()
    case.case.refresh()
    case.parts.transport.timeline.ask(30)
    settle()
    case.case_wiring.visit("1/F0/C1")
    settle()
    assert number_seen(case) == 0
    assert case.parts.view.box == box


def test_any_case_file_can_be_verified_even_an_altered_one(
    window: MainWindow, tmp_path: Path, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    from PySide6.QtWidgets import QFileDialog

    path = tmp_path / "b.facet"
    window.bench.create_case(path, number="7", examiner="Lee Minji").close()
    with sqlite3.connect(path) as file:
        file.execute(
            "DROP TRIGGER " + file.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchone()[0]
        )
    file.close()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args: (str(path), ""))
    window.actions_["verify-file"].trigger()
    dialog(window, VerifyDialog).ok.click()
    settle()
    answer = dialog(window, AnswersDialog)
    assert "NOT what was recorded" in answer.headline.text()
    assert answer.only.isChecked()
    assert answer.shown.rowCount() < answer.model.rowCount()
    answer.close()


def test_the_case_tells_its_notes_and_findings(case: MainWindow, settle: Settle) -> None:
    case.case.remark("finding", "No identification is possible.", None)
    settle()
    case.actions_["case-facts"].trigger()
    settle()
    told = case.parts.case.properties.text()
    assert "No identification is possible." in told
    assert "2026-17" in told


def test_a_file_that_is_no_model_is_refused_in_words(window: MainWindow, tmp_path: Path, settle: Settle) -> None:
    file = tmp_path / "mine.pth"
    file.write_bytes(b"no model at all")
    window.store_wiring.add(file, "mine", "generative")
    settle()
    settle()
    assert "mine.pth" in texts(window)
    assert "mine" not in {row.state.descriptor.id for row in window.parts.backends.rows}


def test_another_language_opens_the_window_again_with_what_was_open(
    case: MainWindow, qtbot: QtBot, tmp_path: Path, clip: Path
) -> None:
    with qtbot.waitSignal(case.reopened) as again:
        case.reopen()
    assert again.args == [[tmp_path / "a.facet", clip]]


def test_korean_can_be_read_in_the_window(qtbot: QtBot, tmp_path: Path) -> None:
    from PySide6.QtGui import QFontInfo

    from facet.gui import theme

    app = QApplication.instance()
    before = app.font()
    window = MainWindow(Workbench(tmp_path / "ko", Settings(language="ko")))
    qtbot.addWidget(window)
    try:
        assert QFontInfo(app.font()).family() == theme.HANGUL
    finally:
        qtbot.waitUntil(lambda: window.jobs.idle, timeout=60_000)
        window.shut()
        app.setFont(before)
