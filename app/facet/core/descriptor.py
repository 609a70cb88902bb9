"""What a backend says of itself, before anyone runs it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from facet.core.canonical import Json, canonical_digest


class Family(StrEnum):
    """What kind of pixels come out.

    ``interpolation`` adds nothing; ``fusion`` combines several frames; ``regression`` predicts by learned average;
    ``generative`` invents detail that looks real. Only the last is an investigative lead by law of the house.
    """

    INTERPOLATION = "interpolation"
    FUSION = "fusion"
    REGRESSION = "regression"
    GENERATIVE = "generative"

    @property
    def learned(self) -> bool:
        """Whether it rests on a trained network."""
        return self in (Family.REGRESSION, Family.GENERATIVE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parameter:
    """A parameter that an analyst can set. ``kind`` is ``int``, ``choice`` or ``text``; values travel as text."""

    name: str
    kind: str
    default: str
    choices: tuple[str, ...] = ()
    explanation: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Descriptor:
    """Everything a card states. Sizes in pixels of the crop; ``maximum_side`` null means tiles take over."""

    id: str
    title: str
    family: Family
    scales: tuple[int, ...]
    minimum_side: int
    maximum_side: int | None
    face_only: bool
    uses_training_set_information: bool
    has_random_component: bool
    licence: str
    licence_limits: str
    source: str
    weights_sha256: str | None
    training_data: str
    training_ancestry: str
    paper: str
    limitations: tuple[str, ...]
    validation: str
    architecture: str
    method: str
    parameters: tuple[Parameter, ...] = ()
    tile: int | None = None
    tile_overlap: int | None = None

    def to_json(self) -> dict[str, Json]:
        """Every field by name, as canonical JSON values."""
        out: dict[str, Json] = {}
        for name in self.__slots__:
            value = getattr(self, name)
            if name == "parameters":
                out[name] = [{k: _plain(getattr(p, k)) for k in Parameter.__slots__} for p in self.parameters]
            else:
                out[name] = _plain(value)
        return out

    @property
    def measures(self) -> bool:
        """Whether it is the network of a measure: it makes no picture and is not offered as a backend."""
        return self.architecture.startswith("identity/")

    @property
    def card_sha256(self) -> str:
        """Digest of the canonical JSON of every field: what a receipt quotes."""
        return canonical_digest(self.to_json())

    @classmethod
    def from_json(cls, fields: dict[str, Json]) -> Descriptor:
        """The inverse of :meth:`to_json`. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for a bad card."""
        given = dict(fields)
        for name in ("scales", "limitations"):
            given[name] = tuple(given[name])  # type: ignore[arg-type, assignment]
        given["family"] = Family(str(given["family"]))
        parameters = given.pop("parameters", None) or []
        made = [
            Parameter(**{**p, "choices": tuple(p.get("choices", ()))})  # type: ignore[arg-type, union-attr, dict-item]
            for p in parameters  # type: ignore[union-attr]
        ]
        return cls(**given, parameters=tuple(made))  # type: ignore[arg-type]


def _plain(value: object) -> Json:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, StrEnum):
        return value.value
    return value  # type: ignore[return-value]
