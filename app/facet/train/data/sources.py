"""What a recipe's ``data`` and ``validation`` mean."""

from __future__ import annotations

from pathlib import Path

from facet.core.errors import InputError
from facet.core.progress import SILENT, Progress
from facet.train.data import folder, generated, kface
from facet.train.data.pictures import Pictures


def opened(stated: str, home: Path, progress: Progress = SILENT) -> Pictures:
    """The pictures that ``folder:PATH``, ``kface:PATH`` or ``generated:N`` name.

    ``home`` is where drawn faces are kept. Raises ``InputError``, ``EnvironmentLacksError``, ``Cancelled``.
    """
    kind, _, what = stated.partition(":")
    if kind == "folder":
        return folder.pictures(Path(what), stated)
    if kind == "kface":
        return kface.pictures(Path(what), stated)
    if kind == "generated":
        return generated.pictures(_count(stated, what), home, progress)
    raise InputError(
        "«{stated}» names no pictures. Write folder:PATH, kface:PATH or generated:N.", stated=stated
    )  # fmt: skip


def divided(data: str, validation: str, home: Path, progress: Progress = SILENT) -> tuple[Pictures, Pictures | None]:
    """The pictures to learn from, and those to measure on (none where ``validation`` is empty).

    Raises what :func:`opened` raises, and ``InputError`` where nothing is left to learn from.
    """
    learned = opened(data, home, progress)
    if not validation:
        return learned, None
    kind, _, what = validation.partition(":")
    if kind != "held":
        return learned, opened(validation, home, progress)
    held = _count(validation, what)
    if held >= learned.count:
        raise InputError(
            "{data} has {count} pictures; with {held} held back none is left to learn from. Hold fewer back.",
            data=data, count=learned.count, held=held,
        )  # fmt: skip
    border = learned.count - held
    return learned.part(0, border), learned.part(border, learned.count)


def _count(stated: str, text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise InputError("«{stated}»: write a whole number of pictures after the colon.", stated=stated)
    return int(text)
