"""Exhibit ids: how a case names its footage, frames, crops and outputs.

``1`` is footage; ``1/F412`` picture 412 of its stream 0, ``1/S1F412`` of stream 1, ``1/F412v2`` another decoding of the
same picture; ``1/F412/C1`` a crop of that frame; ``1/F412/C1/E3`` an output made from that crop. Never reused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from facet.core.errors import InputError

_N = "[1-9][0-9]{0,15}"
_FORM = re.compile(
    rf"(?P<footage>{_N})"
    rf"(?:/(?:S(?P<stream>{_N}))?F(?P<index>0|{_N})(?:v(?P<version>{_N}))?(?:/C(?P<crop>{_N})(?:/E(?P<output>{_N}))?)?)?"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Exhibit:
    """An id taken apart. ``stream`` and ``index`` count from 0, everything else from 1; what does not apply is None."""

    footage: int
    stream: int | None = None
    index: int | None = None
    version: int | None = None
    crop: int | None = None
    output: int | None = None

    @classmethod
    def parse(cls, text: str) -> Exhibit:
        """Read an id. Raises ``InputError``."""
        found = _FORM.fullmatch(text)
        if found is not None:
            number = {name: int(value) for name, value in found.groupdict().items() if value is not None}
            if "index" in number:
                number = {"stream": 0, "version": 1, **number}
            exhibit = cls(**number)
            if str(exhibit) == text:
                return exhibit
        raise InputError(
            "«{text}» is not an exhibit id. Ids look like 1 (footage), 1/F412 (frame), 1/F412/C1 (crop) or "
            "1/F412/C1/E1 (output).",
            text=text,
        )

    @property
    def table(self) -> str:
        """The table that holds it."""
        if self.index is None:
            return "footage"
        if self.crop is None:
            return "frames"
        return "crops" if self.output is None else "outputs"

    @property
    def parent(self) -> str | None:
        """The id of what it was taken from; None for footage."""
        return str(self).rpartition("/")[0] or None

    def __str__(self) -> str:
        text = str(self.footage)
        if self.index is not None:
            stream = f"S{self.stream}" if self.stream else ""
            version = f"v{self.version}" if self.version and self.version > 1 else ""
            text += f"/{stream}F{self.index}{version}"
        if self.crop is not None:
            text += f"/C{self.crop}"
        if self.output is not None:
            text += f"/E{self.output}"
        return text


def frame_id(footage: str, stream: int, index: int, version: int = 1) -> str:
    """The id of a frame. ``version`` counts the decodings of this picture that the case holds."""
    return str(Exhibit(footage=int(footage), stream=stream, index=index, version=version))


def lineage(exhibit: str) -> tuple[str, ...]:
    """The id itself, then what it was taken from, up to the footage. Any other id is alone."""
    parts = exhibit.split("/")
    return tuple("/".join(parts[:count]) for count in range(len(parts), 0, -1))
