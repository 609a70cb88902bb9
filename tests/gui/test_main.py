"""Before Qt starts, and what the window leaves alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from facet.gui import main as module


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, **environment},
    )


def test_importing_the_window_imports_no_torch_and_no_decoder() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import facet.gui.main_window"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "PySide6" in imported
    assert imported & {"torch", "torchvision", "av", "cv2", "reportlab"} == set()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries are named on Linux only")
def test_a_missing_library_is_named_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_loads", lambda name: name not in ("libEGL.so.1", "libxcb-cursor.so.0"))
    told = module.trouble_before_qt({"DISPLAY": ":0"})
    assert told is not None
    assert "sudo apt-get install libegl1 libxcb-cursor0" in told
    told = module.trouble_before_qt({"QT_QPA_PLATFORM": "offscreen"})
    assert told is not None
    assert told.endswith("install libegl1")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a display")
def test_without_a_display_it_says_so_and_ends() -> None:
    environment = dict.fromkeys(("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"), "")
    done = run("import sys; from facet.gui.main import main; sys.exit(main([]))", **environment)
    assert done.returncode == 3
    assert "no display" in done.stderr
    assert "Traceback" not in done.stderr


def test_paths_that_cv2_set_are_cleared_and_the_users_own_kept() -> None:
    environment = {
        "QT_QPA_PLATFORM_PLUGIN_PATH": "/site-packages/cv2/qt/plugins",
        "QT_QPA_FONTDIR": "/usr/share/fonts/mine",
    }
    module.clear_foreign_paths(environment)
    assert environment == {"QT_QPA_FONTDIR": "/usr/share/fonts/mine"}


def test_it_opens_footage_named_on_the_command_line_and_closes(clip: Path) -> None:
    code = f"""
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from facet.gui import main, main_window
made = []
class Window(main_window.MainWindow):
    def __init__(self):
        super().__init__()
        self._warmed = True
        made.append(self)
        self.footage.seen.connect(lambda sight: (print("frame", sight.index), self.close()))
main_window.MainWindow = Window
QTimer.singleShot
sys.exit(main.main([{str(clip)!r}]))
"""
    done = run(code, QT_QPA_PLATFORM="offscreen")
    assert "frame 0" in done.stdout
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_a_bug_in_the_window_is_told_in_words() -> None:
    code = """
import sys
from PySide6.QtCore import QTimer
from facet.gui import main, main_window
class Window(main_window.MainWindow):
    def __init__(self):
        super().__init__()
        self._warmed = True
        QTimer.singleShot(0, self.stumble)
    def stumble(self):
        QTimer.singleShot(50, self.tell)
        raise ZeroDivisionError("over nothing")
    def tell(self):
        print([message.text for message in self.parts.messages.messages])
        self.close()
main_window.MainWindow = Window
sys.exit(main.main([]))
"""
    done = run(code, QT_QPA_PLATFORM="offscreen")
    assert "over nothing" in done.stdout
    assert "fault of the program" in done.stdout
