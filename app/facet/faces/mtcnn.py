"""The cascade of MTCNN (Zhang 2016): three small networks, each looking closer at what the one before let pass.

The networks and their weights are facenet-pytorch's; what happens between them is done here, because facenet-pytorch's
own loop fails on pictures smaller than its window and on candidates outside the picture. Coordinates keep the habits
the weights were trained with (a width is last - first + 1).
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torchvision.ops import nms

from facet.core.i18n import N_
from facet.core.progress import Progress
from facet.faces.cv2_bridge import environment_kept
from facet.faces.proposals import Proposals
from facet.faces.sums import Sums

WINDOW = 12
"""Pixels: the side of the first network's view, and so of the smallest face after scaling."""
STRIDE = 2
"""Pixels between two views of the first network."""
FACTOR = 0.709
"""From one scale of the pyramid to the next: half the area."""
THRESHOLDS = (0.6, 0.7, 0.7)
"""Probability a candidate needs to pass each network."""
BATCH = 128
"""Candidates looked at together: more would no longer fit the processor's caches."""


@dataclass(frozen=True, slots=True)
class Cascade:
    """The three networks, on the CPU, ready to infer."""

    first: nn.Module
    second: nn.Module
    third: nn.Module

    @classmethod
    def packaged(cls) -> Cascade:
        """With the weights inside facenet-pytorch; nothing is fetched."""
        with environment_kept():
            made = importlib.import_module("facenet_pytorch.models.mtcnn")
        kinds = (made.PNet, made.RNet, made.ONet)
        first, second, third = (kind().eval().requires_grad_(requires_grad=False) for kind in kinds)
        return cls(Proposals(first), *(net.to(memory_format=torch.channels_last) for net in (second, third)))

    def faces(self, picture: NDArray[np.uint8], minimum: float, progress: Progress) -> NDArray[np.float32]:
        """Candidates that pass all three: rows of x1, y1, x2, y2, probability, five landmark x, five y.

        ``picture`` is RGB (H, W, 3); ``minimum`` the side of the smallest face searched for, in pixels.
        """
        height, width = picture.shape[:2]
        steps = scales(height, width, minimum)
        if not steps:
            return np.empty((0, 15), np.float32)
        total, label = len(steps) + 2, N_("Searching for faces")
        progress(0, total, label)
        sums = Sums.of(picture)
        found = []
        for done, scale in enumerate(steps):
            progress(done, total, label)
            found.append(self._candidates(sums, scale))
        boxes = _squared(_moved(_without_doubles(torch.cat(found), 0.7), 0))
        progress(total - 2, total, label)
        boxes = self._looked_at(sums, boxes)
        progress(total - 1, total, label)
        rows = self._settled(sums, boxes)
        progress(total, total, label)
        return rows

    def _candidates(self, sums: Sums, scale: float) -> Tensor:
        """Rows of x1, y1, x2, y2, probability and four offsets, from one scale."""
        height, width = (int(length * scale + 1) for length in sums.size)
        offsets, chance = self.first(_normal(sums.shrunk(height, width)))
        _, rows, columns = (chance >= THRESHOLDS[0]).nonzero(as_tuple=True)
        corner = torch.stack([columns, rows], dim=1).to(torch.float32) * STRIDE
        begin, end = ((corner + 1) / scale).floor(), ((corner + WINDOW) / scale).floor()
        boxes = torch.cat([begin, end, chance[0, rows, columns, None], offsets[0, rows, columns]], dim=1)
        return _without_doubles(boxes, 0.5)

    def _looked_at(self, sums: Sums, boxes: Tensor) -> Tensor:
        boxes, views = _views(sums, boxes, 24)
        if not len(boxes):
            return boxes
        offsets, chances = _in_batches(self.second, views)
        passed = chances[:, 1] > THRESHOLDS[1]
        kept = torch.cat([boxes[passed, :4], chances[passed, 1:2], offsets[passed]], dim=1)
        return _squared(_moved(_without_doubles(kept, 0.7), 1))

    def _settled(self, sums: Sums, boxes: Tensor) -> NDArray[np.float32]:
        boxes, views = _views(sums, boxes, 48)
        if not len(boxes):
            return np.empty((0, 15), np.float32)
        offsets, points, chances = _in_batches(self.third, views)
        passed = chances[:, 1] > THRESHOLDS[2]
        kept = torch.cat([boxes[passed, :4], chances[passed, 1:2], offsets[passed]], dim=1)
        extent = kept[:, 2:4] - kept[:, :2] + 1
        across = extent[:, :1] * points[passed, :5] + kept[:, :1] - 1
        down = extent[:, 1:] * points[passed, 5:] + kept[:, 1:2] - 1
        rows = torch.cat([_moved(kept, 1)[:, :5], across, down], dim=1).numpy()
        return rows[_best_of_nested(rows[:, :4], rows[:, 4], 0.7)]


def scales(height: int, width: int, minimum: float) -> list[float]:
    """Factors of the pyramid, the finest first: at it a face of ``minimum`` pixels fills the window. No finer one is
    computed, and none where the picture would be smaller than the window."""
    found, scale = [], WINDOW / minimum
    side = min(height, width) * scale
    while side >= WINDOW:
        found.append(scale)
        scale, side = scale * FACTOR, side * FACTOR
    return found


def _normal(pixels: Tensor) -> Tensor:
    return (pixels - 127.5) / 128


def _without_doubles(boxes: Tensor, overlap: float) -> Tensor:
    return boxes[nms(boxes[:, :4].contiguous(), boxes[:, 4].contiguous(), overlap)]


def _moved(boxes: Tensor, edge: int) -> Tensor:
    """Corners shifted by the offsets in columns 5 to 8, which count in widths and heights (plus ``edge``)."""
    extent = (boxes[:, 2:4] - boxes[:, :2] + edge).repeat(1, 2)
    return torch.cat([boxes[:, :4] + boxes[:, 5:9] * extent, boxes[:, 4:5]], dim=1)


def _squared(boxes: Tensor) -> Tensor:
    """Grown to squares about their centres."""
    extent = boxes[:, 2:4] - boxes[:, :2]
    side = extent.max(dim=1, keepdim=True).values
    begin = boxes[:, :2] + extent * 0.5 - side * 0.5
    return torch.cat([begin, begin + side, boxes[:, 4:]], dim=1)


def _views(sums: Sums, boxes: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """The boxes of which something lies in the picture, and what lies in them, (N, 3, side, side)."""
    height, width = sums.size
    corners = boxes[:, :4].trunc().to(torch.int64).numpy()
    begin = np.maximum(corners[:, :2], 1) - 1
    end = np.minimum(corners[:, 2:], (width, height))
    kept = np.flatnonzero((end > begin).all(axis=1))
    return boxes[kept], _normal(sums.views(np.concatenate([begin, end], axis=1)[kept], side))


def _in_batches(network: nn.Module, views: Tensor) -> Sequence[Tensor]:
    parts = [network(views[start : start + BATCH]) for start in range(0, len(views), BATCH)]
    return [torch.cat(column) for column in zip(*parts, strict=True)]


def _best_of_nested(boxes: NDArray[np.float32], chance: NDArray[np.float32], overlap: float) -> list[int]:
    """Rows without those that share more than ``overlap`` of the smaller box with a more certain one."""
    left = [int(row) for row in np.argsort(-chance, kind="stable")]
    area = (boxes[:, 2] - boxes[:, 0] + 1) * (boxes[:, 3] - boxes[:, 1] + 1)
    kept = []
    while left:
        best, *rest = left
        kept.append(best)
        begin, end = np.maximum(boxes[best, :2], boxes[rest, :2]), np.minimum(boxes[best, 2:], boxes[rest, 2:])
        shared = np.prod(np.maximum(0, end - begin + 1), axis=1)
        share = shared / np.minimum(area[best], area[rest])
        left = [row for row, part in zip(rest, share, strict=True) if part <= overlap]
    return kept
