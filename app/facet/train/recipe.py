"""A recipe: everything that decides what a training makes, as a TOML file."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from facet.core.errors import InputError
from facet.measure.fidelity import WINDOW

IDENTIFIER = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
OPTIMISERS = ("adam", "adamw")
SCHEDULES = ("cosine", "constant")
LOSSES = ("l1", "l2")
HABITS = frozenset({"checkpoint", "preview", "title", "card"})
"""Fields that change nothing of what is learned."""
NUMBERS = ("rate", "average", "tones", "lean")
"""Fields that need not be whole numbers."""
LATER = {"tones": 0.0, "lean": 0.0}
"""Fields that recipes have been given since, and what they were before: the digest of an older recipe stays."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """A training as it was meant. Sizes in pixels of the high-resolution picture.

    ``data`` and ``validation`` are ``folder:PATH``, ``kface:PATH``, ``generated:N``; ``validation`` may also be
    ``held:N``, the last N pictures of ``data``, which are then not learned from. ``sizes`` is the range to which the
    shorter side of a picture is brought before a square of ``patch`` is cut from it; validation takes the smallest,
    and leaves out a border. ``average`` is the weight that a running mean of the network keeps at each
    step (0: no mean); what is exported is the mean. ``warm_up`` is the number of steps in which the rate grows to
    ``rate``. ``start`` is a backend's id, or empty for random values. ``checkpoint`` and ``preview`` are numbers of
    steps. ``tones`` is the share of pictures whose light and colours are changed at random, ``lean`` the most degrees
    by which half of them are turned. ``card`` are fields of the card that is exported, by name.
    """

    id: str
    architecture: str
    scale: int
    data: str
    steps: int
    validation: str = ""
    title: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    degradation: str = "bicubic"
    degradation_options: Mapping[str, Any] = field(default_factory=dict)
    patch: int = 96
    sizes: tuple[int, int] = (128, 256)
    flip: bool = True
    tones: float = 0.0
    lean: float = 0.0
    batch: int = 8
    optimiser: str = "adam"
    rate: float = 1e-4
    schedule: str = "cosine"
    warm_up: int = 20
    average: float = 0.0
    loss: str = "l1"
    start: str = ""
    seed: int = 0
    checkpoint: int = 100
    preview: int = 500
    card: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wrong = self._wrong()
        if wrong:
            raise ValueError(wrong)

    @property
    def digest(self) -> str:
        """SHA-256 over every field that decides what is learned."""
        decisive = {
            name: value
            for name, value in self.to_json().items()
            if name not in HABITS and not (name in LATER and value == LATER[name])
        }
        text = json.dumps(decisive, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """Every field by name."""
        return {**asdict(self), "sizes": list(self.sizes)}

    def rate_at(self, step: int) -> float:
        """The rate of learning of step ``step``, counted from 0."""
        from math import cos, pi

        grown = min(1.0, (step + 1) / self.warm_up) if self.warm_up else 1.0
        fallen = 0.5 * (1 + cos(pi * step / self.steps)) if self.schedule == "cosine" else 1.0
        return self.rate * grown * fallen

    def _wrong(self) -> str:
        checks = {
            "id": IDENTIFIER.fullmatch(self.id) is not None,
            "scale": 2 <= self.scale <= 16,
            "steps": self.steps >= 1,
            "patch": self.patch >= self.scale and self.patch % self.scale == 0,
            "sizes": self.patch <= self.sizes[0] <= self.sizes[1],
            "batch": self.batch >= 1,
            "optimiser": self.optimiser in OPTIMISERS,
            "schedule": self.schedule in SCHEDULES,
            "loss": self.loss in LOSSES,
            "rate": 0 < self.rate <= 1,
            "tones": 0 <= self.tones <= 1,
            "lean": 0 <= self.lean <= 45,
            "warm_up": self.warm_up >= 0,
            "average": 0 <= self.average < 1,
            "seed": 0 <= self.seed < 2**32,
            "checkpoint": self.checkpoint >= 1,
            "preview": self.preview >= 1,
            "data": ":" in self.data and not self.data.startswith("held:"),
            "validation": not self.validation or (":" in self.validation and self.sizes[0] - 2 * self.scale >= WINDOW),
        }
        return next((name for name, good in checks.items() if not good), "")


def read_recipe(path: Path) -> Recipe:
    """The recipe in a TOML file. Raises ``InputError`` naming the field that is wrong, unknown or missing."""
    try:
        given: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(
            "{path}: the recipe can't be read ({reason}).", path=str(path), reason=error.strerror or str(error)
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError("{path}: not a TOML file ({reason}). Mend it.", path=str(path), reason=str(error)) from None
    known = {each.name for each in fields(Recipe)}
    for name in given:
        if name not in known:
            raise InputError(
                "{path}: a recipe has no field «{name}». Known are: {known}.",
                path=str(path), name=name, known=", ".join(sorted(known)),
            )  # fmt: skip
    for name in ("id", "architecture", "scale", "data", "steps"):
        if name not in given:
            raise InputError("{path}: the recipe lacks the field «{name}». Add it.", path=str(path), name=name)
    try:
        return Recipe(**_typed(given))
    except (ValueError, TypeError) as error:
        raise InputError(
            "{path}: the recipe's field «{name}» has a value that can't be. See the recipes that travel with Facet.",
            path=str(path), name=str(error),
        ) from None  # fmt: skip


def _typed(given: Mapping[str, Any]) -> dict[str, Any]:
    """``given`` with every value of its field's type. Raises ``ValueError`` with the field's name."""
    for name, value in given.items():
        kinds = _KINDS.get(name, (str,))
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise ValueError(name)
    made = dict(given)
    made |= {name: float(given[name]) for name in NUMBERS if name in given}
    if "sizes" in given:
        if len(given["sizes"]) != 2 or not all(isinstance(each, int) for each in given["sizes"]):
            raise ValueError("sizes")
        made["sizes"] = tuple(given["sizes"])
    return made


_KINDS: dict[str, tuple[type, ...]] = {
    **dict.fromkeys(("scale", "steps", "patch", "batch", "warm_up", "seed", "checkpoint", "preview"), (int,)),
    **dict.fromkeys(NUMBERS, (int, float)),
    **dict.fromkeys(("options", "degradation_options", "card"), (dict,)),
    "sizes": (list,),
    "flip": (bool,),
}
"""What TOML gives for each field that is not text."""
