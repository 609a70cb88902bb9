"""What the report says of a picture that the examiner had understood otherwise than its file declares."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from case.evidence import DECODING
from facet.core.overrides import override_sentences
from facet.report.pdf import write_report
from report_documents import make_document, make_frame

Words = Callable[[Path], list[str]]
DECLARED = dataclasses.replace(DECODING, sample_aspect="12/11", sample_aspect_declared="12/11", rotation_declared=0)


def said(**changes: Any) -> dict[str, Any]:
    return dict(dataclasses.replace(DECLARED, **changes).to_json())


def test_every_override_is_a_sentence_beside_what_the_file_declares(tmp_path: Path, words_of: Words) -> None:
    overrides = {"sample_aspect": "16/11", "rotation": 90, "fields": "top"}
    decoding = said(sample_aspect="8/11", rotation=90, fields="top", overrides=overrides)
    frame = make_frame(decoding=decoding, rotation=90, sample_aspect="8/11")
    write_report(make_document(frames=(frame,)), tmp_path / "r.pdf", language="en")
    words = " ".join(" ".join(words_of(tmp_path / "r.pdf")).split())
    assert "The examiner set the pixel aspect to 16/11; the file declares 12/11." in words
    assert "The examiner set the rotation to 90°; the file declares 0°." in words
    assert "The examiner chose the top field alone: every second row from the first. Nothing is interpolated." in words
    assert "turned clockwise by 90°, as the examiner set it" in words
    assert "as its file asks" not in words
    assert "fields shown: the top field alone" in words
    assert "pixel aspect declared: 12/11" in words


def test_a_picture_as_declared_says_nothing_of_the_examiner(tmp_path: Path, words_of: Words) -> None:
    frame = make_frame(decoding=said(rotation=90, rotation_declared=90), rotation=90, sample_aspect="12/11")
    write_report(make_document(frames=(frame,)), tmp_path / "r.pdf", language="en")
    words = " ".join(" ".join(words_of(tmp_path / "r.pdf")).split())
    assert "The examiner set" not in words
    assert "Set by the examiner" not in words
    assert "as its file asks" in words
    assert "rotation declared" not in words


def test_a_record_that_anybody_wrote_does_not_break_the_report(tmp_path: Path) -> None:
    odd = [None, [], "x", {"gamma": "2"}, {"fields": ["top"]}, {"matrix": {"a": 1}}, {"matrix": "<b>{0}" * 999}]
    frames = tuple(
        make_frame(id=f"1/F{number}", crops=(), decoding={"codec": "h264", "overrides": overrides})
        for number, overrides in enumerate(odd)
    )
    assert write_report(make_document(frames=frames), tmp_path / "r.pdf", language="en").pages >= len(odd)


def test_a_record_of_before_overrides_tells_of_none() -> None:
    assert override_sentences({"codec": "h264"}) == []
