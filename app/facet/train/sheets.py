"""Pictures of a training: its curve, and sheets of samples."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from facet.train import curve
from facet.train.validation import Shown

WIDTH, HEIGHT, MARGIN = 960, 540, 60
SMOOTH = 50
"""Steps over which the drawn loss is the mean."""
INK, LOSS, SCORE = (40, 40, 40), (31, 119, 180), (214, 96, 20)
GAP = 4


def draw_curve(work: Path, file: Path, title: str) -> None:
    """The curve in ``work`` as a PNG: the loss on a scale of logarithms, and PSNR-Y where it was measured."""
    rows = curve.read(work)
    losses = [(row["step"], row["loss"]) for row in rows if "loss" in row]
    scores = [(row["step"], row["psnr_y"]) for row in rows if "psnr_y" in row]
    sheet = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN, 12), title, fill=INK)
    pen.rectangle((MARGIN, MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN), outline=INK)
    last = max((step for step, _ in losses), default=1)
    pen.text((WIDTH - MARGIN - 60, HEIGHT - MARGIN + 8), f"step {last}", fill=INK)
    smooth = _smoothed(losses)
    _line(pen, [(step, float(np.log10(loss))) for step, loss in smooth], last, LOSS, left=True, power=True)
    _line(pen, scores, last, SCORE, left=False, power=False)
    sheet.save(file)


def draw_samples(shown: Sequence[Shown], file: Path) -> None:
    """One row for each picture: what the network got (pixels repeated), what it made, what it should have made."""
    if not shown:
        return
    side = shown[0].high.shape[0]
    rows = [[_large(each.low, side), each.made, each.high] for each in shown]
    sheet = np.full((len(rows) * (side + GAP) + GAP, 3 * (side + GAP) + GAP, 3), 255, np.uint8)
    for r, row in enumerate(rows):
        for c, picture in enumerate(row):
            top, left = GAP + r * (side + GAP), GAP + c * (side + GAP)
            sheet[top : top + side, left : left + side] = picture
    Image.fromarray(sheet).save(file)


def _large(low: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(low).resize((side, side), Image.Resampling.NEAREST))


def _smoothed(points: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    return [
        (points[stop - 1][0], max(1e-12, float(np.mean([value for _, value in points[max(0, stop - SMOOTH) : stop]]))))
        for stop in range(1, len(points) + 1, max(1, len(points) // WIDTH))
    ]


def _line(
    pen: ImageDraw.ImageDraw, points: Sequence[tuple[int, float]], last: int, colour: tuple[int, int, int], *,
    left: bool, power: bool,
) -> None:  # fmt: skip
    """One curve with the ends of its own scale written at one side."""
    if not points:
        return
    low, high = min(value for _, value in points), max(value for _, value in points)
    span = max(high - low, 1e-9)
    across, down = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    drawn = [
        (MARGIN + across * step / max(last, 1), HEIGHT - MARGIN - down * (0.05 + 0.9 * (value - low) / span))
        for step, value in points
    ]
    pen.line(drawn, fill=colour, width=2)
    for x, y in drawn if len(drawn) <= 40 else []:
        pen.ellipse((x - 3, y - 3, x + 3, y + 3), fill=colour)
    for value, share in ((low, 0.05), (high, 0.95)):
        text = f"{10**value:.4g}" if power else f"{value:.2f}"
        pen.text((4 if left else WIDTH - MARGIN + 6, HEIGHT - MARGIN - down * share - 6), text, fill=colour)
