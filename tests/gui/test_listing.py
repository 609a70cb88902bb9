from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from case.evidence import add_run, ingest, make_footage, make_frame
from facet.case import Case
from facet.core.geometry import Box
from facet.gui.desks import listing
from facet.gui.desks.listing import Found, read_listing
from facet.gui.panels.case_tree import CaseTree

CROP = "1/F412/C1"


@pytest.fixture
def held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """A case with five outputs of one crop, listed in pages of two."""
    monkeypatch.setattr(listing, "PAGE", 2)
    with Case.create(tmp_path / "a.facet", number="1", examiner="Lee Minji") as case:
        footage = make_footage(tmp_path)
        crop = case.add_crop(case.add_frame(ingest(case, footage), make_frame(footage)), Box(x=4, y=6, w=10, h=8))
        assert crop == CROP
        for shade in range(5):
            add_run(case, crop, shade=shade)
        yield case


def seen(tree: CaseTree) -> list[str]:
    """The last column of what is under the crop, and what stands for more of it."""
    crop = tree.topLevelItem(0).child(0).child(0)
    return [crop.child(row).text(0) for row in range(crop.childCount())]


def test_a_long_list_is_read_in_pages_and_says_how_much_is_left(qtbot: QtBot, held: Case) -> None:
    tree = CaseTree()
    qtbot.addWidget(tree)
    tree.show_listing(read_listing(held, {}))
    assert seen(tree) == ["E1", "E2", "…"]
    assert "3 more" in tree.topLevelItem(0).child(0).child(0).child(2).text(1)
    with qtbot.waitSignal(tree.more_asked) as asked:
        tree.itemActivated.emit(tree.topLevelItem(0).child(0).child(0).child(2), 0)
    assert asked.args == [CROP]
    tree.show_listing(read_listing(held, {CROP: 4}))
    assert seen(tree) == ["E1", "E2", "E3", "E4", "…"]
    tree.show_listing(read_listing(held, {CROP: 6}))
    assert seen(tree) == ["E1", "E2", "E3", "E4", "E5"]


def test_what_is_asked_for_is_shown_wherever_it_stands(qtbot: QtBot, held: Case) -> None:
    tree = CaseTree()
    qtbot.addWidget(tree)
    tree.show_listing(read_listing(held, {}, f"{CROP}/E5"), f"{CROP}/E5")
    assert seen(tree) == ["E1", "E2", "E5", "…"]
    assert tree.current == f"{CROP}/E5"


def test_nothing_is_read_under_exhibits_beyond_the_first_rows(
    qtbot: QtBot, held: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "AT_FIRST", 2)
    tree = CaseTree()
    qtbot.addWidget(tree)
    tree.show_listing(read_listing(held, {}))
    frame = tree.topLevelItem(0).child(0)
    assert frame.childCount() == 0
    with qtbot.waitSignal(tree.more_asked) as asked:
        frame.setExpanded(True)
    assert asked.args == ["1/F412"]


def test_what_was_found_tells_why_and_how_much_more_there_is(qtbot: QtBot, held: Case) -> None:
    held.tag("hood", f"{CROP}/E3")
    page = held.find(["bicubic"], count=2)
    tree = CaseTree()
    qtbot.addWidget(tree)
    tree.show_found(Found(words="bicubic", hits=page.rows, total=page.total))
    assert [tree.topLevelItem(row).text(0) for row in range(3)] == [f"{CROP}/E1", f"{CROP}/E2", "…"]
    assert "backend: bicubic" in tree.topLevelItem(0).toolTip(1)
    page = held.find(["hood"], count=2)
    tree.show_found(Found(words="hood", hits=page.rows, total=page.total))
    assert tree.topLevelItemCount() == 1
    assert tree.topLevelItem(0).text(1).endswith("#hood")
