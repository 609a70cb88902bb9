"""The walls of the house, where a linter can't see them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parent.parent / "app" / "facet"
TORCH_ROOMS = ("bench", "enhance", "faces", "measure", "train")
HEAVY = ("torch", "torchvision", "facenet_pytorch", "basicsr", "spandrel")


def loaded_by(statement: str) -> set[str]:
    """Top-level packages in a fresh interpreter after ``statement``."""
    code = f"import sys\n{statement}\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("facet.gui.main_window", {*HEAVY, "av", "cv2", "reportlab", "h5py"}),
        ("facet.cli.main", {*HEAVY, "av", "cv2", "reportlab", "h5py", "PySide6"}),
        ("facet.footage", {*HEAVY, "av", "PySide6"}),
        ("facet.inference.client", {*HEAVY, "av", "cv2", "PySide6"}),
        ("facet.core.child", {*HEAVY, "av", "cv2", "PIL", "sqlalchemy", "PySide6"}),
    ],
)
def test_what_is_heavy_or_dangerous_stays_out(module: str, never: set[str]) -> None:
    assert loaded_by(f"import {module}") & never == set()


def test_torch_is_imported_only_in_its_rooms() -> None:
    for path in APP.rglob("*.py"):
        room = path.relative_to(APP).parts[0]
        if room in TORCH_ROOMS or path == APP / "inference" / "server.py":
            continue
        found = {name.split(".")[0] for name in _imported(path)} & set(HEAVY)
        assert not found, f"{path} imports {found}"


def test_no_module_has_a_name_that_says_nothing() -> None:
    for path in APP.rglob("*.py"):
        assert path.stem not in ("utils", "helpers", "common", "manager", "misc"), path


def test_nothing_tells_where_it_was_made() -> None:
    root = APP.parent.parent
    for path in (p for folder in ("app", "tests", "packaging", "docs") for p in (root / folder).rglob("*")):
        if path.suffix in (".py", ".md", ".toml", ".po") and path.name != Path(__file__).name:
            text = path.read_text("utf-8")
            assert "/work/" not in text, path
            assert "/root/" not in text, path


def test_the_window_does_not_lose_references_to_none() -> None:
    """PySide6 6.12.0 on Python 3.11 drops one per call until the interpreter aborts."""
    code = (
        "import os, sys\nos.environ['QT_QPA_PLATFORM'] = 'offscreen'\n"
        "from PySide6.QtWidgets import QApplication, QLabel\napp = QApplication([])\nlabel = QLabel()\n"
        "label.setText('0')\nbefore = sys.getrefcount(None)\nfor i in range(1000): label.setText(str(i))\n"
        "print(before - sys.getrefcount(None))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert int(done.stdout) < 100


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names
