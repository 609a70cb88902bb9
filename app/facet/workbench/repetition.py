"""What came of making an output again from its receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from facet.core.canonical import Json
from facet.workbench.difference import Difference, Tolerance
from facet.workbench.redecoding import FrameAgain


class Verdict(StrEnum):
    """What came of making an output again, from the best to the worst."""

    EQUAL = "equal"
    WITHIN = "within tolerance"
    NOT_TRIED = "not tried"
    DIFFERENT = "different"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lacking:
    """What is not at hand: ``kind`` weights, footage or device, ``id`` of the backend, footage or device, and the
    digest to look for, None for a device."""

    kind: str
    id: str
    sha256: str | None

    def to_json(self) -> dict[str, Json]:
        """Every field by name."""
        return {"kind": self.kind, "id": self.id, "sha256": self.sha256}


@dataclass(frozen=True, kw_only=True, slots=True)
class Repetition:
    """One output made again with its samples and their spread.

    ``equal`` is True only bit for bit, None where it could not be tried. ``differing`` names the pictures that came out
    otherwise (``output``, ``spread``, ``sample-2``), ``differences`` how far, and ``tolerance`` what was allowed;
    ``expected`` and ``got`` are digests of the output itself. ``lacking`` is what was not at hand; ``frame`` is the
    source frame decoded again, None unless that was asked. ``message`` is for people.
    """

    enhancement: str
    backend: str
    verdict: Verdict
    equal: bool | None
    expected: str
    got: str | None
    message: str
    differing: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    tolerance: Tolerance | None = None
    lacking: tuple[Lacking, ...] = ()
    frame: FrameAgain | None = None

    def to_json(self) -> dict[str, Json]:
        """Every field by name; of the frame whether it is equal."""
        return {
            "enhancement": self.enhancement,
            "backend": self.backend,
            "verdict": self.verdict.value,
            "equal": self.equal,
            "expected": self.expected,
            "got": self.got,
            "message": self.message,
            "differing": [*self.differing],
            "differences": [one.to_json() for one in self.differences],
            "tolerance": None if self.tolerance is None else self.tolerance.to_json(),
            "lacking": [one.to_json() for one in self.lacking],
            "frame": None if self.frame is None else {"id": self.frame.frame, "equal": self.frame.equal},
        }


def worst(rows: Sequence[Repetition]) -> Verdict:
    """The verdict over several outputs; equal where there are none."""
    order = list(Verdict)
    return max((row.verdict for row in rows), key=order.index, default=Verdict.EQUAL)
