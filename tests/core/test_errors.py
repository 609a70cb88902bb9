"""Errors are one plain line, in any language, across any process border."""

from __future__ import annotations

import pickle

import pytest

from facet.core.errors import (
    KINDS,
    Cancelled,
    EnvironmentLacksError,
    FacetError,
    InputError,
    InternalError,
    NegativeAnswer,
)


@pytest.mark.parametrize(
    ("kind", "code"),
    [(InputError, 2), (EnvironmentLacksError, 3), (NegativeAnswer, 1), (Cancelled, 130), (InternalError, 70)],
)
def test_each_kind_has_its_exit_code_and_its_name(kind: type[FacetError], code: int):
    assert kind.exit_code == code
    assert KINDS[kind.__name__] is kind


def test_the_sentence_is_the_template_with_its_values():
    error = InputError("{name}: no video stream (audio only). Choose another file.", name="corridor.mp4")
    assert str(error) == "corridor.mp4: no video stream (audio only). Choose another file."


def test_the_template_is_what_is_translated():
    error = InputError("There is no case {path}.", path="가.facet")
    assert (
        error.localised({"There is no case {path}.": "{path} 사건 파일이 없습니다."}.__getitem__)
        == "가.facet 사건 파일이 없습니다."
    )


def test_braces_in_values_and_in_sentences_without_values_do_no_harm():
    assert str(InputError("«{text}» is no id.", text="{0}{name!r}")) == "«{0}{name!r}» is no id."
    assert str(InputError("Write {} or {x}.")) == "Write {} or {x}."


def test_an_error_survives_a_pickle():
    for kind in KINDS.values():
        error = kind("{a} and {b}", a=1, b="two")
        again = pickle.loads(pickle.dumps(error))
        assert type(again) is kind
        assert (str(again), again.values) == ("1 and two", {"a": 1, "b": "two"})


def test_cancelling_needs_no_words():
    assert str(Cancelled()) == "Cancelled."
    with pytest.raises(FacetError):
        raise Cancelled
