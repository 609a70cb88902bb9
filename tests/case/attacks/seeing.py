"""What a reader of a case sees: everything that it shows, every picture, every stored index, and the report."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

from facet.case import Case
from facet.core.canonical import canonical_json
from facet.core.digest import sha256_bytes
from facet.core.errors import FacetError
from facet.workbench import reporting

_OF_NOW = ("generated_at", "verification", "check", "software")
"""What a report says of the moment it is made, not of the case."""


def seen(path: Path) -> dict[str, str]:
    """Digest of each thing that a whole case shows, by name."""
    with Case.open(path) as case:
        shown: dict[str, Any] = case.show()
        pictured = [row["id"] for table in ("frames", "crops", "outputs") for row in shown[table]]
        beside = [each["id"] for row in shown["outputs"] for each in row["companions"]]
        names = [
            *(f"picture {each}" for each in (*pictured, *beside)),
            *(f"index {each.id}" for each in case.footage()),
        ]
        return {name: _shown(case, name) for name in ("show", "head", *names)}


def same(path: Path, truth: Mapping[str, str]) -> bool:
    """Whether a case still shows what :func:`seen` told of it. Where it refuses, that is one plain line."""
    try:
        with Case.open(path) as case:
            return all(_shown(case, name) == digest for name, digest in truth.items())
    except FacetError as error:
        plain(error)
        return False


def plain(error: FacetError) -> str:
    """The line that ``error`` says, which a reader can act on."""
    text = str(error)
    assert text.isprintable(), repr(text)
    assert error.exit_code in (1, 2, 3), text
    return text


def printed(path: Path) -> str:
    """The digest of what the report prints of the case: its document without the time and the checks of now.

    The pictures beside a crop that are made anew from it, by the inference process, are left out.
    """
    with Case.open(path) as case, mock.patch.object(reporting, "_bicubic", return_value=None):
        document = reporting.report_document(case, None, None)  # type: ignore[arg-type]
    return sha256_bytes(repr(_plain(document)).encode())


def _shown(case: Case, name: str) -> str:
    what, _space, exhibit = name.partition(" ")
    if what == "show":
        return sha256_bytes(canonical_json(case.show()))
    if what == "head":
        return sha256_bytes(canonical_json(case.head()))
    if what == "index":
        return sha256_bytes(repr(case.stored_index(exhibit)).encode())
    beside = exhibit.rpartition("/")[2][0] in "sc"
    picture = case.companion_picture(exhibit) if beside else case.picture(exhibit)
    return sha256_bytes(repr(picture.shape).encode() + picture.tobytes())


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return (value.shape, str(value.dtype), sha256_bytes(value.tobytes()))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        named = ((each.name, getattr(value, each.name)) for each in dataclasses.fields(value))
        return (type(value).__name__, [(name, _plain(each)) for name, each in named if name not in _OF_NOW])
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
