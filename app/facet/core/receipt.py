"""The receipt of a run: enough for another examiner to repeat it with nothing but the case and the weights."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from facet.core.canonical import Json, canonical_digest, canonical_json
from facet.core.errors import InputError

SCHEMA = "facet.receipt/1"


def check_device(spelling: str) -> None:
    """Raise ``InputError`` if ``spelling`` is no device on any machine."""
    if not re.fullmatch(r"auto|cpu|mps|cuda(:\d{1,3})?", spelling):
        raise InputError("There is no device «{device}». Choose auto, cpu, cuda, cuda:1 or mps.", device=spelling)


@dataclass(frozen=True, kw_only=True, slots=True)
class EngineWish:
    """What a run asks of the engine: ``device`` cpu, cuda, cuda:1, mps or auto; ``precision`` float32, bfloat16 or
    float16; ``threads`` 0 for the machine's own count; tile side and overlap in crop pixels, null for the card's;
    ``convolutions`` the fastest way, or as a receipt says it: null, in receipts from before there was a choice, is
    direct."""

    device: str = "auto"
    precision: str = "float32"
    threads: int = 0
    tile: int | None = None
    overlap: int | None = None
    convolutions: str | None = "fastest"

    def to_json(self) -> dict[str, Json]:
        """Every field by name."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """``facet.receipt/1``. All values are canonical JSON values; unknown is null, never left out.

    ``backend`` {id, card_sha256, weights_sha256, family}; ``inputs`` [{exhibit, picture_sha256}]; ``preparation`` each
    step with the prepared picture's digest; ``params`` with defaults written out; ``engine`` {device, precision,
    threads, tile, overlap, determinism, ...}; ``software`` {facet, python, torch, ...}; ``consistency`` the figure and
    its protocol; ``started`` and ``ended`` in UTC, ISO 8601; ``output`` {width, height, picture_sha256,
    companions [{role, number, picture_sha256, facts}]} (older ones have no ``companions``).
    """

    exhibit: str
    backend: dict[str, Json]
    inputs: list[Json]
    preparation: list[Json]
    params: dict[str, Json]
    seed: int | None
    engine: dict[str, Json]
    software: dict[str, Json]
    consistency: dict[str, Json]
    started: str
    ended: str
    output: dict[str, Json]
    reason: str | None = None
    schema: str = field(default=SCHEMA)

    def to_json(self) -> dict[str, Json]:
        """Every field by name."""
        return {name: getattr(self, name) for name in self.__slots__}

    def canonical(self) -> bytes:
        """The stored and hashed bytes."""
        return canonical_json(self.to_json())

    @property
    def sha256(self) -> str:
        """Digest of :meth:`canonical`."""
        return canonical_digest(self.to_json())

    @classmethod
    def from_json(cls, fields: dict[str, Any]) -> Receipt:
        """The inverse of :meth:`to_json`. Raises ``TypeError`` for missing or unknown fields."""
        return cls(**fields)
