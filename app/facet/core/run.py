"""What a run is asked and what it answers, in a form that crosses a process border."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facet.core.canonical import Json
from facet.core.descriptor import Descriptor
from facet.core.digest import picture_digest
from facet.core.errors import InputError
from facet.core.frame import Picture
from facet.core.receipt import EngineWish
from facet.core.wire import Buffer


def resolve_parameters(descriptor: Descriptor, given: Mapping[str, str]) -> dict[str, Json]:
    """Every parameter of the backend with its value, defaults written out. Raises ``InputError``.

    Values are text, except that whole numbers become integers.
    """
    known = {parameter.name: parameter for parameter in descriptor.parameters}
    for name in given:
        if name not in known:
            raise InputError(
                "{backend} has no parameter «{name}». It has: {known}.",
                backend=descriptor.id,
                name=name,
                known=", ".join(known) or "–",
            )
    resolved: dict[str, Json] = {}
    for name, parameter in known.items():
        value = str(given.get(name, parameter.default))
        if parameter.choices and value not in parameter.choices:
            raise InputError(
                "{backend}: {name} can't be «{value}». Choose one of: {choices}.",
                backend=descriptor.id,
                name=name,
                value=value,
                choices=", ".join(parameter.choices),
            )
        if parameter.kind == "int" or (parameter.choices and all(c.isdecimal() for c in parameter.choices)):
            try:
                resolved[name] = int(value)
            except ValueError:
                raise InputError(
                    "{backend}: {name} must be a whole number, not «{value}».",
                    backend=descriptor.id,
                    name=name,
                    value=value,
                ) from None
        else:
            resolved[name] = value
    return resolved


@dataclass(frozen=True, kw_only=True, slots=True)
class EnhanceRequest:
    """One crop for one backend.

    ``picture`` is the crop in source pixels; ``weights`` the file in the store (its digest already checked against the
    card); ``rotation`` clockwise degrees (0, 90, 180, 270) and ``sample_aspect`` (``"16/15"``) that make it upright
    and square-pixelled; ``parameters`` come from :func:`resolve_parameters`.
    """

    picture: Picture = field(repr=False)
    descriptor: Descriptor
    weights: str | None
    parameters: dict[str, Json]
    seed: int | None = None
    rotation: int = 0
    sample_aspect: str | None = None
    wish: EngineWish = field(default_factory=EngineWish)

    def to_wire(self) -> tuple[dict[str, Any], Sequence[Buffer]]:
        """Arguments and buffers for a message."""
        arguments = {
            "picture": describe(self.picture),
            "descriptor": self.descriptor.to_json(),
            "weights": self.weights,
            "parameters": self.parameters,
            "seed": self.seed,
            "rotation": self.rotation,
            "sample_aspect": self.sample_aspect,
            "wish": self.wish.to_json(),
        }
        return arguments, [self.picture.data]

    @classmethod
    def from_wire(cls, arguments: dict[str, Any], buffers: Sequence[Buffer]) -> EnhanceRequest:
        """The inverse of :meth:`to_wire`."""
        rest = {name: arguments[name] for name in ("weights", "parameters", "seed", "rotation", "sample_aspect")}
        return cls(
            picture=restore(arguments["picture"], buffers[0]),
            descriptor=Descriptor.from_json(arguments["descriptor"]),
            wish=EngineWish(**arguments["wish"]),
            **rest,
        )


ROLES = ("spread", "sample", "candidate")
"""What a companion may be, in the order in which companions are kept and shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Companion:
    """A picture that belongs to an output and must not be parted from it.

    ``role`` is ``sample`` (one face that a diffusion drew), ``candidate`` (one face that a latent search found) or
    ``spread`` (how far these differ, pixel by pixel; drawn by :func:`facet.core.spread.spread`); ``number`` counts from
    1 within the role. ``picture`` is RGB uint8 (H, W, 3) of the output's own size. ``facts`` are canonical JSON values,
    numbers that are not integers as text.
    """

    role: str
    number: int
    picture: NDArray[np.uint8] = field(repr=False)
    facts: dict[str, Json] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """``spread``, ``sample-1``, ``candidate-2``: what it is called beside its output, and in file names."""
        return companion_name(self.role, self.number)

    def told(self) -> dict[str, Json]:
        """What a receipt says of it."""
        return {
            "role": self.role, "number": self.number, "picture_sha256": picture_digest(self.picture),
            "facts": self.facts,
        }  # fmt: skip


def companion_name(role: str, number: int) -> str:
    """See :attr:`Companion.name`."""
    return role if role == "spread" and number == 1 else f"{role}-{number}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Enhanced:
    """What a backend made of a crop: RGB uint8 (H, W, 3), and everything a receipt says of the making.

    ``consistency`` compares it, reduced, with the prepared picture (upright, square pixels) that the backend was
    given, and names its protocol. Both times are UTC, ISO 8601. ``companions`` are the pictures that are kept and
    shown with it.
    """

    picture: NDArray[np.uint8] = field(repr=False)
    preparation: list[Json]
    engine: dict[str, Json]
    software: dict[str, Json]
    consistency: dict[str, Json]
    started: str
    ended: str
    companions: tuple[Companion, ...] = ()

    def to_wire(self) -> tuple[dict[str, Any], Sequence[Buffer]]:
        """Result and buffers (the picture, then the companions' in order) for a message."""
        names = ("preparation", "engine", "software", "consistency", "started", "ended")
        result = {"picture": describe(self.picture), **{name: getattr(self, name) for name in names}}
        result["companions"] = [
            {"role": one.role, "number": one.number, "picture": describe(one.picture), "facts": one.facts}
            for one in self.companions
        ]
        return result, [self.picture.data, *(one.picture.data for one in self.companions)]

    @classmethod
    def from_wire(cls, result: dict[str, Any], buffers: Sequence[Buffer]) -> Enhanced:
        """The inverse of :meth:`to_wire`. Raises ``ValueError`` for buffers that are not those described."""
        rest = {name: value for name, value in result.items() if name not in ("picture", "companions")}
        companions = tuple(
            Companion(role=told["role"], number=told["number"], picture=restore(told["picture"], buffer),
                      facts=told["facts"])
            for told, buffer in zip(result["companions"], buffers[1:], strict=True)
        )  # fmt: skip
        return cls(picture=restore(result["picture"], buffers[0]), companions=companions, **rest)


def describe(picture: NDArray[Any]) -> dict[str, Any]:
    """Shape and dtype of an array whose bytes travel as a buffer; it must be C-contiguous."""
    if not picture.flags.c_contiguous:
        raise ValueError("only C-contiguous arrays travel")
    return {"shape": list(picture.shape), "dtype": picture.dtype.name}


def restore(description: Mapping[str, Any], buffer: Buffer) -> NDArray[Any]:
    """The array described by :func:`describe`, over ``buffer`` without a copy. Raises ``ValueError`` if they differ."""
    if description["dtype"] not in ("uint8", "uint16", "float32"):
        raise ValueError(f"no picture has the type {description['dtype']}")
    return np.frombuffer(buffer, dtype=np.dtype(description["dtype"])).reshape(description["shape"])
