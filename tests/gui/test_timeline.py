from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facet.core.camera_clock import CameraClock
from facet.gui.view.hover_card import HoverCard, hover_text
from facet.gui.view.timeline import Timeline
from facet.gui.view.timeline_face import Content
from facet.gui.view.timeline_signs import DRAFT, RECORDED, WITHDRAWN, ShownMark, places
from facet.gui.view.timeline_view import MARGIN
from facet.gui.view.transport import Transport, clock_text
from recordings import batch_of, index_of, recording_of, thumbnail_of


@pytest.fixture
def timeline(qtbot: QtBot) -> Timeline:
    made = Timeline()
    qtbot.addWidget(made)
    made.resize(1000 + 2 * MARGIN, 40)
    made.set_count(101)
    made.show()
    return made


class Uneven:
    """Five frames at uneven times."""

    count = 5
    times = (Fraction(0), Fraction(1, 100), Fraction(1, 50), Fraction(1, 20), Fraction(1, 10))

    def seconds(self, index: int) -> Fraction:
        return self.times[index]

    def index_at(self, seconds: Fraction) -> int:
        return max(i for i, time in enumerate(self.times) if time <= seconds)


def test_a_click_asks_for_the_frame_at_that_place(timeline: Timeline, qtbot: QtBot) -> None:
    asked: list[int] = []
    timeline.index_asked.connect(asked.append)
    for x, index in ((MARGIN + 500, 50), (MARGIN + 1000, 100), (0, 0), (MARGIN + 250, 25)):
        qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(x, 20))
        assert timeline.index == index
    assert asked == [50, 100, 0, 25]


@pytest.mark.parametrize(
    ("key", "index"),
    [
        (Qt.Key.Key_Left, 49),
        (Qt.Key.Key_Right, 51),
        (Qt.Key.Key_PageUp, 40),
        (Qt.Key.Key_PageDown, 60),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, 100),
    ],
)
def test_keys_go_through_the_footage(timeline: Timeline, qtbot: QtBot, key: Qt.Key, index: int) -> None:
    timeline.set_index(50)
    with qtbot.waitSignal(timeline.index_asked) as asked:
        qtbot.keyClick(timeline, key)
    assert asked.args == [index]


def test_it_ends_where_the_footage_ends(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.set_index(100)
    with qtbot.assertNotEmitted(timeline.index_asked):
        qtbot.keyClick(timeline, Qt.Key.Key_Right)


def flag(first: int, last: int | None = None, *, state: str = DRAFT, text: str = "") -> ShownMark:
    return ShownMark(id=str(first), first=first, last=last, text=text, state=state)


def test_marks_and_recorded_frames_can_be_jumped_between(timeline: Timeline) -> None:
    timeline.set_marks([flag(10), flag(80, state=WITHDRAWN)])
    timeline.set_recorded([30])
    timeline.set_index(50)
    assert timeline.next_mark(forward=False) == 30
    assert timeline.next_mark(forward=True) is None
    timeline.set_index(20)
    assert timeline.next_mark(forward=False) == 10
    assert timeline.grab().size() == timeline.size()


def test_a_click_on_a_flag_goes_to_exactly_its_frame(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.resize(1000 + 2 * MARGIN, 120)
    timeline.set_recording(recording_of(100_000))
    timeline.set_marks([flag(0), flag(51_234)])
    x = round(MARGIN + timeline.scale.x(51_234)) + 3
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(x, timeline.lanes.flags.center().y()))
    assert timeline.index == 51_234
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(MARGIN, timeline.lanes.flags.center().y()))
    assert timeline.index == 0


def test_a_hand_on_the_playhead_is_told_before_the_first_wish_and_when_it_lets_go(
    timeline: Timeline, qtbot: QtBot
) -> None:
    told: list[object] = []
    timeline.held.connect(told.append)
    timeline.index_asked.connect(told.append)
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=QPoint(MARGIN + 500, 20))
    qtbot.mouseMove(timeline, QPoint(MARGIN + 600, 20))
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=QPoint(MARGIN + 600, 20))
    assert told[:2] == [True, 50]
    assert told[-1] is False


def turn(timeline: Timeline, notches: int, x: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    at = QPointF(MARGIN + x, 20)
    event = QWheelEvent(
        at, timeline.mapToGlobal(at), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, keys,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(timeline, event)


def test_the_wheel_zooms_from_the_whole_recording_down_to_single_frames_and_back(timeline: Timeline) -> None:
    timeline.set_recording(recording_of(1_000_000))
    assert timeline.scale.is_whole
    under = timeline.scale.index_at(500)
    for _notch in range(40):
        turn(timeline, 1, 500)
    assert timeline.scale.is_deepest
    assert abs(timeline.scale.index_at(500) - under) <= 1
    before = timeline.scale.first
    turn(timeline, -1, 500, Qt.KeyboardModifier.ShiftModifier)
    assert timeline.scale.first > before
    for _notch in range(40):
        turn(timeline, -1, 500)
    assert timeline.scale.is_whole


def test_a_million_frames_are_drawn_by_what_is_seen_of_them(timeline: Timeline) -> None:
    timeline.resize(1000 + 2 * MARGIN, 120)
    timeline.set_recording(recording_of(1_000_000))
    batch = batch_of(0, 99)
    timeline.add_batch(batch, [(number * 200, thumbnail_of(number)) for number in range(5000)])
    timeline.set_marks([flag(number * 10) for number in range(10_000)])
    timeline.set_recorded(range(0, 1_000_000, 50))
    timeline.grab()
    assert timeline.face.thumbnails <= 1000 / 40
    assert len(places(timeline.content.recorded, timeline.scale)) <= 1001


def test_the_lanes_are_drawn_anew_only_when_something_in_them_changed(timeline: Timeline) -> None:
    timeline.set_recording(recording_of(1000))
    timeline.grab()
    drawn = timeline.face.drawings
    for index in range(50):
        timeline.set_index(index)
        timeline.grab()
    assert timeline.face.drawings == drawn
    timeline.set_marks([flag(5)])
    timeline.grab()
    assert timeline.face.drawings == drawn + 1
    timeline.zoom(2)
    timeline.grab()
    assert timeline.face.drawings == drawn + 2


def test_in_and_out_bound_a_part_and_never_cross(timeline: Timeline) -> None:
    told: list[object] = []
    timeline.in_out_changed.connect(told.append)
    timeline.set_in_out(20, None)
    timeline.set_in_out(20, 60)
    assert timeline.in_out == (20, 60)
    timeline.set_in_out(70, 60)
    assert timeline.in_out == (70, 100)
    timeline.set_in_out(70, 10)
    assert timeline.in_out == (0, 10)
    timeline.set_in_out(None, None)
    assert told == [(20, 100), (20, 60), (70, 100), (0, 10), None]


def test_what_is_under_the_pointer_names_the_frame_of_its_thumbnail() -> None:
    content = Content(recording=recording_of(5000))
    assert hover_text(content, 1234, None).startswith("Frame 1234 · 0:00:49.360 · no thumbnail yet")
    assert hover_text(content, 1234, 1230).startswith("Frame 1234 · 0:00:49.360 · thumbnail of frame 1230")
    assert "not motion" in hover_text(content, 1234, None)
    content.recording.know_batch(batch_of(0, 4999, motion=12.5, cuts=(1234,)))
    content.recording.damaged = [(1200, 1300)]
    content.marks = (flag(1200, 1250, text="A man in a red coat"),)
    content.clock = CameraClock(index=0, seconds=Fraction(0), shows="2026-11-02 14:03:12", zone="Asia/Seoul")
    told = hover_text(content, 1234, 1234)
    for word in ("this frame", "12.5 ‰", "scene changes", "Damaged", "A man in a red coat", "14:04:01", "Asia/Seoul"):
        assert word in told


def test_the_card_shows_itself_while_the_pointer_is_here_and_goes_with_it(timeline: Timeline, qtbot: QtBot) -> None:
    timeline.content.strip.add(40, thumbnail_of(40))
    qtbot.mouseMove(timeline, QPoint(MARGIN + 505, 20))
    card = timeline.findChild(HoverCard)
    assert card is not None
    assert card.isVisible()
    assert "thumbnail of frame 40" in card.words.text()
    QApplication.sendEvent(timeline, QEvent(QEvent.Type.Leave))
    assert not card.isVisible()


@pytest.fixture
def transport(qtbot: QtBot) -> Transport:
    made = Transport()
    qtbot.addWidget(made)
    made.resize(754, 240)
    index = index_of(10_000)
    clock = SimpleNamespace(count=10_000, seconds=index.seconds, index_at=index.at, index=index)
    made.begin(clock, 10_000)
    made.timeline.content.recording.know_index(index, [])
    made.addActions(made.all_actions)  # the window's menu does that
    made.show()
    return made


def test_the_overviews_window_is_dragged_and_pulled(transport: Transport, qtbot: QtBot) -> None:
    overview, timeline = transport.overview, transport.timeline
    timeline.set_scale(timeline.scale.onto(4000, 1000))
    middle = overview.pane.center().toPoint()
    qtbot.mousePress(overview, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(overview, QPoint(middle.x() + 50, 5))
    qtbot.mouseRelease(overview, Qt.MouseButton.LeftButton, pos=QPoint(middle.x() + 50, 5))
    assert timeline.scale.first > 4500
    assert timeline.scale.span == pytest.approx(1000)
    right = round(overview.pane.right())
    qtbot.mousePress(overview, Qt.MouseButton.LeftButton, pos=QPoint(right, 5))
    qtbot.mouseMove(overview, QPoint(right + 60, 5))
    qtbot.mouseRelease(overview, Qt.MouseButton.LeftButton, pos=QPoint(right + 60, 5))
    assert timeline.scale.span > 1500
    qtbot.mouseClick(overview, Qt.MouseButton.LeftButton, pos=QPoint(MARGIN + 5, 5))
    assert timeline.scale.first < 500
    qtbot.keyClick(overview, Qt.Key.Key_End)
    assert timeline.scale.last == pytest.approx(10_000)


def test_the_overview_draws_the_recording_once(transport: Transport) -> None:
    transport.overview.grab()
    drawn = transport.overview.drawings
    for index in range(20):
        transport.timeline.set_index(index * 100)
        transport.timeline.zoom(1.1)
        transport.overview.grab()
    assert transport.overview.drawings == drawn


def test_keys_set_and_clear_in_and_out(transport: Transport, qtbot: QtBot) -> None:
    shifted = Qt.KeyboardModifier.ShiftModifier
    transport.timeline.set_index(100)
    qtbot.keyClick(transport, Qt.Key.Key_I)
    transport.timeline.set_index(200)
    qtbot.keyClick(transport, Qt.Key.Key_O)
    assert transport.timeline.in_out == (100, 200)
    qtbot.keyClick(transport, Qt.Key.Key_I, shifted)
    assert transport.timeline.in_out == (0, 200)
    qtbot.keyClick(transport, Qt.Key.Key_O, shifted)
    assert transport.timeline.in_out is None


def test_keys_go_to_where_something_happens(transport: Transport, qtbot: QtBot) -> None:
    timeline, shifted = transport.timeline, Qt.KeyboardModifier.ShiftModifier
    timeline.add_batch(batch_of(0, 9999, busy=range(4000, 4100), cuts=(7000,)), [])
    missing: list[bool] = []
    transport.activity_missing.connect(missing.append)
    for key, modifier, index in (
        (Qt.Key.Key_A, None, 3999), (Qt.Key.Key_A, None, 6999), (Qt.Key.Key_A, None, 6999),
        (Qt.Key.Key_A, shifted, 3999), (Qt.Key.Key_C, None, 7000), (Qt.Key.Key_C, shifted, 7000),
    ):  # fmt: skip
        qtbot.keyClick(transport, key, modifier or Qt.KeyboardModifier.NoModifier)
        assert timeline.index == index
    assert missing == [True]


def test_keys_zoom_the_timeline(transport: Transport, qtbot: QtBot) -> None:
    timeline = transport.timeline
    timeline.set_index(5000)
    for key in (Qt.Key.Key_Equal, Qt.Key.Key_Plus):
        before = timeline.scale.span
        qtbot.keyClick(transport, key)
        assert timeline.scale.span < before
        assert timeline.scale.shows(5000)
    qtbot.keyClick(transport, Qt.Key.Key_Minus)
    assert not timeline.scale.is_whole
    qtbot.keyClick(transport, Qt.Key.Key_0)
    assert timeline.scale.is_whole


def test_the_legend_names_what_can_be_seen_and_nothing_else(transport: Transport) -> None:
    timeline, legend = transport.timeline, transport.legend
    timeline.set_scale(timeline.scale)
    assert [kind for kind, _name in legend.entries] == ["coded"]
    timeline.add_batch(batch_of(0, 4000, cuts=(7,)), [])
    timeline.set_marks([flag(5), flag(6, state=RECORDED)])
    assert [kind for kind, _name in legend.entries] == ["motion", "coded", "cut", "mark", "draft"]
    timeline.begin_survey(thorough=False)
    timeline.add_batch(batch_of(0, 9999), [])
    assert ("motion", "Motion from keyframe to keyframe") in legend.entries
    assert "coded" not in dict(legend.entries)
    timeline.zoom(1e9)
    assert "key" in dict(legend.entries)
    assert "Keyframe" in legend.accessibleDescription()
    assert legend.grab().size() == legend.size()


def test_file_time_and_camera_clock_are_told_apart(transport: Transport) -> None:
    clock = CameraClock(index=0, seconds=Fraction(0), shows="2026-11-02 14:03:12", zone="Asia/Seoul")
    transport.show_position(3, 4500, Fraction(1, 90000), Fraction(1, 20))
    without = transport.timeline.lanes.camera.height()
    transport.timeline.set_clock(clock)
    transport.show_camera("Camera clock 2026-11-02 14:03:12.050 +09:00", "")
    assert without == 0
    assert transport.timeline.lanes.camera.height() > 0
    assert "file time 0:00:00.050000" in transport.where.text()
    assert transport.camera.isVisible()
    assert not transport.true.isVisible()
    assert transport.timeline.grab().size() == transport.timeline.size()


def test_damaged_pictures_have_a_band_of_their_own(transport: Transport) -> None:
    timeline = transport.timeline
    assert timeline.lanes.damage.height() == 0
    timeline.content.recording.know_index(index_of(10_000), [[100, 200], [5000, 5001]], [[201, 300]])
    timeline.set_scale(timeline.scale)
    assert timeline.lanes.damage.height() > 0
    assert dict(transport.legend.entries)["damage"] == "Damaged pictures"
    assert dict(transport.legend.entries)["tainted"] == "Damage may go on"
    assert "may go on" in hover_text(timeline.content, 250, None)
    assert timeline.grab().size() == timeline.size()


def test_where_we_are_is_told_exactly(qtbot: QtBot) -> None:
    transport = Transport()
    qtbot.addWidget(transport)
    transport.begin(Uneven(), 5)
    transport.show_position(3, 4500, Fraction(1, 90000), Fraction(1, 20))
    assert "Frame 3 of 4" in transport.where.text()
    assert "PTS 4500 × 1/90000 s" in transport.where.text()
    assert "0:00:00.050000" in transport.where.text()
    transport.show_position(3, None, Fraction(1, 25), Fraction(1, 3))
    assert "none" in transport.where.text()
    assert "0:00:00.333333" in transport.where.text()


def test_a_clock_counts_hours() -> None:
    assert clock_text(Fraction(3 * 3600 + 4 * 60 + 5)) == "3:04:05.000000"
