"""Canonical JSON has one spelling, and it is RFC 8785's."""

from __future__ import annotations

import json
from enum import StrEnum
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from facet.core.canonical import LIMIT, canonical_digest, canonical_json, parse_ratio

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(1 - LIMIT, LIMIT - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=5)
    ),
    max_leaves=25,
)


def test_the_strings_of_rfc_8785_are_escaped_as_it_says():
    """Section 3.2.2, the sample without its floating-point numbers; section 3.2.4 gives these bytes."""
    given_ = json.loads(
        r"""{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}"""
    )
    assert canonical_json(given_) == (
        b'{"literals":[null,true,false],"string":"\xe2\x82\xac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_keys_are_sorted_as_rfc_8785_sorts_them():
    """Section 3.2.3: by UTF-16 code units, so that a surrogate pair comes before U+FB33."""
    given_ = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert list(json.loads(canonical_json(given_)).values()) == [
        "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
        "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "spelt"),
    [
        ({}, b"{}"),
        ([], b"[]"),
        ("", b'""'),
        (0, b"0"),
        (-0, b"0"),
        (-1, b"-1"),
        (LIMIT - 1, b"9007199254740991"),
        (1 - LIMIT, b"-9007199254740991"),
        (True, b"true"),
        ("\b\t\n\f\r\x00\x1f\x7f", b'"\\b\\t\\n\\f\\r\\u0000\\u001f\x7f"'),
        ("</script>", b'"</script>"'),
        ("\u2028\u2029", b'"\xe2\x80\xa8\xe2\x80\xa9"'),
        ("김 \U0001f600", b'"\xea\xb9\x80 \xf0\x9f\x98\x80"'),
        ("e\u0301", b'"e\xcc\x81"'),  # not normalised
        ((1, [2, (3,)]), b"[1,[2,[3]]]"),
        ({"b": 1, "a": {"d": None, "c": []}}, b'{"a":{"c":[],"d":null},"b":1}'),
    ],
)
def test_each_value_has_its_one_spelling(value: object, spelt: bytes):
    assert canonical_json(value) == spelt


@pytest.mark.parametrize(
    "value", [0.5, 1.0, float("nan"), float("inf"), b"bytes", {1: 2}, {None: 1}, {1}, object(), 1j]
)
def test_what_has_no_one_spelling_is_refused(value: object):
    for wrapped in (value, [value], {"a": {"b": value}}):
        with pytest.raises(TypeError):
            canonical_json(wrapped)


@pytest.mark.parametrize("value", [LIMIT, -LIMIT, 10**30, "\ud800", "a\udfffb", {"\ud83d": 1}])
def test_what_other_languages_would_read_otherwise_is_refused(value: object):
    with pytest.raises(ValueError):  # noqa: PT011  # Unicode's own error among them
        canonical_json([value])


def test_numpy_numbers_do_not_slip_in():
    import numpy as np

    for value in (np.int64(1), np.float32(1), np.bool_(True)):
        with pytest.raises(TypeError):
            canonical_json(value)


def test_named_constants_are_their_text():
    class Colour(StrEnum):
        RED = "red"

    assert canonical_json({"colour": Colour.RED}) == b'{"colour":"red"}'


@given(VALUES)
def test_it_reads_back_as_it_was(value: object):
    spelt = canonical_json(value)
    assert json.loads(spelt) == value
    assert canonical_json(json.loads(spelt)) == spelt


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), st.integers(-9, 9)))
def test_the_order_of_making_does_not_matter(value: dict[str, int]):
    assert canonical_json(value) == canonical_json(dict(reversed(value.items())))


def test_a_ratio_is_two_whole_numbers_or_one_and_nothing_that_swells():
    assert [parse_ratio(text) for text in ("1/90000", "25", "-3/2")] == [Fraction(1, 90000), 25, Fraction(-3, 2)]
    for text in ("1e9999", "0.5", " 1", "1/-2", "1_0", "", "9" * 61):
        with pytest.raises(ValueError, match="ratio"):
            parse_ratio(text)


def test_the_digest_of_canonical_json_can_not_change():
    assert canonical_digest({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert canonical_digest({"a": [1, "b", None]}) == "e9af2670c9ce606799e3216a52acbfc77b5ed24833dd7bd6cfbb850fbe17b48a"
