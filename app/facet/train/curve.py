"""The curve of a training: one line of JSON for each step and each measurement, the same on every run of a recipe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAME = "curve.jsonl"


class Curve:
    """The curve kept in a folder. No times stand in it, so that two runs of a recipe can be compared byte by byte."""

    def __init__(self, work: Path, *, until: int) -> None:
        """Go on after step ``until``: what an earlier run wrote beyond it is dropped."""
        self._path = work / NAME
        kept = [row for row in read(work) if row["step"] <= until]
        unfinished = self._path.with_suffix(".new")
        unfinished.write_text("".join(_line(row) for row in kept), "utf-8")
        unfinished.replace(self._path)

    def add(self, step: int, **figures: float) -> None:
        """Figures after ``step`` steps."""
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(_line({"step": step, **figures}))


def read(work: Path) -> list[dict[str, Any]]:
    """The lines of the curve in ``work``; one that a kill left half written is left out."""
    try:
        text = (work / NAME).read_text("utf-8")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row) + "\n"
