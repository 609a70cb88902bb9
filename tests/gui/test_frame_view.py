from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facet.core.geometry import Box, Face
from facet.gui.view.display import Orientation, image_of
from facet.gui.view.frame_view import FrameView

WIDTH, HEIGHT = 160, 120
UPRIGHT = Orientation()


def texture(width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.fixture
def view(qtbot: QtBot) -> FrameView:
    made = FrameView()
    qtbot.addWidget(made)
    made.resize(640, 480)
    made.show()
    qtbot.waitExposed(made)
    made.show_image(image_of(texture()), UPRIGHT)
    return made


def at(view: FrameView, x: float, y: float) -> QPoint:
    """Where a source pixel is on the widget."""
    return view.mapFromScene(QPointF(x, y))


def drag(view: FrameView, start: QPoint, end: QPoint, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    from PySide6.QtTest import QTest

    surface = view.viewport()
    QTest.mousePress(surface, button, Qt.KeyboardModifier.NoModifier, start)
    for share in (0.3, 0.7, 1.0):
        between = QPoint(
            round(start.x() + (end.x() - start.x()) * share), round(start.y() + (end.y() - start.y()) * share)
        )
        event_at = between
        move(view, event_at, button)
    QTest.mouseRelease(surface, button, Qt.KeyboardModifier.NoModifier, end)


def move(view: FrameView, to: QPoint, button: Qt.MouseButton) -> None:
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(to), QPointF(view.viewport().mapToGlobal(to)), Qt.MouseButton.NoButton, button,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)


def test_a_new_picture_is_shown_whole(view: FrameView) -> None:
    assert view.zoom == pytest.approx(4.0, abs=0.02)


@pytest.mark.parametrize(
    "orientation",
    [
        UPRIGHT,
        Orientation(rotation=90),
        Orientation(rotation=180),
        Orientation(rotation=270, sample_aspect=Fraction(16, 15)),
    ],
)
def test_a_drag_draws_a_box_in_source_pixels_however_the_picture_is_seen(
    view: FrameView, orientation: Orientation
) -> None:
    view.show_image(image_of(texture()), orientation)
    view.set_zoom(4.0)
    view.centerOn(80, 60)
    drag(view, at(view, 70, 50), at(view, 100, 75))
    assert view.box is not None
    assert abs(view.box.x - 70) <= 1
    assert abs(view.box.y - 50) <= 1
    assert abs(view.box.w - 30) <= 1
    assert abs(view.box.h - 25) <= 1


def test_a_box_is_moved_by_its_inside_and_pulled_by_a_corner(view: FrameView) -> None:
    view.set_box(Box(x=40, y=30, w=40, h=40), hold=True)
    drag(view, at(view, 60, 50), at(view, 70, 45))
    assert view.box == Box(x=50, y=25, w=40, h=40)
    drag(view, at(view, 90, 65), at(view, 100, 85))
    assert view.box == Box(x=50, y=25, w=50, h=60)


def test_a_box_never_leaves_the_picture(view: FrameView) -> None:
    view.set_box(Box(x=40, y=30, w=40, h=40), hold=True)
    drag(view, at(view, 60, 50), at(view, 600, 600))
    assert view.box == Box(x=WIDTH - 40, y=HEIGHT - 40, w=40, h=40)


def test_keys_make_move_and_size_a_box_and_take_it_away(view: FrameView, qtbot: QtBot) -> None:
    view.new_box()
    assert view.box == Box(x=65, y=45, w=30, h=30)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert view.box == Box(x=66, y=35, w=30, h=31)
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert view.box is None


def test_arrows_step_frames_once_the_box_is_let_go(view: FrameView, qtbot: QtBot) -> None:
    view.new_box()
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    with qtbot.waitSignal(view.step_asked) as asked:
        qtbot.keyClick(view, Qt.Key.Key_Left)
    assert asked.args == [-1]
    assert view.box is not None


def test_a_click_on_a_found_face_takes_it_as_the_box(view: FrameView, qtbot: QtBot) -> None:
    face = Face(box=Box(x=20, y=20, w=30, h=36), landmarks=(), confidence=0.98)
    view.set_faces([face])
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at(view, 30, 30))
    assert view.box == face.box


def test_the_wheel_zooms_about_the_pointer(view: FrameView) -> None:
    view.set_zoom(6.0)
    pointer = at(view, 90, 70)
    before = view.mapToScene(pointer)
    event = QWheelEvent(
        QPointF(pointer), QPointF(pointer), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)
    after = view.mapToScene(pointer)
    assert view.zoom == 8.0
    assert abs(after.x() - before.x()) < 0.5
    assert abs(after.y() - before.y()) < 0.5


def test_right_drag_pans(view: FrameView) -> None:
    view.set_zoom(12.0)
    view.centerOn(80, 60)
    before = view.mapToScene(QPoint(0, 0))
    drag(view, QPoint(300, 200), QPoint(252, 176), Qt.MouseButton.RightButton)
    moved = view.mapToScene(QPoint(0, 0)) - before
    assert moved.x() == pytest.approx(4.0, abs=0.2)
    assert moved.y() == pytest.approx(2.0, abs=0.2)
    assert view.box is None


def test_enlarged_pixels_are_squares_of_the_source_colour_and_nothing_between(view: FrameView) -> None:
    picture = texture()
    view.set_zoom(16.0)
    view.centerOn(80, 60)
    seen = view.viewport().grab().toImage()
    colours = {seen.pixelColor(x, y).getRgb()[:3] for x in range(0, 640, 3) for y in range(0, 480, 3)}
    assert colours <= {tuple(int(v) for v in pixel) for pixel in picture.reshape(-1, 3)}


def test_the_box_survives_the_next_frame_and_is_fitted_to_a_smaller_one(view: FrameView) -> None:
    box = Box(x=100, y=80, w=50, h=30)
    view.set_box(box)
    view.show_image(image_of(texture()), UPRIGHT)
    assert view.box == box
    view.show_image(image_of(texture(80, 60)), UPRIGHT)
    assert view.box is not None
    assert view.box.within(80, 60)


def test_what_is_written_on_the_picture_gets_out_of_the_way_of_the_pointer(view: FrameView) -> None:
    view.badges.say([("interlaced", "quiet")])
    move(view, view.badges.geometry().center(), Qt.MouseButton.NoButton)
    assert not view.badges.isVisible()
    move(view, QPoint(600, 400), Qt.MouseButton.NoButton)
    assert view.badges.isVisible()
    view.badges.clear()
    move(view, QPoint(20, 20), Qt.MouseButton.NoButton)
    assert not view.badges.isVisible()
