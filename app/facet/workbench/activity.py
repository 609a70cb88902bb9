"""Looking long footage over for what happens in it, without a window."""

from __future__ import annotations

from dataclasses import dataclass

from facet.core.canonical import Json
from facet.core.clock import decimal
from facet.core.progress import SILENT, Progress
from facet.footage import Reader
from facet.footage.activity import Stretch, find_activity, threshold
from facet.footage.survey import Survey


@dataclass(frozen=True, kw_only=True, slots=True)
class Activity:
    """What a survey of the whole footage came to. ``looked_at`` is how many pictures were compared; ``least`` the
    motion (per mille) from which something is said to happen."""

    footage_sha256: str
    frames: int
    length: str
    thorough: bool
    looked_at: int
    least: float
    stretches: tuple[tuple[Stretch, dict[str, Json]], ...]
    cuts: tuple[tuple[int, str], ...]

    def to_json(self) -> dict[str, Json]:
        """Times are decimal seconds after the first picture."""
        return {
            "footage_sha256": self.footage_sha256,
            "frames": self.frames,
            "length": self.length,
            "thorough": self.thorough,
            "looked_at": self.looked_at,
            "least_motion_per_mille": f"{self.least:.1f}",
            "stretches": [fields for _, fields in self.stretches],
            "scene_changes": [{"index": index, "time": time} for index, time in self.cuts],
        }


def survey_activity(reader: Reader, progress: Progress = SILENT, *, thorough: bool | None = None) -> Activity:
    """Look ``reader``'s footage over. Raises as :meth:`facet.footage.survey.Survey.batches`."""
    motions: list[tuple[int, float, float]] = []
    cuts: list[int] = []
    with Survey.start(reader.path, reader.probe.stream, reader.index, thorough=thorough) as survey:
        for batch in survey.batches(progress):
            motions += batch.motions
            cuts += batch.cuts
    return Activity(
        footage_sha256=reader.sha256,
        frames=reader.count,
        length=decimal(reader.index.end),
        thorough=survey.thorough,
        looked_at=len(motions),
        least=threshold(motions),
        stretches=tuple((one, one.to_json(reader.index)) for one in find_activity(reader.index, motions, cuts)),
        cuts=tuple((index, decimal(reader.seconds(index))) for index in cuts),
    )
