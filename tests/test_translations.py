"""Code, catalogue and what runs say the same."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from facet.core.i18n import translator

ROOT = Path(__file__).resolve().parent.parent
FIELDS = re.compile(r"\{[a-z_0-9]*\}")


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    pytest.importorskip("babel")
    spec = importlib.util.spec_from_file_location("translations", ROOT / "packaging" / "translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_text_is_translated(tool: ModuleType) -> None:
    catalogue = tool.read("ko")
    missing = [message.id for message in tool.texts() if message.id and not _known(catalogue, message.id)]
    assert missing == []


def test_nothing_is_left_of_texts_that_are_gone(tool: ModuleType) -> None:
    there = {message.id for message in tool.texts()}
    assert [message.id for message in tool.read("ko") if message.id and message.id not in there] == []


def test_translations_keep_every_value(tool: ModuleType) -> None:
    for message in tool.read("ko"):
        if message.id and message.string:
            assert set(FIELDS.findall(message.string)) == set(FIELDS.findall(message.id)), message.id


def test_what_runs_is_what_was_translated(tool: ModuleType) -> None:
    translate = translator("ko")
    for message in tool.read("ko"):
        if message.id and message.string:
            assert translate(message.id) == message.string
    assert tool.po_file("ko").with_suffix(".mo").read_bytes() == tool.compiled("ko")


def test_what_is_not_known_stays_english() -> None:
    assert translator("ko")("No such text in Facet.") == "No such text in Facet."
    assert translator("en")("Cancelled.") == "Cancelled."


def _known(catalogue: object, text: str) -> bool:
    message = catalogue.get(text)  # type: ignore[attr-defined]
    return message is not None and bool(message.string)
