from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from pytestqt.qtbot import QtBot

from facet.core.descriptor import Family
from facet.gui.compare.lens import Shown
from facet.gui.compare.page import ComparePage
from facet.gui.desks.comparison import figures
from facet.gui.families import COLOURS, FamilyBanner
from facet.gui.view.display import image_of

CROP = (24, 32)
"""Width and height in crop pixels."""


def picture(scale: int, seed: int) -> np.ndarray:
    width, height = CROP
    return np.random.default_rng(seed).integers(0, 256, (height * scale, width * scale, 3), dtype=np.uint8)


def shown(exhibit: str, family: Family | None, scale: int, seed: int) -> Shown:
    return Shown(exhibit=exhibit, title=f"title {exhibit}", image=image_of(picture(scale, seed)), family=family)


@pytest.fixture
def page(qtbot: QtBot) -> ComparePage:
    made = ComparePage()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    qtbot.waitExposed(made)
    made.show_pictures(
        "1/F1/C1",
        QSizeF(*CROP),
        [
            shown("1/F1/C1", None, 1, 1),
            shown("1/F1/C1/E1", Family.INTERPOLATION, 4, 2),
            shown("1/F1/C1/E2", Family.GENERATIVE, 4, 3),
        ],
    )
    qtbot.wait(20)
    return made


def test_no_picture_is_without_its_banner(page: ComparePage) -> None:
    banners = [pane.findChild(FamilyBanner).accessibleName() for pane in page.panes]
    assert [banner.split(":")[0] for banner in banners] == ["ORIGINAL", "INTERPOLATED", "AI-GENERATED"]


def test_all_pictures_show_the_same_place_at_the_same_size(page: ComparePage, qtbot: QtBot) -> None:
    page.lens.set_zoom(8.0)
    page.panes[0].surface.setFocus()
    qtbot.keyClick(page.panes[0].surface, Qt.Key.Key_Right)
    areas = {page.lens.area(pane.surface.size(), 1.0).size().toTuple() for pane in page.panes}
    assert areas == {(CROP[0] * 8.0, CROP[1] * 8.0)}
    assert page.lens.centre.x() > 0.5
    middles = {
        tuple(
            round(v, 2)
            for v in page.lens.share_at(QPointF(pane.surface.rect().center()), pane.surface.size(), 1.0).toTuple()
        )
        for pane in page.panes
    }
    assert len(middles) <= 2  # panes may differ by one pixel in size


def test_pictures_are_enlarged_without_interpolation(page: ComparePage) -> None:
    page.lens.set_zoom(16.0)
    for pane, (scale, seed) in zip(page.panes, ((1, 1), (4, 2), (4, 3)), strict=True):
        seen = pane.surface.grab().toImage()
        colours = {
            seen.pixelColor(x, y).getRgb()[:3] for x in range(4, seen.width() - 4) for y in range(4, seen.height() - 4)
        }
        assert colours <= {tuple(int(v) for v in pixel) for pixel in picture(scale, seed).reshape(-1, 3)} | {
            (0x77, 0x77, 0x77)
        }


def test_where_a_whole_picture_fits_it_is_enlarged_by_a_whole_number(page: ComparePage) -> None:
    page.lens.fit()
    zoom = page.lens.zoom_in(page.panes[0].surface.size(), 1.0)
    assert zoom == int(zoom) >= 1


def test_the_slider_compares_any_two_pictures(page: ComparePage, qtbot: QtBot) -> None:
    page.line.click()
    page.left.setCurrentIndex(1)
    page.right.setCurrentIndex(2)
    page.slider.move_line(0.5)
    page.lens.set_zoom(16.0)
    seen = page.slider.grab().toImage()
    left = {tuple(int(v) for v in pixel) for pixel in picture(4, 2).reshape(-1, 3)}
    right = {tuple(int(v) for v in pixel) for pixel in picture(4, 3).reshape(-1, 3)}
    middle, height = seen.width() // 2, seen.height() // 4
    assert seen.pixelColor(middle - 60, height).getRgb()[:3] in left
    assert seen.pixelColor(middle + 60, height).getRgb()[:3] in right
    banners = [page._banners.itemAt(i).widget().accessibleName().split(":")[0] for i in range(2)]
    assert banners == ["INTERPOLATED", "AI-GENERATED"]


def test_the_line_is_drawn_by_hand_and_by_keys(page: ComparePage, qtbot: QtBot) -> None:
    page.line.click()
    page.slider.setFocus()
    qtbot.keyClick(page.slider, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert page.slider.share == pytest.approx(0.48)
    at = QPoint(round(page.slider.width() * 0.48), 50)
    qtbot.mousePress(page.slider, Qt.MouseButton.LeftButton, pos=at)
    qtbot.mouseMove(page.slider, QPoint(page.slider.width() // 4, 50))
    qtbot.mouseRelease(page.slider, Qt.MouseButton.LeftButton, pos=QPoint(page.slider.width() // 4, 50))
    assert page.slider.share == pytest.approx(0.25, abs=0.02)


def test_the_slider_keeps_its_pair_while_outputs_of_the_same_crop_arrive(page: ComparePage) -> None:
    page.left.setCurrentIndex(1)
    more = [*page.shown, shown("1/F1/C1/E3", Family.REGRESSION, 4, 4)]
    page.show_pictures("1/F1/C1", QSizeF(*CROP), more)
    assert "E1" in page.left.currentText()
    assert "E3" in page.right.currentText()


def test_white_words_can_be_read_on_every_family() -> None:
    def light(shade: str) -> float:
        parts = [int(shade[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for shade in COLOURS.values():
        assert 1.05 / (light(shade) + 0.05) >= 4.5


def test_where_room_is_short_consistency_is_read_before_the_size() -> None:
    row = SimpleNamespace(width=276, height=336)
    receipt = SimpleNamespace(consistency={"psnr_db": "41.13"}, seed=7, engine={"preview": True})
    assert figures(row, receipt) == "preview precision, consistency 41.13 dB, seed 7, 276×336 px"  # type: ignore[arg-type]
    plain = SimpleNamespace(consistency={}, seed=None, engine={})
    assert figures(row, plain) == "276×336 px"  # type: ignore[arg-type]
