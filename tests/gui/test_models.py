from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from facet.gui.dialogs.model_form import OwnModelDialog
from facet.gui.main_window import MainWindow

Settle = Callable[[], None]


def test_a_network_that_no_card_names_is_asked_about(window: MainWindow, tmp_path: Path, settle: Settle) -> None:
    file = tmp_path / "4x Face.pth"
    file.write_bytes(bytes(range(256)) * 40)
    window.store_wiring.bring(file)
    settle()
    (asked,) = window.findChildren(OwnModelDialog)
    assert (asked.backend, asked.family, asked.stated) == ("4x-face", "generative", [])
    asked.reject()


def test_what_is_no_model_at_all_is_told(window: MainWindow, tmp_path: Path, settle: Settle) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir")
    window.store_wiring.bring(tmp_path / "letter.txt")
    settle()
    assert window.findChildren(OwnModelDialog) == []
    assert "letter.txt: neither weights exported by Facet" in window.parts.messages.messages[-1].text


def test_what_is_known_of_a_model_goes_onto_its_card(qtbot: QtBot) -> None:
    dialog = OwnModelDialog(Path("net.safetensors"))
    qtbot.addWidget(dialog)
    dialog._known["training_data"].setText("  Our own faces, 2,000 of them ")
    assert dialog.stated == [("training_data", "Our own faces, 2,000 of them")]
    names = {label.text() for label in dialog.findChildren(QLabel)}
    assert {"Licence", "Training data", "Paper", "Source of the weights"} <= names
