"""What an examiner should know of a footage that opens all the same, in words that can be translated."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from facet.core.canonical import Json

_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Remark:
    """A sentence: ``template`` has places in braces and is the translation key, ``values`` fill it.

    It may come from somebody else's case file, so a place is a name and nothing more: no width, attribute or index.
    A ``grave`` one must be seen before the footage is used; the others are for the record.
    """

    template: str
    values: dict[str, Json] = field(default_factory=dict)
    grave: bool = True

    def __str__(self) -> str:
        return self.localised(str)

    def localised(self, translate: Callable[[str], str]) -> str:
        """The sentence with its template put through ``translate``."""
        return _PLACE.sub(lambda place: str(self.values.get(place[1], place[0])), translate(self.template))

    def to_json(self) -> dict[str, Json]:
        """As canonical JSON values, for a message or a record."""
        return {"template": self.template, "values": self.values, "grave": self.grave}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Remark:
        """The inverse of :meth:`to_json`."""
        return cls(str(fields["template"]), dict(fields["values"]), bool(fields["grave"]))
