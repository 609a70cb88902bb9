"""What the examiner says of a picture instead of what the file says: colour, the shape of a pixel, rotation, fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from facet.core.canonical import Json
from facet.core.errors import InputError

MATRICES = ("bt709", "smpte170m", "bt470bg", "smpte240m", "fcc", "bt2020nc")
COLOUR_RANGES = ("tv", "pc")
CHROMA_LOCATIONS = ("left", "center", "topleft", "top", "bottomleft", "bottom")
ROTATIONS = (0, 90, 180, 270)
FIELD_ORDERS = ("progressive", "tt", "bb")
FIELDS = ("weave", "top", "bottom")
ASPECT_LIMIT = 65535
"""The largest number in a sample aspect (H.264, table E-1, ``sar_width``)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Interpretation:
    """How decoded planes are to be understood; None is as the file declares. Names as FFmpeg spells them.

    ``matrix`` and ``colour_range`` of the samples; ``chroma_location``, where a chroma sample lies between the luma
    samples it belongs to; ``sample_aspect``, a pixel's width over its height, ``"16/11"``; ``rotation``, clockwise
    degrees that make the picture upright; ``field_order``, whether the rows are of one moment (``progressive``) or of
    two, and which field is the first (``tt`` the top, ``bb`` the bottom). ``fields`` is what is shown of the rows:
    all of them (``weave``), every second from row 0 (``top``) or from row 1 (``bottom``), nothing interpolated.

    Raises ``InputError`` for any other value.
    """

    matrix: str | None = None
    colour_range: str | None = None
    chroma_location: str | None = None
    sample_aspect: str | None = None
    rotation: int | None = None
    field_order: str | None = None
    fields: str = "weave"

    def __post_init__(self) -> None:
        if self.fields not in FIELDS:
            raise _stranger("fields", self.fields, FIELDS)
        for name, known in CHOICES.items():
            value = getattr(self, name)
            if value is not None and (value not in known or type(value) is not type(known[0])):
                raise _stranger(name, value, known)
        if self.sample_aspect is not None:
            object.__setattr__(self, "sample_aspect", _aspect(self.sample_aspect))

    def to_json(self) -> dict[str, Json]:
        """Every field by name."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Self:
        """The reverse of :meth:`to_json`; what is missing is as declared. Raises ``InputError``."""
        known = {each.name for each in fields(cls)}
        for name in told:
            if name not in known:
                raise InputError("There is no interpretation «{name}».", name=name)
        return cls(**told)

    def overrides(self) -> dict[str, str | int]:
        """What differs from the file's own word, by name; empty where nothing does."""
        return {
            name: value
            for name, value in self.to_json().items()
            if isinstance(value, (str, int)) and value != getattr(AS_DECLARED, name)
        }


CHOICES: dict[str, tuple[str | int, ...]] = {
    "matrix": MATRICES,
    "colour_range": COLOUR_RANGES,
    "chroma_location": CHROMA_LOCATIONS,
    "rotation": ROTATIONS,
    "field_order": FIELD_ORDERS,
}
AS_DECLARED = Interpretation()
"""The file's own word for everything."""


def _aspect(text: str) -> str:
    """``"16/11"`` of ``"16/11"`` or ``"16:11"``."""
    width, _, height = str(text).replace(":", "/").partition("/")
    numbers = [int(part) if part.isascii() and part.isdigit() and len(part) < 6 else 0 for part in (width, height)]
    if not all(0 < number <= ASPECT_LIMIT for number in numbers):
        raise InputError("The pixel aspect «{value}» is no ratio of two whole numbers, such as 16/11.", value=text)
    return f"{numbers[0]}/{numbers[1]}"


def _stranger(name: str, value: object, known: tuple[str | int, ...]) -> InputError:
    return InputError(
        "There is no {name} «{value}». There are: {known}.",
        name=name,
        value=str(value),
        known=", ".join(map(str, known)),
    )
