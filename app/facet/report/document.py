"""What a report prints, in plain values that the workbench gathers from a case.

Texts are printed as they are, whatever they hold; times are UTC, ISO 8601; digests are SHA-256 in lower-case hex;
sizes are pixels or bytes. Null means unknown and is printed as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from facet.core.canonical import Json
from facet.core.descriptor import Family
from facet.core.frame import Picture
from facet.core.geometry import Box
from facet.core.run import Companion
from facet.report.banner import made_by
from facet.report.moments import ClockFacts, ClockTimes, MarkFacts


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseFacts:
    """What the case says of itself. ``examiner`` opened it."""

    number: str
    examiner: str
    created: str
    agency: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestCheck:
    """When footage was last held against the digest taken at ingest, and what came of it.

    ``ok`` null means that it was not checked; ``message`` says why or what differed, in a sentence.
    """

    at: str | None = None
    ok: bool | None = None
    message: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StreamFacts:
    """One stream of the footage, as the container declares it. ``used`` marks the one that frames were taken from."""

    index: int
    type: str
    codec: str | None = None
    width: int | None = None
    height: int | None = None
    pixel_format: str | None = None
    sample_aspect: str | None = None
    rotation: int | None = None
    average_rate: str | None = None
    time_base: str | None = None
    used: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FootageExhibit:
    """A footage file. ``index_method`` is ``packets`` or ``decoded`` and ``index_reason`` says why, in a sentence.
    ``withdrawn`` is the reason of its withdrawal, null while it stands."""

    id: str
    name: str
    path: str
    sha256: str
    size: int
    md5: str | None = None
    modified: str | None = None
    container: str | None = None
    duration: str | None = None
    streams: tuple[StreamFacts, ...] = ()
    frames: int | None = None
    index_method: str | None = None
    index_reason: str = ""
    warnings: tuple[str, ...] = ()
    decoder: str | None = None
    check: DigestCheck = field(default_factory=DigestCheck)
    withdrawn: str | None = None
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    clocks: tuple[ClockFacts, ...] = ()
    marks: tuple[MarkFacts, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class OutputExhibit:
    """What a backend made of a crop.

    ``picture`` is RGB uint8 (H, W, 3) as the case keeps it, without a banner: the report adds that. ``receipt`` and
    ``descriptor`` are the stored ``facet.receipt/1`` and the card as it was at the run, as JSON objects. ``withdrawn``
    is the reason of the withdrawal, null while it stands. ``companions`` are the spread and the samples or candidates
    that are never parted from it.
    """

    id: str
    picture: Picture = field(repr=False)
    picture_sha256: str
    receipt: Mapping[str, Json] = field(repr=False)
    descriptor: Mapping[str, Json] = field(repr=False)
    withdrawn: str | None = None
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    companions: tuple[Companion, ...] = ()

    @property
    def maker(self) -> str:
        """The backend, and that the run was only a preview where it was."""
        engine = self.receipt.get("engine")
        return made_by(str(self.descriptor.get("id") or ""), engine if isinstance(engine, dict) else {})

    @property
    def family(self) -> Family:
        """What kind of pixels it holds; what is not stated counts as generative."""
        try:
            return Family(str(self.descriptor.get("family")))
        except ValueError:
            return Family.GENERATIVE


@dataclass(frozen=True, kw_only=True, slots=True)
class CropExhibit:
    """A box cut from a frame.

    ``picture`` is in source pixels, RGB uint8 or uint16 (h, w, 3); ``png`` the stored file, attached as it is.
    ``bicubic`` is the crop enlarged by bicubic interpolation (a = -0.5) for comparison, RGB uint8, upright and with
    square pixels; ``bicubic_scale`` its factor. ``frame_sha256`` is the digest of the frame it was cut from.
    """

    id: str
    box: Box
    picture: Picture = field(repr=False)
    picture_sha256: str
    png: bytes | None = field(default=None, repr=False)
    bicubic: Picture | None = field(default=None, repr=False)
    bicubic_scale: int | None = None
    outputs: tuple[OutputExhibit, ...] = ()
    withdrawn: str | None = None
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameExhibit:
    """A frame of the footage.

    ``picture`` is in source pixels, RGB uint8 or uint16 (H, W, 3); ``png`` the stored file, attached as it is.
    ``rotation`` is clockwise degrees (0, 90, 180, 270) that make it upright and ``sample_aspect`` (``"16/15"``) its
    pixels' width to height; the report shows it upright. ``seconds`` counts from the first picture, as decimal text.
    ``decoding`` is :meth:`facet.core.frame.Decoding.to_json`; ``clock`` what clocks say there, null without a reading.
    """

    id: str
    footage: str
    stream: int
    index: int
    pts: int | None
    time_base: str
    seconds: str
    picture: Picture = field(repr=False)
    picture_sha256: str
    planes_sha256: str
    decoding: Mapping[str, Json]
    rotation: int = 0
    sample_aspect: str | None = None
    png: bytes | None = field(default=None, repr=False)
    clock: ClockTimes | None = None
    crops: tuple[CropExhibit, ...] = ()
    withdrawn: str | None = None
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """A note or a finding of an examiner; ``kind`` is ``note`` or ``finding``. ``exhibit`` null: about the case."""

    kind: str
    at: str
    examiner: str
    text: str
    exhibit: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalHead:
    """The last entry of the journal at the time of the report. Its digest fixes everything recorded before it."""

    seq: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalEntry:
    """One line of the journal; ``action`` as the case spells it, ``sha256`` the entry's own digest."""

    seq: int
    at: str
    examiner: str
    action: str
    exhibit: str | None
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VerificationRow:
    """One check of the case file, and what it found, in a sentence."""

    exhibit: str | None
    check: str
    ok: bool
    message: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class VerificationFacts:
    """What verifying the case file found just before the report was made."""

    at: str
    ok: bool
    rows: tuple[VerificationRow, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SealFacts:
    """A seal of the case, by its ``id``, or what is and is not sealed, with None; ``message`` in sentences."""

    id: str | None
    ok: bool
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportDocument:
    """Everything that a report prints. ``examiner`` makes the report; ``generated_at`` is the one time it states.

    ``software`` is name to version of what made the report; each output's receipt says what made the output.
    ``limitations`` are sentences of the examiner's own, added to those that the report always states. ``seal_file`` is
    the seal made for the report, attached to be checked with the public key.
    """

    case: CaseFacts
    examiner: str
    generated_at: str
    journal_head: JournalHead
    footage: tuple[FootageExhibit, ...] = ()
    frames: tuple[FrameExhibit, ...] = ()
    remarks: tuple[Remark, ...] = ()
    journal: tuple[JournalEntry, ...] = ()
    verification: VerificationFacts | None = None
    seals: tuple[SealFacts, ...] = ()
    seal_file: bytes | None = field(default=None, repr=False)
    software: Mapping[str, Json] = field(default_factory=dict)
    limitations: tuple[str, ...] = ()

    def crops(self) -> Iterator[tuple[FrameExhibit, CropExhibit]]:
        """Every crop with its frame, in the order of the case."""
        return ((frame, crop) for frame in self.frames for crop in frame.crops)

    def outputs(self) -> Iterator[tuple[FrameExhibit, CropExhibit, OutputExhibit]]:
        """Every output with its crop and frame, in the order of the case."""
        return ((frame, crop, output) for frame, crop in self.crops() for output in crop.outputs)
