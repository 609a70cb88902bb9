from __future__ import annotations

import json
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from facet.gui.main_window import MainWindow
from facet.gui.window_state import FILE, WindowState, read_state, write_state
from facet.workbench import Settings, Workbench
from gui.asking import texts

STATE = WindowState(
    case="/cases/a.facet", footage="/evidence/corridor.mp4", frame=12, box=(10, 20, 30, 40),
    ticked={"lanczos": {"scale": "4"}}, seed=7,
)  # fmt: skip


def test_what_was_open_is_read_as_it_was_written_and_is_the_owners_alone(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    assert read_state(tmp_path) == STATE
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"schema": "facet.window/2"}', '{"schema": "facet.window/1", "case": ""}', "\udcff"],
)
def test_a_damaged_state_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_bytes(content.encode("utf-8", "surrogateescape"))
    assert read_state(tmp_path) == WindowState()


def test_a_box_that_is_none_is_not_believed(tmp_path: Path) -> None:
    write_state(tmp_path, STATE)
    kept = json.loads((tmp_path / FILE).read_text())
    (tmp_path / FILE).write_text(json.dumps({**kept, "box": [1, 2, "3", 4]}))
    assert read_state(tmp_path) == WindowState()


def test_a_window_that_ended_without_a_farewell_is_put_back(qtbot: QtBot, tmp_path: Path, clip: Path) -> None:
    home, path = tmp_path / "home", tmp_path / "a.facet"
    settings = Settings(language="en", examiner="Lee Minji")
    with Workbench(home, settings) as bench:
        bench.create_case(path, number="2026-17", examiner="Lee Minji").close()
    write_state(
        home,
        WindowState(
            case=str(path), footage=str(clip), frame=30, box=(10, 20, 30, 40), ticked={"lanczos": {"scale": "3"}}
        ),
    )
    window = MainWindow(Workbench(home, settings))
    qtbot.addWidget(window)
    window.survey.automatic = False
    qtbot.waitUntil(lambda: window.jobs.idle, timeout=60_000)
    window.state_wiring.start()
    assert "ended unexpectedly" in texts(window)
    assert "a.facet" in window.parts.welcome.again.text()
    window.state_wiring.put_back()
    qtbot.waitUntil(lambda: window.jobs.idle and window.footage.settled, timeout=60_000)
    qtbot.waitUntil(lambda: window.parts.view.box is not None, timeout=60_000)
    assert window.case.path == path
    assert window.footage.frame is not None
    assert window.footage.frame.name.index == 30
    assert str(window.parts.view.box) == "10,20,30,40"
    assert [(one.descriptor.id, one.parameters) for one in window.parts.backends.choices] == [
        ("lanczos", {"scale": "3"})
    ]
    assert "ended unexpectedly" not in texts(window)
    window.state_wiring.keep()
    assert read_state(home).frame == 30
    assert not read_state(home).closed
    window.shut()
    assert read_state(home).closed
