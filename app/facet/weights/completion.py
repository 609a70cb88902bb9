"""What the user states on the card of their own model, and what is still to be stated.

What was read out of the file (id, digest, architecture, scales) is not theirs to state, and a network can't be called
interpolation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from facet.core.descriptor import Descriptor, Family
from facet.core.errors import InputError

UNKNOWN = "Unknown to Facet; the user who added the file must answer for it."
LICENCE = "Not stated yet; the user who added the file must answer for it."
VALIDATION = "None known to Facet: not validated by this project on K-FACE, on CCTV faces, or at all."
OPEN = (UNKNOWN, LICENCE, VALIDATION)
"""Texts that stand where nothing has been stated."""

RESTORER = "aligned-face"
"""The architecture of what draws one aligned face anew, on the card of a model of one's own."""
TEXTS = (
    "title", "method", "licence", "licence_limits", "source", "training_data", "training_ancestry", "paper",
    "validation",
)  # fmt: skip
SIDES = {"minimum_side": (1, 4096), "maximum_side": (1, 16384), "tile": (16, 4096), "tile_overlap": (0, 512)}
"""Pixels of the crop, from and to; ``none`` is possible for all but the first."""
ADDED = "limitation"
"""The field by which a known limitation is added."""
STATED = ("family", "face_only", "has_random_component", ADDED, *TEXTS, *SIDES)
"""Every field that can be stated."""
LONGEST = 4000
"""Characters of a text."""


def still_open(card: Descriptor) -> list[str]:
    """The fields of an own card in which nothing has been stated yet."""
    return [name for name in TEXTS if getattr(card, name) in OPEN]


def completed(card: Descriptor, changes: Iterable[tuple[str, str]]) -> Descriptor:
    """``card`` with what the user states, field and text as typed, one after another. Raises ``InputError``."""
    made: dict[str, Any] = {}
    for name, text in changes:
        given = text.strip()
        if name in TEXTS:
            made[name] = _sentence(name, given)
        elif name in SIDES:
            made[name] = _side(name, given)
        elif name in ("face_only", "has_random_component"):
            made[name] = _yes(name, given)
        elif name == "family":
            made |= _of_kind(card, given)
        elif name == ADDED:
            known = made.get("limitations", card.limitations)
            made["limitations"] = (*known, _sentence(name, given))
        else:
            raise InputError(
                "«{name}» is nothing that can be stated on this card. There are: {known}.",
                name=name, known=", ".join(STATED),
            )  # fmt: skip
    changed = replace(card, **made)
    if changed.tile is not None and changed.tile <= 2 * (changed.tile_overlap or 0):
        raise InputError("A tile must be wider than twice its overlap.")
    return changed


def limitation_of(family: Family) -> str:
    """The sentence with which the limitations of an own model begin."""
    stated = "generative detail must be assumed" if family is Family.GENERATIVE else "stated by the user, not checked"
    return f"Its kind, {family.value}: {stated}."


def _of_kind(card: Descriptor, given: str) -> dict[str, Any]:
    if given not in (Family.REGRESSION, Family.GENERATIVE):
        raise InputError("A network is «regression» or «generative», not «{family}».", family=given)
    if card.architecture == RESTORER and given != Family.GENERATIVE:
        raise InputError("A network that draws a face anew is generative; nothing else can be stated of it.")
    family = Family(given)
    rest = tuple(line for line in card.limitations if line not in map(limitation_of, Family))
    return {"family": family, "limitations": (limitation_of(family), *rest)}


def _sentence(name: str, given: str) -> str:
    if not given or len(given) > LONGEST or not given.replace("\n", " ").isprintable():
        raise InputError("{name}: a text of 1 to {limit} printable characters is expected.", name=name, limit=LONGEST)
    return given


def _side(name: str, given: str) -> int | None:
    if given == "none" and name != "minimum_side":
        return None
    least, most = SIDES[name]
    if not given.isascii() or not given.isdecimal() or not least <= int(given) <= most:
        raise InputError(
            "{name}: «{text}» is not a number of pixels from {least} to {most}.",
            name=name, text=given, least=least, most=most,
        )  # fmt: skip
    return int(given)


def _yes(name: str, given: str) -> bool:
    if given not in ("yes", "no"):
        raise InputError("{name}: say yes or no, not «{text}».", name=name, text=given)
    return given == "yes"
