"""The models Facet knows: one folder each, ``models/<id>/card.toml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from facet.core.errors import InternalError
from facet.core.locate import shipped
from facet.weights.card import CARD, Card, read_card


def cards() -> dict[str, Card]:
    """The shipped cards by id: interpolation first, then what is learned, generative last.

    Raises ``InternalError`` for a card that can't be read: it is ours.
    """
    return dict(_cards(shipped("models")))


def card_file(identifier: str) -> Path:
    """Where the shipped card of that id lies."""
    return shipped("models") / identifier / CARD


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
