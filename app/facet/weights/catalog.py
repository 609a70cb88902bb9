"""The models Facet knows: one folder each, ``models/<id>/card.toml``."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from facet.core.errors import InternalError
from facet.core.locate import shipped
from facet.weights.card import CARD, Card, read_card

MEMORY = "memory.json"


def cards() -> dict[str, Card]:
    """The shipped cards by id: interpolation first, then what is learned, generative last.

    Raises ``InternalError`` for a card that can't be read: it is ours.
    """
    return dict(_cards(shipped("models")))


def card_file(identifier: str) -> Path:
    """Where the shipped card of that id lies."""
    return shipped("models") / identifier / CARD


def peak_memory(identifier: str) -> dict[int, int]:
    """MiB that a run takes at its peak on the processor in float32, by the side in pixels of a square crop, as
    measured (``models/memory.json`` has the protocol). Empty where it was not."""
    return _memory(shipped("models") / MEMORY).get(identifier, {})


@cache
def _memory(file: Path) -> dict[str, dict[int, int]]:
    try:
        measured = json.loads(file.read_text("utf-8"))["mib"]
        return {name: {int(side): int(mib) for side, mib in row.items()} for name, row in measured.items()}
    except (OSError, ValueError, KeyError) as error:
        raise InternalError(
            "The table of memory that travels with Facet can't be read ({reason}). Install Facet again.",
            reason=str(error),
        ) from error


@cache
def _cards(folder: Path) -> dict[str, Card]:
    try:
        found = [read_card(path) for path in folder.glob(f"*/{CARD}")]
    except (OSError, ValueError) as error:
        raise InternalError(
            "A model card that travels with Facet can't be read ({reason}). Install Facet again.", reason=str(error)
        ) from error
    found.sort(key=lambda card: (_PLACES.index(card.descriptor.family.value), card.id))
    return {card.id: card for card in found}


_PLACES = ("interpolation", "fusion", "regression", "generative")
