"""Exhibits are found by their id, their footage, their backend, and what was said of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from case.evidence import LEAD, add_run
from facet.case import Case, words_of
from facet.core.errors import InputError


@pytest.fixture
def told(harbour: Path) -> Path:
    with Case.open(harbour, examiner="Lee") as case:
        case.alias("1/F412/C2", "B-7")
        case.tag("후드", "1/F413/C1")
        case.tag("Suspect", "1/F413/C1")
        case.withdraw(case.tag("suspect", "1/F412"), "somebody else")
        case.mark("1", 20, 40, 'a "red" van')
        case.note("all of it was seen by the court")
        add_run(case, "1/F412/C1", LEAD, reason="to see the hood")
    return harbour


def found(path: Path, *words: str) -> list[str]:
    with Case.open(path) as case:
        return [hit.row.id if hit.row else "" for hit in case.find(words).rows]


def test_by_id_or_its_end(told: Path) -> None:
    assert found(told, "1/F412") == ["1/F412"]
    assert found(told, "f413/c2") == ["1/F413/C2"]
    assert found(told, "E2") == ["1/F412/C1/E2", "1/F412/C2/E2", "1/F413/C1/E2", "1/F413/C2/E2"]
    assert found(told, "2") == []


def test_by_the_name_of_the_footage(told: Path) -> None:
    assert found(told, "CORRIDOR") == ["1"]
    assert found(told, "footage:corridor") == ["1"]
    assert found(told, "tag:corridor") == []


def test_by_the_backend_its_title_or_family(told: Path) -> None:
    for word in ("dream", "backend:dream-x4", "generative"):
        assert found(told, word) == ["1/F412/C1/E3"]
    assert len(found(told, "bicubic")) == 8


def test_by_what_was_said_in_any_language_and_spelling(told: Path) -> None:
    assert found(told, "후드") == ["1/F413/C1"]
    assert found(told, "b-7") == found(told, "alias:B-7") == ["1/F412/C2"]
    assert found(told, "not enough") == ["1/F412/C1"]
    assert found(told, 'a "red" van') == ["1"]
    assert found(told, "court") == [""]
    assert found(told, "nobody said this") == []


def test_a_tag_that_was_withdrawn_is_not_found(told: Path) -> None:
    assert found(told, "suspect") == ["1/F413/C1"]


def test_all_words_must_belong_to_it_or_to_what_it_was_taken_from(told: Path) -> None:
    assert found(told, "bicubic", "후드") == ["1/F413/C1/E1", "1/F413/C1/E2"]
    assert found(told, "corridor", "dream") == ["1/F412/C1/E3"]
    assert found(told, "dream", "후드") == []


def test_an_answer_says_why_and_comes_in_pages(told: Path) -> None:
    with Case.open(told) as case:
        hit = case.find(["tag:suspect"]).rows[0]
        assert [(match.field, match.text) for match in hit.matches] == [("tag", "Suspect")]
        first = case.find(["bicubic"], count=3)
        second = case.find(["bicubic"], after=3, count=5)
        assert (first.total, first.after, second.after) == (8, 3, None)
        rows = [hit.row for hit in (*first.rows, *second.rows)]
        assert [row.id for row in rows if row] == sorted(row.id for row in case.outputs() if row.backend == "bicubic")


def test_nothing_to_look_for_is_one_clear_line(told: Path) -> None:
    with Case.open(told) as case, pytest.raises(InputError, match="nothing to look for"):
        case.find([" "])


def test_what_is_typed_becomes_words_and_phrases() -> None:
    assert words_of(' hood  tag:"red van" "a b" note:x 10:42 ') == ["hood", "tag:red van", "a b", "note:x", "10:42"]
