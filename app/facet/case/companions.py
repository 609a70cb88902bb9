"""Companions as the case keeps them: the spread, the samples or the candidates of an output, recorded with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.errors import InternalError
from facet.core.i18n import _
from facet.core.run import ROLES, Companion, companion_name
from facet.core.spread import ensure_complete


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanionRow:
    """A picture that belongs to an output: ``role``, ``number`` and ``facts`` as :class:`facet.core.run.Companion` has
    them; sizes in pixels, those of the output; the PNG's ``png_bytes``."""

    id: str
    output: str
    role: str
    number: int
    facts: dict[str, Json] = field(repr=False)
    width: int
    height: int
    picture_sha256: str
    png_sha256: str
    png_bytes: int
    record_sha256: str = ""

    @property
    def name(self) -> str:
        """``spread``, ``sample-1``, ``candidate-2``."""
        return companion_name(self.role, self.number)

    def told(self) -> dict[str, Json]:
        """What the receipt of its output says of it."""
        return {
            "role": self.role, "number": self.number, "picture_sha256": self.picture_sha256, "facts": self.facts,
        }  # fmt: skip


def companion_row(record: dict[str, Any], record_sha256: str = "") -> CompanionRow:
    """From the record of a companion. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for a bad one."""
    named = {name: record[name] for name in CompanionRow.__slots__ if name != "record_sha256"}
    numbers = ("number", "width", "height", "png_bytes")
    if not isinstance(named["facts"], dict) or any(type(named[name]) is not int for name in numbers):
        raise TypeError("not the fields of a companion")
    if any(not isinstance(value, str) for name, value in named.items() if name not in (*numbers, "facts")):
        raise TypeError("not the fields of a companion")
    if named["role"] not in ROLES or named["number"] < 1:
        raise ValueError("not a companion")
    return CompanionRow(**named, record_sha256=record_sha256)


def called(role: str, number: int) -> str:
    """What a companion is called in a sentence, in the reader's language."""
    if role == "spread":
        return _("spread")
    return (_("sample {number}") if role == "sample" else _("candidate {number}")).format(number=number)


def check_companions(
    picture: NDArray[np.uint8], companions: Sequence[Companion], *, architecture: str, backend: str
) -> None:
    """Raise ``InternalError`` unless these may be kept beside ``picture``: of its size, in order, none missing."""
    ensure_complete(architecture, backend, companions)
    if any(one.picture.dtype != np.uint8 or one.picture.shape != picture.shape for one in companions):
        raise InternalError(
            "{backend} made samples of another size than its output. Nothing was recorded.", backend=backend
        )
