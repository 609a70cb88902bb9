"""Model cards, and the store of weights that are checked against them."""

from facet.weights.card import Archive, Card, Member, OwnFile, Shipped
from facet.weights.catalog import cards, peak_memory
from facet.weights.store import Store

__all__ = ["Archive", "Card", "Member", "OwnFile", "Shipped", "Store", "cards", "peak_memory"]
