"""What an examiner should know of a footage that opens all the same, in words that can be translated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from facet.core.canonical import Json


@dataclass(frozen=True)
class Remark:
    """A sentence: ``template`` is a ``str.format`` template and the translation key, ``values`` fill it.

    A ``grave`` one must be seen before the footage is used; the others are for the record.
    """

    template: str
    values: dict[str, Json] = field(default_factory=dict)
    grave: bool = True

    def __str__(self) -> str:
        return self.template.format(**self.values)

    def localised(self, translate: Callable[[str], str]) -> str:
        """The sentence with its template put through ``translate``."""
        return translate(self.template).format(**self.values)

    def to_json(self) -> dict[str, Json]:
        """As canonical JSON values, for a message or a record."""
        return {"template": self.template, "values": self.values, "grave": self.grave}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Remark:
        """The inverse of :meth:`to_json`."""
        return cls(str(fields["template"]), dict(fields["values"]), bool(fields["grave"]))
