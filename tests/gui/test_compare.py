from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from pytestqt.qtbot import QtBot

from facet.core.descriptor import Family
from facet.core.progress import SILENT
from facet.core.spread import COLOURS as COLOURS_OF_SPREAD
from facet.gui.compare.lens import Beside, Shown
from facet.gui.compare.page import ComparePage
from facet.gui.compare.picture_pane import PictureSurface
from facet.gui.compare.spread_view import SpreadScale
from facet.gui.desks.comparison import compare, figures
from facet.gui.families import COLOURS, FamilyBanner
from facet.gui.view.display import image_of
from facet.workbench import Settings, Workbench
from sampling import make_sampled, use_sampler

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


def sampled(exhibit: str, count: int = 3) -> Shown:
    beside = [Beside(title=f"Sample {n}", image=image_of(picture(4, 10 + n))) for n in range(1, count + 1)]
    spread = Beside(title=f"Spread of {count} samples", image=image_of(picture(4, 10)), figures="mean 3.20")
    whole = shown(exhibit, Family.GENERATIVE, 4, 9)
    return dataclasses.replace(whole, spread=spread, samples=tuple(beside), whole=f"Mean of {count}")


@pytest.fixture
def spread_page(page: ComparePage, qtbot: QtBot) -> ComparePage:
    one = dataclasses.replace(sampled("1/F1/C1/E3"), title="SR3")
    page.show_pictures("1/F1/C1", QSizeF(*CROP), [*page.shown, one])
    qtbot.wait(20)
    return page


def test_an_output_of_several_samples_stands_beside_their_spread_at_its_size(spread_page: ComparePage) -> None:
    pane = spread_page.panes[-1]
    assert [surface.accessibleName() for surface in pane.surfaces] == ["SR3", "Spread of 3 samples"]
    assert pane.findChild(SpreadScale).isVisible()
    made, spread = pane.surfaces
    assert made.y() == spread.y()
    assert abs(made.width() - spread.width()) <= 1
    assert made.height() == spread.height()
    assert len({one.surface.height() for one in spread_page.panes}) <= 2  # rows may differ by one pixel
    assert spread_page.panes[0].pager is None


def test_its_samples_are_paged_through_while_the_spread_stays(spread_page: ComparePage, qtbot: QtBot) -> None:
    pane = spread_page.panes[-1]
    pager = pane.pager
    assert pager is not None
    spread = pane.surfaces[1].image
    seen = [pager.words.accessibleName()]
    for _turn in range(3):
        qtbot.mouseClick(pager.forth, Qt.MouseButton.LeftButton)
        seen.append(pager.words.accessibleName())
    assert seen == ["Mean of 3", "Sample 1 / 3", "Sample 2 / 3", "Sample 3 / 3"]
    assert pane.surface.image == pane.shown.samples[2].image
    assert pane.surfaces[1].image is spread
    qtbot.keyClick(pane.surface, Qt.Key.Key_PageDown)
    assert pane.surface.image == pane.shown.image
    qtbot.keyClick(pane.surfaces[1], Qt.Key.Key_PageUp)
    assert pane.surface.accessibleName() == "Sample 3"


def test_under_the_line_too_the_spread_stands_beside_the_pictures(spread_page: ComparePage, qtbot: QtBot) -> None:
    spread_page.line.click()
    spread_page.left.setCurrentIndex(0)
    spread_page.right.setCurrentIndex(3)
    qtbot.wait(20)
    (surface,) = [widget for widget in spread_page.spreads if isinstance(widget, PictureSurface)]
    assert surface.isVisible()
    assert surface.size().height() == spread_page.slider.size().height()
    assert any(isinstance(widget, SpreadScale) and widget.isVisible() for widget in spread_page.spreads)
    spread_page.left.setCurrentIndex(3)  # twice the same output has one spread
    assert len([widget for widget in spread_page.spreads if isinstance(widget, PictureSurface)]) == 1
    spread_page.left.setCurrentIndex(0)
    spread_page.right.setCurrentIndex(2)
    assert spread_page.spreads == []


def test_the_scale_of_a_spread_runs_from_black_to_its_lightest_colour(qtbot: QtBot) -> None:
    scale = SpreadScale()
    qtbot.addWidget(scale)
    scale.resize(200, 30)
    seen = scale.grab().toImage()
    assert seen.pixelColor(4, 3).lightness() < 16
    assert abs(seen.pixelColor(194, 3).red() - int(COLOURS_OF_SPREAD[255][0])) < 12
    assert (
        seen.pixelColor(60, 3).lightness() < seen.pixelColor(120, 3).lightness() < seen.pixelColor(180, 3).lightness()
    )


def test_what_the_case_keeps_of_an_output_comes_to_the_comparison(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        use_sampler(patch)
        path = make_sampled(tmp_path, samples=2)
        with Workbench(tmp_path / "home", Settings()) as bench, bench.open_case(path, writable=False) as session:
            one = compare(session, "1/F412/C1", SILENT).shown[-1]
    assert one.spread is not None
    assert one.spread.title == "Spread of 2 samples"
    assert one.spread.figures.startswith("mean ")
    assert [each.title for each in one.samples] == ["Sample 1", "Sample 2"]
    assert one.whole == "Mean of 2"


def test_where_room_is_short_consistency_is_read_before_the_size() -> None:
    row = SimpleNamespace(width=276, height=336)
    receipt = SimpleNamespace(consistency={"psnr_db": "41.13"}, seed=7, engine={"preview": True})
    assert figures(row, receipt) == "preview precision, consistency 41.13 dB, seed 7, 276×336 px"  # type: ignore[arg-type]
    plain = SimpleNamespace(consistency={}, seed=None, engine={})
    assert figures(row, plain) == "276×336 px"  # type: ignore[arg-type]
