"""Whatever stands in the names of a case stays text in the window: no markup, no picture from elsewhere, no command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QModelIndex
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QAbstractItemView, QLabel, QWidget

from case.attacks.naming import give_names
from case.evidence import add_run, ingest, make_footage, make_frame
from facet.case import Case
from facet.core.geometry import Box
from facet.gui.main_window import MainWindow

SLY = "<b>sly</b><img src='/etc/passwd'><a href='x'>\u202e\u200f&sly😀 한글"


def make_sly(folder: Path) -> Path:
    """A case of which every name is :data:`SLY`."""
    path, film = folder / "sly.facet", make_footage(folder)
    with Case.create(path, number="1", examiner="Kim", agency="Lab", title="Harbour") as case:
        crop = case.add_crop(case.add_frame(ingest(case, film), make_frame(film)), Box(x=4, y=6, w=24, h=20))
        case.alias(add_run(case, crop), "K-1")
        case.tag("hood", crop)
        case.mark("1", 3, 9, "he turns")
        case.note("Seen.", crop)
        case.withdraw(add_run(case, crop, shade=9), "The wrong one.")
    give_names(path, SLY)
    return path


def rich(window: QWidget) -> Iterator[str]:
    """What is shown with the name in it and would be drawn as markup."""
    for widget in (window, *window.findChildren(QWidget)):
        said = [("tooltip", widget.toolTip()), ("status", widget.statusTip()), ("what", widget.whatsThis())]
        if isinstance(widget, QLabel) and widget.textFormat() != Qt.TextFormat.PlainText:
            said.append(("label", widget.text()))
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            said += [("tooltip of an item", text) for text in _tooltips(widget.model(), QModelIndex())]
        for kind, text in said:
            if "<b>sly" in text and Qt.mightBeRichText(text):
                yield f"{kind} of {_place(widget)}: {text[:60]}"


def _place(widget: QWidget) -> str:
    names: list[str] = []
    each: object = widget
    while isinstance(each, QWidget):
        names.append(f"{type(each).__name__} {each.objectName()}".strip())
        each = each.parentWidget()
    return " in ".join(names[:4])


def _tooltips(model: QAbstractItemModel, parent: QModelIndex) -> Iterator[str]:
    for row in range(model.rowCount(parent)):
        for column in range(model.columnCount(parent)):
            index = model.index(row, column, parent)
            yield str(model.data(index, Qt.ItemDataRole.ToolTipRole) or "")
            if column == 0:
                yield from _tooltips(model, index)


def shown(window: QWidget) -> str:
    """Everything that labels say."""
    return "\n".join(label.text() for label in window.findChildren(QLabel))


def test_names_are_shown_as_they_are_typed(window: MainWindow, settle: Callable[[], None], tmp_path: Path) -> None:
    window.case.open(make_sly(tmp_path))
    settle()
    assert "\n".join(rich(window)) == ""
    for exhibit in ("1", "1/F412", "1/F412/C1", "1/F412/C1/E1", "1/F412/C1/E2"):
        window.parts.case.tree.choose(exhibit)
        settle()
        assert "\n".join(rich(window)) == "", exhibit
    assert "<b>sly</b>" in shown(window)
