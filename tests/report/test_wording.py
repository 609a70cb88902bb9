"""The report's texts can be found by translators' tools."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import facet.report
from facet.report.families import LAW_LABEL, MARKINGS

MODULES = sorted(Path(facet.report.__file__).parent.glob("*.py"))


def called(node: ast.AST) -> str | None:
    if isinstance(node, ast.Call):
        return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", None)
    return None


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_no_text_hides_inside_an_f_string(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    hidden = [
        inner.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Call) and called(inner) in ("_", "N_")
    ]
    assert hidden == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_texts_are_translated_under_the_name_that_tools_look_for(module: Path) -> None:
    tree = ast.parse(module.read_text("utf-8"))
    named = [
        node.lineno
        for node in ast.walk(tree)
        if called(node) in ("text", "plain", "translate")
        and isinstance(node, ast.Call)
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]
    assert named == []


def test_every_family_has_words_of_its_own() -> None:
    for words in ("name", "headline", "warning", "explanation"):
        assert len({getattr(marking, words) for marking in MARKINGS.values()}) == len(MARKINGS)


def test_white_words_are_legible_on_every_colour() -> None:
    for marking in MARKINGS.values():
        linear = [(c / 255 / 12.92) if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in marking.colour]
        luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        assert 1.05 / (luminance + 0.05) >= 4.5  # WCAG 2 contrast


def test_the_label_of_the_law_stands_in_the_english_headline_too() -> None:
    loud = [marking for marking in MARKINGS.values() if LAW_LABEL in marking.headline]
    assert [marking.name for marking in loud] == ["Neural network, generative"]
