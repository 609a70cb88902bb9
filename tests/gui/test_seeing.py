"""What is seen is told: previews, views, evidence, playing, fields, and a decoder that dies."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from clips import draw, make_clip, read_number
from facet.core.geometry import Box
from facet.core.interpretation import AS_DECLARED, Interpretation
from facet.gui.dialogs.case_form import NewCase
from facet.gui.dialogs.settings_form import SettingsDialog
from facet.gui.main_window import MainWindow
from facet.gui.view.grade import Grade
from facet.gui.view.sight import Sight
from facet.workbench import Settings

Settle = Callable[[], None]


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three hundred pictures and two keyframes."""
    return Path(make_clip(tmp_path_factory.mktemp("long") / "yard.mp4", frames=300, gop=150))


@pytest.fixture(scope="module")
def interlaced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve pictures of two moments each, the top field first, with pixels wider than high."""
    folder = tmp_path_factory.mktemp("interlaced")
    return Path(
        make_clip(folder / "gate.mp4", frames=12, size=(192, 128), interlaced="tt", sample_aspect=Fraction(16, 15))
    )


@pytest.fixture
def yard(window: MainWindow, long: Path, settle: Settle) -> MainWindow:
    window.footage.open(long)
    settle()
    return window


@pytest.fixture
def gate(window: MainWindow, interlaced: Path, settle: Settle) -> MainWindow:
    window.footage.open(interlaced)
    settle()
    return window


@pytest.fixture
def sights(window: MainWindow) -> list[Sight]:
    """Everything that was seen."""
    seen: list[Sight] = []
    window.footage.seen.connect(seen.append)
    return seen


def badges(window: MainWindow) -> str:
    return "\n".join(window.parts.view.badges.texts)


def number_in(sight: Sight) -> int:
    """The number drawn into what is seen, whatever its size."""
    image = sight.image
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return read_number(pixels[:, : image.width(), 2::-1])


def mouse(window: MainWindow, kind: QEvent.Type, index: int) -> None:
    """The left button over the timeline's place of a frame."""
    timeline = window.parts.transport.timeline
    at = QPointF(timeline.width() * 0.02 + index / timeline.count * timeline.width() * 0.96, timeline.height() / 2)
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    button = none if kind == QEvent.Type.MouseMove else left
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    event = QMouseEvent(
        kind, at, QPointF(timeline.mapToGlobal(at.toPoint())), button, held, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(timeline, event)


def test_a_step_shows_the_right_picture_and_then_the_evidence(
    yard: MainWindow, sights: list[Sight], settle: Settle
) -> None:
    yard.parts.view.set_box(Box(x=30, y=20, w=40, h=40))
    boxes: list[object] = []
    yard.parts.view.box_changed.connect(boxes.append)
    yard.parts.transport.step(1)
    settle()
    assert [(sight.index, sight.grade) for sight in sights] == [(1, Grade.VIEW), (1, Grade.FRAME)]
    assert {number_in(sight) for sight in sights} == {1}
    assert boxes == []
    assert yard.footage.frame is not None
    assert yard.parts.transport.state.text() == "Exact frame"


def test_while_the_playhead_is_dragged_what_is_seen_says_that_it_is_a_preview(
    yard: MainWindow, sights: list[Sight], qtbot: QtBot, settle: Settle
) -> None:
    mouse(yard, QEvent.Type.MouseButtonPress, 90)
    qtbot.waitUntil(lambda: bool(sights))
    mouse(yard, QEvent.Type.MouseMove, 280)
    qtbot.waitUntil(lambda: sights[-1].wanted > 200)
    qtbot.wait(300)
    preview = sights[-1]
    assert preview.grade is Grade.PREVIEW
    assert number_in(preview) == preview.index == 150
    assert "preview: keyframe 150" in badges(yard)
    assert "Frame 150 of 299" in yard.parts.transport.where.text()
    assert yard.footage.frame is None
    assert not yard.sight_wiring.runnable
    yard.parts.view.new_box()
    assert yard.parts.view.box is None
    mouse(yard, QEvent.Type.MouseButtonRelease, 280)
    settle()
    wanted = yard.parts.transport.timeline.index
    assert wanted > 200
    assert yard.footage.frame is not None
    assert read_number(yard.footage.frame.picture) == wanted
    assert "preview" not in badges(yard)
    assert yard.sight_wiring.runnable


def test_a_preview_fills_the_room_of_the_picture_so_that_nothing_moves(
    window: MainWindow, tmp_path: Path, settle: Settle, qtbot: QtBot, sights: list[Sight]
) -> None:
    window.footage.open(make_clip(tmp_path / "wide.mp4", frames=60, size=(960, 480), gop=60))
    settle()
    view = window.parts.view
    view.set_box(Box(x=600, y=300, w=100, h=80))
    place, zoom = view.mapFromScene(600, 300), view.zoom
    mouse(window, QEvent.Type.MouseButtonPress, 50)
    qtbot.waitUntil(lambda: bool(sights) and sights[-1].wanted > 30)
    assert view.size_px == (960, 480)
    assert (view.mapFromScene(600, 300), view.zoom) == (place, zoom)
    assert view.box == Box(x=600, y=300, w=100, h=80)
    mouse(window, QEvent.Type.MouseButtonRelease, 50)
    settle()
    assert (view.mapFromScene(600, 300), view.zoom) == (place, zoom)


@pytest.mark.parametrize(("key", "way"), [(Qt.Key.Key_L, 1), (Qt.Key.Key_J, -1)])
def test_playing_shows_right_pictures_and_halts_exactly_at_the_one_that_is_seen(
    yard: MainWindow, sights: list[Sight], qtbot: QtBot, settle: Settle, key: Qt.Key, way: int
) -> None:
    yard.parts.transport.timeline.ask(170)
    settle()
    sights.clear()
    yard.parts.view.setFocus()
    qtbot.keyClick(yard.parts.view, key)
    qtbot.waitUntil(lambda: len(sights) > 5, timeout=30_000)
    assert "Playing" in yard.parts.transport.state.text()
    assert "dropped" in yard.parts.transport.state.text()
    assert yard.footage.frame is None
    qtbot.keyClick(yard.parts.view, Qt.Key.Key_K)
    stopped = sights[-1].index
    settle()
    steps = [sight.index for sight in sights]
    assert all(number_in(sight) == sight.index for sight in sights)
    assert all(way * (after - before) >= 0 for before, after in itertools.pairwise(steps))
    assert {sight.grade for sight in sights[:-1]} == {Grade.VIEW}
    assert sights[-1].grade is Grade.FRAME
    assert steps[-1] == stopped == yard.parts.transport.timeline.index


def test_half_speed_has_keys_of_its_own(yard: MainWindow, settle: Settle) -> None:
    yard.parts.transport.timeline.ask(20)
    settle()
    yard.actions_["slowly"].trigger()
    assert yard.parts.transport.shuttle.speed == 0.5
    assert "×½" in yard.parts.transport.state.text()
    yard.actions_["slowly-back"].trigger()
    assert yard.parts.transport.shuttle.speed == -0.5


def test_woven_fields_are_told_and_a_field_is_seen_at_full_height(gate: MainWindow, settle: Settle) -> None:
    view = gate.parts.view
    assert "interlaced (top field first)" in badges(gate)
    before = view.mapFromScene(view.sceneRect()).boundingRect()
    view.set_box(Box(x=40, y=30, w=60, h=41), hold=True)
    gate.footage.understand(Interpretation(fields="top"))
    settle()
    seen = view.mapFromScene(view.sceneRect()).boundingRect()
    assert view.size_px == (192, 64)
    assert abs(seen.width() - before.width()) <= 2
    assert abs(seen.height() - before.height()) <= 2
    assert view.box == Box(x=40, y=15, w=60, h=21)
    assert view.box_held
    assert gate.parts.box._fields["y"].value() == 15
    assert "decoding altered: top field" in badges(gate)
    assert "top field" in gate.parts.transport.where.text()
    gate.footage.understand(AS_DECLARED)
    settle()
    assert view.box == Box(x=40, y=30, w=60, h=42)
    assert "altered" not in badges(gate)


def test_what_was_told_of_footage_goes_with_it(gate: MainWindow, long: Path, settle: Settle) -> None:
    told = gate.parts.messages
    assert any("interlaced" in one.text for one in told.messages)
    gate.footage.open(long)
    settle()
    settle()
    assert not any("interlaced" in one.text for one in told.messages)


def test_a_folder_of_pictures_is_chosen_and_opened(
    window: MainWindow, tmp_path: Path, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2, 4):
        picture = draw(number)
        image = QImage(picture.tobytes(), 192, 96, 3 * 192, QImage.Format.Format_RGB888)
        assert image.save(str(tmp_path / f"cam_{number:03}.png"))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(tmp_path))
    window.actions_["open-folder"].trigger()
    settle()
    settle()
    assert window.footage.reader.count == 3
    assert any("missing: 3" in one.text for one in window.parts.messages.messages)


def test_a_box_too_flat_for_a_field_is_taken_away_with_a_word(gate: MainWindow, settle: Settle) -> None:
    gate.parts.view.set_box(Box(x=40, y=30, w=60, h=4))
    gate.footage.understand(Interpretation(fields="bottom"))
    settle()
    assert gate.parts.view.box is None
    assert any("too few rows" in message.text for message in gate.parts.messages.messages)


def test_bob_steps_through_both_fields_in_the_order_of_time(gate: MainWindow, settle: Settle) -> None:
    gate.parts.transport.timeline.ask(3)
    gate.footage.understand(AS_DECLARED, bob=True)
    settle()
    seen = []
    for _step in range(3):
        assert gate.footage.frame is not None
        decoding = gate.footage.frame.decoding
        seen.append((gate.footage.frame.name.index, decoding.fields, read_number(gate.footage.frame.picture)))
        gate.parts.transport.step(1)
        settle()
    assert seen == [(3, "top", 6), (3, "bottom", 7), (4, "top", 8)]
    gate.parts.transport.step(-2)
    settle()
    assert "bottom field" in gate.parts.transport.where.text()
    assert gate.parts.transport.timeline.index == 3


def test_bob_plays_both_fields_and_halts_at_the_one_that_is_seen(
    gate: MainWindow, sights: list[Sight], qtbot: QtBot, settle: Settle
) -> None:
    gate.footage.understand(AS_DECLARED, bob=True)
    settle()
    sights.clear()
    gate.actions_["slowly"].trigger()
    qtbot.waitUntil(lambda: len(sights) > 4, timeout=30_000)
    gate.parts.transport.shuttle.halt()
    seen = sights[-1]
    settle()
    assert {sight.interpretation.fields for sight in sights} == {"top", "bottom"}
    assert gate.footage.sight.interpretation.fields == seen.interpretation.fields
    assert gate.footage.frame.name.index == seen.index
    number = 2 * seen.index + (seen.interpretation.fields == "bottom")
    assert read_number(gate.footage.frame.picture) == number


def test_another_aspect_and_turn_keep_what_is_looked_at(yard: MainWindow, settle: Settle) -> None:
    view = yard.parts.view
    view.set_zoom(6.0)
    view.centerOn(60, 40)
    yard.footage.understand(Interpretation(sample_aspect="2/1"))
    settle()
    middle = view.mapToScene(view.viewport().rect().center())
    assert (middle.x(), middle.y(), view.zoom) == (pytest.approx(60, abs=1.5), pytest.approx(40, abs=1.5), 6.0)
    assert "pixel aspect 2/1" in badges(yard)


def test_footage_opened_again_is_understood_as_before(yard: MainWindow, long: Path, settle: Settle) -> None:
    yard.footage.understand(Interpretation(rotation=180))
    settle()
    yard.footage.open(long)
    settle()
    assert yard.footage.interpretation == Interpretation(rotation=180)
    assert yard.parts.case.interpretation.fields["rotation"].currentData() == 180


def test_a_recorded_field_is_gone_back_to_as_it_was_understood(
    gate: MainWindow, settle: Settle, tmp_path: Path
) -> None:
    gate.case.create(NewCase(path=tmp_path / "a.facet", number="1", examiner="Lee Minji", agency="", title=""))
    settle()
    gate.footage.understand(Interpretation(fields="bottom"))
    settle()
    frame, session, box = gate.footage.frame, gate.case.session, Box(x=20, y=12, w=40, h=20)
    crops: list[str] = []
    gate.jobs.run_task(lambda _p: session.record_crop(session.ingest(gate.footage.reader), frame, box), crops.append)
    settle()
    gate.case.refresh()
    settle()
    gate.footage.understand(AS_DECLARED)
    gate.parts.transport.timeline.ask(7)
    settle()
    gate.case_wiring.visit(crops[0])
    settle()
    assert gate.footage.frame is not None
    assert gate.footage.frame.picture_sha256 == frame.picture_sha256
    assert gate.parts.view.box == box
    assert gate.parts.case.interpretation.shown.currentData() == "bottom"


def test_a_run_right_after_a_step_waits_for_the_evidence(yard: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    done: list[int] = []
    yard.parts.transport.step(1)
    yard.footage.when_exact(lambda: done.append(yard.footage.frame.name.index))
    assert done == []
    settle()
    assert done == [1]
    yard.parts.transport.step(1)
    yard.footage.when_exact(lambda: pytest.fail("another picture is wanted meanwhile"))
    yard.parts.transport.step(1)
    settle()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("playing", [False, True])
def test_a_decoder_that_is_killed_costs_a_message_and_the_next_wish_opens_another(
    yard: MainWindow, qtbot: QtBot, settle: Settle, playing: bool
) -> None:
    box = Box(x=30, y=20, w=40, h=40)
    yard.parts.view.set_box(box)
    pid = yard.footage.reader.pid
    os.kill(pid, signal.SIGSTOP)
    if playing:
        yard.parts.transport.shuttle.forward()
    else:
        yard.parts.transport.timeline.ask(200)
    os.kill(pid, signal.SIGKILL)
    settle()
    qtbot.waitUntil(lambda: any("decoding process" in one.text for one in yard.parts.messages.messages))
    assert yard.parts.view.box == box
    assert yard.parts.transport.shuttle.speed == 0
    if not playing:
        assert yard.parts.transport.state.text() == "Frame 200 could not be had"
        assert yard.parts.run.hint.text() == "Frame 200 could not be had"
        yard.timeline_wiring.mark(with_note=False)
        assert [mark.first for mark in yard.marks.marks] == [yard.footage.sight.index]
    yard.parts.transport.timeline.ask(210)
    settle()
    assert yard.parts.transport.state.text() == "Exact frame"
    assert read_number(yard.footage.frame.picture) == 210
    assert yard.footage.reader.pid not in (None, pid)
    assert yard.parts.view.box == box


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_decoder_that_hangs_is_left_behind_by_the_next_wish(yard: MainWindow, qtbot: QtBot, settle: Settle) -> None:
    os.kill(yard.footage.reader.pid, signal.SIGSTOP)
    yard.parts.transport.timeline.ask(200)
    qtbot.wait(100)
    yard.parts.transport.timeline.ask(40)
    settle()
    assert read_number(yard.footage.frame.picture) == 40


def test_memory_for_footage_is_a_setting(window: MainWindow, qtbot: QtBot) -> None:
    dialog = SettingsDialog(Settings(language="en"), "", [("cpu", "CPU")], window)
    assert dialog.memory.text() == "Automatic"
    dialog.memory.setValue(512)
    assert dialog.changes == {"footage_memory": "512"}
