"""The pictures of a crop, gathered from the case for the comparison."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QSizeF, Qt
from PySide6.QtGui import QImage, QTransform

from facet.case import CropRow, FrameRow, OutputRow
from facet.core.descriptor import Family
from facet.core.errors import EnvironmentLacksError, InputError
from facet.core.i18n import _
from facet.core.interpretation import AS_DECLARED, Interpretation
from facet.core.progress import Progress
from facet.core.receipt import Receipt
from facet.core.run import Companion
from facet.gui.compare.lens import Beside, Shown
from facet.gui.exhibits import frame_of
from facet.gui.view.display import Orientation, image_of
from facet.report import extremes, titled
from facet.workbench import CaseSession

MOST = 24
"""Outputs that stand beside each other; of more, the last ones."""
USUAL_SCALE = 4
"""For the bicubic picture beside a crop that has no outputs yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Everything that stands beside each other for one crop; ``base`` in crop pixels, upright, square pixels."""

    crop: str
    base: QSizeF
    shown: tuple[Shown, ...] = field(repr=False)


def compare(session: CaseSession, crop: str, progress: Progress) -> Comparison:
    """Gather them. For the case's own lane: it reads the case and may wait for the inference process."""
    case = session.case
    row, frame = case.rows([crop, frame_of(crop)])
    assert isinstance(row, CropRow)
    assert isinstance(frame, FrameRow)
    outputs = _standing(session, crop)
    orientation = orientation_of(frame)
    shown = [_original(session, row, orientation)]
    receipts = {one.id: case.receipt(one.id) for one in outputs}
    if not any(one.backend == "bicubic" for one in outputs):
        shown += _bicubic(session, crop, outputs, row, progress)
    for one in sorted(outputs, key=lambda each: each.backend != "bicubic"):
        shown.append(_output(session, one, receipts[one.id]))
    seen = orientation.transform(1.0).mapRect(QImage(row.width, row.height, QImage.Format.Format_RGB32).rect())
    return Comparison(crop=crop, base=QSizeF(seen.size()), shown=tuple(shown))


def _standing(session: CaseSession, crop: str) -> list[OutputRow]:
    """The last outputs of a crop that stand."""
    rows: list[OutputRow] = []
    after: int | None = 0
    while after is not None:
        page = session.case.page("outputs", of=crop, after=after, count=1000)
        rows += [row for row in page.rows if isinstance(row, OutputRow) and row.withdrawal is None]
        rows, after = rows[-MOST:], page.after
    return rows


def orientation_of(frame: FrameRow) -> Orientation:
    """How a recorded frame is seen upright."""
    rotation, aspect = frame.decoding.get("rotation"), frame.decoding.get("sample_aspect")
    return Orientation.declared(
        rotation if isinstance(rotation, int) else None, aspect if isinstance(aspect, str) else None
    )


def interpretation_of(frame: FrameRow) -> Interpretation:
    """How a recorded frame was understood when it was decoded."""
    said = frame.decoding.get("overrides")
    return Interpretation.from_json(said) if isinstance(said, dict) else AS_DECLARED


def _original(session: CaseSession, row: CropRow, orientation: Orientation) -> Shown:
    image = image_of(session.case.picture(row.id))
    if orientation.rotation:
        turn = QTransform().rotate(orientation.rotation)
        image = image.transformed(turn, Qt.TransformationMode.FastTransformation)
    return Shown(
        exhibit=row.id,
        title=_("Original pixels"),
        image=image,
        family=None,
        figures=_("{width}×{height} px, nearest neighbour").format(width=row.width, height=row.height),
    )


def _bicubic(
    session: CaseSession, crop: str, outputs: list[OutputRow], row: CropRow, progress: Progress
) -> list[Shown]:
    scale = max((round(one.height / row.height) for one in outputs), default=USUAL_SCALE)
    scale = scale if scale in (2, 3, 4, 8) else USUAL_SCALE
    try:
        made = session.compare_with(crop, scale=scale, progress=progress)
    except (EnvironmentLacksError, InputError):
        return []
    height, width = made.picture.shape[:2]
    return [
        Shown(
            exhibit="",
            title=_("Bicubic ×{scale}").format(scale=scale),
            image=image_of(made.picture),
            family=Family.INTERPOLATION,
            figures=_("{width}×{height} px, for comparison, not recorded").format(width=width, height=height),
        )
    ]


def _output(session: CaseSession, row: OutputRow, receipt: Receipt) -> Shown:
    card = session.case.card(row.id)
    companions = session.case.companions(row.id)
    several = [one for one in companions if one.role != "spread"]
    return Shown(
        spread=next((_beside(one) for one in companions if one.role == "spread"), None),
        samples=tuple(_beside(one) for one in several),
        whole=_whole(several),
        exhibit=row.id,
        title=_(str(card["title"])),
        image=image_of(session.case.picture(row.id)),
        family=row.family,
        figures=figures(row, receipt),
        explanation=_(
            "Consistency: the output, reduced again to the crop's size, against the crop. More dB: closer to what was "
            "recorded. It does not tell whether added detail is true.\nProtocol: {protocol}"
        ).format(protocol=receipt.consistency.get("protocol", "–")),
    )


def _beside(one: Companion) -> Beside:
    return Beside(
        title=titled(one.role, one.number, one.facts, _),
        image=image_of(one.picture),
        figures=extremes(one.facts, _) if one.role == "spread" else "",
    )


def _whole(several: Sequence[Companion]) -> str:
    """What an output is of its samples or candidates."""
    if not several:
        return ""
    words = _("Mean of {count}") if several[0].role == "sample" else _("Closest of {count}")
    return words.format(count=len(several))


def figures(row: OutputRow, receipt: Receipt) -> str:
    """What is needed to read the picture, the weightiest first: where room is short the end is left out."""
    parts = [_("preview precision")] if receipt.engine.get("preview") else []
    psnr = receipt.consistency.get("psnr_db")
    if psnr is not None:
        parts.append(_("consistency {psnr} dB").format(psnr=psnr))
    if receipt.seed is not None:
        parts.append(_("seed {seed}").format(seed=receipt.seed))
    return ", ".join([*parts, f"{row.width}×{row.height} px"])
