"""What a benchmark is asked, in a form that crosses a process border: known pictures made small and enlarged again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from facet.core.canonical import Json
from facet.core.descriptor import Descriptor
from facet.core.errors import InputError
from facet.core.receipt import EngineWish

PREPARATIONS = ("resize", "centre")
"""``resize``: the whole of each picture; ``centre``: its middle 72 %. Either is then made ``crop`` pixels square."""
DEGRADATIONS = ("bicubic",)
KINDS = ("folder",)
"""Of data: ``folder:PATH``, the pictures that lie in one folder."""
LEAST_CROP, MOST_CROP = 32, 2048
"""Pixels a side of the truth."""
MOST_FACES = 60
"""Rows of a contact sheet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Contestant:
    """A backend in a benchmark; ``weights`` is its verified file, ``parameters`` have their defaults written out."""

    descriptor: Descriptor
    weights: str | None
    parameters: dict[str, Json]
    seed: int | None

    def to_json(self) -> dict[str, Any]:
        """Every field by name, for a message."""
        return {
            "descriptor": self.descriptor.to_json(),
            "weights": self.weights,
            "parameters": self.parameters,
            "seed": self.seed,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Benchmark:
    """One benchmark. Make it with :meth:`checked`.

    ``data`` is ``KIND:PATH``; ``first`` so many pictures in the order of their names, None for all; ``crop`` the side
    of the truth in pixels; ``save`` a folder for every picture, ``sheet`` a PNG with ``faces`` of them; ``identity``
    the verified weights of dlib-face, None for no identity.
    """

    data: str
    preparation: str
    crop: int
    scale: int
    degradation: str
    contestants: tuple[Contestant, ...]
    first: int | None = None
    save: str | None = None
    sheet: str | None = None
    faces: int = 12
    identity: str | None = None
    wish: EngineWish = field(default_factory=EngineWish)

    @property
    def folder(self) -> Path:
        """Where the pictures lie."""
        return Path(self.data.partition(":")[2])

    def checked(self) -> Benchmark:
        """Itself, if what it asks can be done by anyone. Raises ``InputError``."""
        kind, colon, place = self.data.partition(":")
        if not colon or not place or kind not in KINDS:
            raise InputError(
                "«{data}» is no data to measure on. Write {kinds}:PATH, for example folder:faces.",
                data=self.data, kinds="|".join(KINDS),
            )  # fmt: skip
        if self.preparation not in PREPARATIONS:
            raise InputError(
                "There is no preparation «{name}». Choose one of: {known}.",
                name=self.preparation, known=", ".join(PREPARATIONS),
            )  # fmt: skip
        if self.degradation not in DEGRADATIONS:
            raise InputError(
                "There is no degradation «{name}». Choose one of: {known}.",
                name=self.degradation, known=", ".join(DEGRADATIONS),
            )  # fmt: skip
        if not LEAST_CROP <= self.crop <= MOST_CROP or self.scale < 1 or self.crop % self.scale:
            raise InputError(
                "A truth of {crop} pixels can't be reduced ×{scale}. Its side lies between {least} and {most} and is a "
                "multiple of the scale.",
                crop=self.crop, scale=self.scale, least=LEAST_CROP, most=MOST_CROP,
            )  # fmt: skip
        if self.first == 0 or not 1 <= self.faces <= MOST_FACES:
            raise InputError("Choose at least one picture, and 1 to {most} for a sheet.", most=MOST_FACES)
        if not self.folder.is_dir():
            raise InputError("{path}: there is no such folder. Name one with pictures in it.", path=str(self.folder))
        return self

    def to_wire(self) -> dict[str, Any]:
        """Arguments for a message."""
        rest = {name: getattr(self, name) for name in self.__slots__ if name not in ("contestants", "wish")}
        return {**rest, "contestants": [each.to_json() for each in self.contestants], "wish": self.wish.to_json()}

    @classmethod
    def from_wire(cls, arguments: Mapping[str, Any]) -> Benchmark:
        """The inverse of :meth:`to_wire`."""
        contestants = tuple(
            Contestant(**{**each, "descriptor": Descriptor.from_json(each["descriptor"])})
            for each in arguments["contestants"]
        )
        return cls(**{**arguments, "contestants": contestants, "wish": EngineWish(**arguments["wish"])})
