"""What is known of a footage before any frame is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from facet.core.canonical import Json
from facet.footage.remark import Remark


@dataclass(frozen=True, kw_only=True)
class Probe:
    """Facts of container, streams and index.

    ``duration`` is what the container declares, ``length`` what the pictures fill (decimal seconds). ``streams`` are
    JSON objects, one each. ``rotation`` is clockwise degrees that make the pictures upright, ``sample_aspect`` the
    shape of a pixel (``"16/15"``). ``damaged`` and ``tainted`` are the first and last picture of every run of pictures
    in which damage was concealed, and of those that may show it because they were predicted from such; ``missing`` is
    what a truncated file lacks, ``bytes`` and ``seconds`` (decimal), where it can be told. ``remarks`` are warnings
    that can be said in another language.
    """

    container: str
    container_title: str
    size_bytes: int
    duration: str | None
    length: str
    metadata: dict[str, Json]
    streams: list[Json] = field(repr=False)
    stream: int
    codec: str
    width: int
    height: int
    frames: int
    time_base: Fraction
    average_rate: Fraction
    index_method: str
    index_reasons: tuple[Remark, ...]
    timed: str
    rotation: int | None
    sample_aspect: str | None
    field_order: str | None
    interlaced: bool
    colour: dict[str, Json]
    damaged: list[list[int]] = field(default_factory=list)
    tainted: list[list[int]] = field(default_factory=list)
    missing: dict[str, Json] = field(default_factory=dict)
    remarks: tuple[Remark, ...]
    decoder: dict[str, Json]

    @property
    def warnings(self) -> tuple[str, ...]:
        """The remarks as English sentences."""
        return tuple(str(remark) for remark in self.remarks)

    @property
    def index_reason(self) -> str:
        """Why the index was made by that method, in English sentences."""
        return " ".join(str(reason) for reason in self.index_reasons)

    def to_json(self) -> dict[str, Json]:
        """Every field by name, fractions as ``"n/d"``; what is told in sentences also as ``warnings`` and
        ``index_reason``, in English. Safe for canonical JSON."""
        facts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        facts["time_base"] = f"{self.time_base.numerator}/{self.time_base.denominator}"
        facts["average_rate"] = f"{self.average_rate.numerator}/{self.average_rate.denominator}"
        for name in ("remarks", "index_reasons"):
            facts[name] = [remark.to_json() for remark in getattr(self, name)]
        facts["index_reason"] = self.index_reason
        facts["warnings"] = list(self.warnings)
        return facts
